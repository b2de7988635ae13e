package bellwether.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The lock by which one log, among all processes, has a directory for itself. Any thread. */
public final class DirectoryLock implements Closeable {
  /*
   * Other processes are kept out by the system's lock on a file. That lock belongs to the whole
   * process, and is gone as soon as the process closes the file through any descriptor. So no code
   * in the process may even open the file while another log has the lock; and that other log may
   * belong to another version of the same application in the same server, with classes of its own.
   * All of them share the system properties, so the owner of a directory is written there, as two
   * strings, which keep none of our classes in memory. An older version that does not write it down
   * is found by its open file, where the system lets us look.
   */
  private static final String FILE = "lock";
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd"); // exists on Linux
  private static final String CLAIM = "bellwether.log.lock.";
  private static final Queue<FileChannel> keptOpen = new ConcurrentLinkedQueue<>(); // see below

  private final FileChannel file;
  private final String claim;

  private DirectoryLock(FileChannel file, String claim) {
    this.file = file;
    this.claim = claim;
  }

  /**
   * Takes the lock.
   *
   * @throws IOException if that fails, or another log has the lock; the message says so
   */
  public static DirectoryLock take(Path directory) throws IOException {
    String claim = CLAIM + nameOf(directory);
    if (System.getProperties().putIfAbsent(claim, "taken") != null) {
      throw isInUseHere(directory);
    }
    boolean isTaken = false;
    try {
      if (isOpenHere(directory.toRealPath().resolve(FILE))) {
        throw isInUseHere(directory);
      }
      FileChannel file =
          FileChannel.open(
              directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock(file, directory);
      isTaken = true;
      return new DirectoryLock(file, claim);
    } finally {
      if (!isTaken) {
        System.getProperties().remove(claim);
      }
    }
  }

  private static void lock(FileChannel file, Path directory) throws IOException {
    try {
      FileLock lock = file.tryLock();
      if (lock == null) {
        throw new IOException(directory + " is in use by another process");
      }
    } catch (OverlappingFileLockException e) {
      keptOpen.add(file); // closing it would release the other's lock
      throw isInUseHere(directory);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static IOException isInUseHere(Path directory) {
    return new IOException(
        directory
            + " is in use by another application of this process, or one that ended without closing"
            + " it");
  }

  private static boolean isOpenHere(Path file) throws IOException {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return false;
    }
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
      for (Path descriptor : descriptors) {
        if (file.equals(targetOf(descriptor))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Returns the file of a descriptor, or null if it is no longer open. */
  private static @Nullable Path targetOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns a name of the directory that is the same for every path to it. */
  private static String nameOf(Path directory) throws IOException {
    Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    return key == null ? directory.toRealPath().toString() : key.toString();
  }

  @Override
  public synchronized void close() throws IOException {
    if (file.isOpen()) {
      file.close();
      System.getProperties().remove(claim);
    }
  }
}
