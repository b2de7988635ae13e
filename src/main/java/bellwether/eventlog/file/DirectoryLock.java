package bellwether.eventlog.file;

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

/** The lock of a directory that one log has for itself, among all processes. Any thread. */
final class DirectoryLock implements Closeable {
  /*
   * Other processes are kept out by the system's lock on a file. That belongs to the whole process,
   * and is gone when the process closes the file, through whichever descriptor. So nobody in the
   * process may even open the file while another has the lock; and that other may be the same
   * application in another version, beside ours in one server, whose classes are not ours. What all
   * of them see are the system properties: there it stands who has a directory, as two strings, so
   * that nothing of ours is held there. A version that did not write that down yet is found by the
   * file that it has open, where the system lets us look.
   */
  private static final String FILE = "lock";
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd"); // on Linux
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
   * @throws IOException if that fails, or another has it; the message says so
   */
  static DirectoryLock take(Path directory) throws IOException {
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
      keptOpen.add(file); // closed, it would release the other's lock
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

  /** Null if it is open no longer. */
  private static @Nullable Path targetOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      return null;
    }
  }

  /** The same by whichever path the directory is reached. */
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
