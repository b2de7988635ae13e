package bellwether.launch;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory that WARs are served from, each from a directory in it that is named by the WAR's
 * contents. Servers of the same WAR share one; it stays when they end, for the next server. The
 * directory of another WAR is deleted when no process uses it: a process that uses one holds a
 * lock, which ends with the process in any case.
 */
final class ServerFiles {
  private static final String LOCK = "lock";
  private static final String IN_USE = ".in-use";
  private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}");

  private final Path directory;

  /**
   * @param directory a directory where no program cleans up; it is created if it does not exist
   */
  ServerFiles(Path directory) {
    this.directory = directory;
  }

  /** Unpacks the missing files of the WAR, and deletes the directories of unused WARs. */
  UnpackedWar unpack(Path war) throws IOException {
    Path real = Files.createDirectories(directory).toRealPath(); // Jetty distrusts links
    try (FileChannel turn = open(real.resolve(LOCK));
        JarFile jar = new JarFile(war.toFile())) {
      // Processes lock, write and delete here one after the other.
      var unused = turn.lock(); // until it is closed
      String name = Unpacking.fingerprint(jar);
      FileChannel use = open(real.resolve(name + IN_USE));
      try {
        var held = use.lock(0, Long.MAX_VALUE, true);
        Unpacking.bringUpToDate(jar, "", real.resolve(name));
        deleteUnused(real, name);
        return new UnpackedWar(real.resolve(name), () -> close(held.channel()));
      } catch (IOException | RuntimeException e) {
        use.close();
        throw e;
      }
    }
  }

  private static void deleteUnused(Path parent, String inUse) throws IOException {
    Set<String> others = new TreeSet<>();
    try (Stream<Path> files = Files.list(parent)) {
      files
          .map(file -> file.getFileName().toString().replace(IN_USE, ""))
          .filter(name -> NAME.matcher(name).matches())
          .forEach(others::add);
    }
    others.remove(inUse);
    for (String other : others) {
      Path use = parent.resolve(other + IN_USE);
      try (FileChannel channel = open(use);
          FileLock lock = lockIfUnused(channel)) {
        if (lock != null) {
          UnpackedWar.delete(parent.resolve(other));
          Files.deleteIfExists(use);
        }
      }
    }
  }

  private static @Nullable FileLock lockIfUnused(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) { // locked by this very process
      return null;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, CREATE, READ, WRITE);
  }

  private static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.err.println("Still locked: " + e.getMessage()); // until the process ends
    }
  }
}
