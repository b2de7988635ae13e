package bellwether.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What a log in files has below it: a disk that takes its time. */
final class Disk {
  private static final long DURATION = TimeUnit.SECONDS.toNanos(1);

  private final Path directory;

  Disk(Path directory) {
    this.directory = directory;
  }

  /** How often so many bytes can be appended to a file and synced, one after the other. */
  double syncsPerSecond(int bytes) throws IOException {
    Path path = Files.createTempFile(directory, "disk-", ".tmp");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      byte[] piece = new byte[bytes];
      long start = System.nanoTime();
      long count = 0;
      while (System.nanoTime() - start < DURATION) {
        file.write(piece);
        file.getFD().sync();
        count++;
      }
      return count * 1e9 / (System.nanoTime() - start);
    } finally {
      Files.delete(path);
    }
  }
}
