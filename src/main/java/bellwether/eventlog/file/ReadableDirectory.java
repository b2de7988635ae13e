package bellwether.eventlog.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system that is read without a lock: other processes may write to it
 * meanwhile.
 */
record ReadableDirectory(Path directory) implements ReadableDisk {
  /*
   * Files are opened as RandomAccessFile, not as channels: a channel is closed for all threads when
   * one is interrupted in it, and containers interrupt their threads when they stop.
   */

  @Override
  public List<String> list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Override
  public Input open(String name) throws IOException {
    Path path = directory.resolve(name);
    if (!Files.exists(path)) {
      throw new NoSuchFileException(name);
    }
    return new FileBeingRead(new RandomAccessFile(path.toFile(), "r"));
  }

  @Override
  public byte @Nullable [] read(String name) throws IOException {
    if (!Files.exists(directory.resolve(name))) {
      return null;
    }
    try (Input file = open(name)) {
      return file.read(0, Math.toIntExact(file.size()));
    }
  }

  @Override
  public long size(String name) throws IOException {
    return Files.size(directory.resolve(name));
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  private record FileBeingRead(RandomAccessFile file) implements Input {
    @Override
    public byte[] read(long at, int length) throws IOException {
      byte[] bytes = new byte[(int) Math.max(0, Math.min(length, file.length() - at))];
      file.seek(at);
      int filled = 0;
      while (filled < bytes.length) {
        int count = file.read(bytes, filled, bytes.length - filled);
        if (count < 0) {
          return Arrays.copyOf(bytes, filled); // the file was cut meanwhile
        }
        filled += count;
      }
      return bytes;
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
