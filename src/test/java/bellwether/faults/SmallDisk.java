package bellwether.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A disk small enough to be filled: with a file, up to the last byte. */
final class SmallDisk implements Disk {
  private static final long LARGEST = 512L << 20;
  private static final int BLOCK = 4_096;

  private final Path ballast;

  /**
   * @param directory on that disk
   * @throws IllegalArgumentException if the disk is not small: others may need it
   */
  SmallDisk(Path directory) throws IOException {
    if (Files.getFileStore(directory).getTotalSpace() > LARGEST) {
      throw new IllegalArgumentException(directory + " is not on a small disk of its own");
    }
    ballast = directory.resolve("ballast");
  }

  @Override
  public void fillFor(Duration time) {
    try {
      fill();
      LockSupport.parkNanos(time.toNanos());
      Files.delete(ballast);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fill() throws IOException {
    byte[] block = new byte[BLOCK];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!Files.exists(ballast)) {
        throw e;
      }
    }
  }
}
