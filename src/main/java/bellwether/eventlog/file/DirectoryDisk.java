package bellwether.eventlog.file;

import bellwether.disk.DirectoryLock;
import bellwether.disk.DirectorySync;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory of the file system that this log has for itself until this object is closed. */
final class DirectoryDisk implements Disk {
  private final Path directory;
  private final ReadableDirectory files;
  private final DirectoryLock lock;

  /**
   * Opens the directory, which is created if it does not exist.
   *
   * @throws IOException if that fails, or another log has the directory; the message says which
   */
  DirectoryDisk(Path directory) throws IOException {
    this.directory = directory;
    this.files = new ReadableDirectory(directory);
    Files.createDirectories(directory);
    this.lock = DirectoryLock.take(directory);
  }

  @Override
  public List<String> list() throws IOException {
    return files.list();
  }

  @Override
  public Output append(String name) throws IOException {
    Path path = directory.resolve(name);
    boolean isNew = !Files.exists(path);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    if (isNew) {
      try {
        DirectorySync.sync(directory);
      } catch (IOException e) {
        file.close();
        Files.delete(path); // else its name would count as on the medium
        throw e;
      }
    }
    return new OpenFile(file);
  }

  @Override
  public Input open(String name) throws IOException {
    return files.open(name);
  }

  @Override
  public byte @Nullable [] read(String name) throws IOException {
    return files.read(name);
  }

  @Override
  public long size(String name) throws IOException {
    return files.size(name);
  }

  @Override
  public void replace(String name, byte[] content) throws IOException {
    Path temporary = directory.resolve(name + ".new");
    try {
      write(temporary, content);
      Files.move(
          temporary,
          directory.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | RuntimeException | Error e) {
      Files.deleteIfExists(temporary); // others need the room
      throw e;
    }
    DirectorySync.sync(directory);
  }

  private static void write(Path temporary, byte[] content) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(temporary.toFile(), "rw")) {
      file.setLength(0);
      file.write(content);
      file.getFD().sync();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  private record OpenFile(RandomAccessFile file) implements Output {
    @Override
    public void write(byte[] bytes, int length, long at) throws IOException {
      file.seek(at);
      file.write(bytes, 0, length);
    }

    @Override
    public void sync() throws IOException {
      file.getFD().sync();
    }

    @Override
    public void truncate(long size) throws IOException {
      file.setLength(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
