package bellwether.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The directories that killed processes of this program have left in the temporary directory: tools
 * unpack the WAR there, as servers did before they had a {@linkplain ServerFiles directory of their
 * own}.
 */
final class Leftovers {
  static final String PREFIX = "bellwether-";

  /**
   * The age below which a directory is kept: a process that has just started has not opened its
   * files yet.
   */
  private static final Duration YOUNG = Duration.ofMinutes(10);

  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path temporary;
  private final Predicate<Path> isInUse;
  private final InstantSource clock;

  /**
   * @param isInUse tells whether some process has a file below this directory open, or might
   */
  Leftovers(Path temporary, Predicate<Path> isInUse, InstantSource clock) {
    this.temporary = temporary;
    this.isInUse = isInUse;
    this.clock = clock;
  }

  /** Deletes the directories that no process uses. */
  void delete() {
    try {
      for (Path directory : unpacked()) {
        if (!isInUse.test(directory)) {
          UnpackedWar.delete(directory);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // Other processes delete there, too, and nothing depends on it: the next start tries again.
    }
  }

  private List<Path> unpacked() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(this::isUnpacked).toList();
    }
  }

  /**
   * Whether nobody else has made it, or may write there: who may could put a link in the place of a
   * directory that has just been seen, and have what is elsewhere be deleted.
   */
  private static boolean isOurs(Path file) throws IOException {
    PosixFileAttributes its =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Path own = Files.createTempFile(file.getParent(), "bellwether", "");
    try {
      return its.isDirectory()
          && its.owner().equals(Files.getOwner(own))
          && its.permissions().stream().noneMatch(OF_OTHERS::contains);
    } finally {
      Files.delete(own);
    }
  }

  private boolean isUnpacked(Path file) {
    try {
      return file.getFileName().toString().matches(PREFIX + "[0-9]+")
          && Files.isDirectory(file.resolve("WEB-INF"))
          && isOurs(file)
          && Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(YOUNG));
    } catch (IOException | UnsupportedOperationException e) { // it has just gone; or no POSIX
      return false;
    }
  }
}
