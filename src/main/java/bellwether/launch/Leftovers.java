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
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The directories that killed processes of this program left in the temporary directory. Tools
 * unpack the WAR there, and so did servers before they had a {@linkplain ServerFiles directory of
 * their own}.
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
  private final Supplier<Predicate<Path>> openFiles;
  private final InstantSource clock;

  /**
   * @param openFiles looks which files are open, which takes time where many are; the predicate
   *     tells whether a process has a file below a directory open, or might have
   */
  Leftovers(Path temporary, Supplier<Predicate<Path>> openFiles, InstantSource clock) {
    this.temporary = temporary;
    this.openFiles = openFiles;
    this.clock = clock;
  }

  /** Deletes the directories that no process uses. */
  void delete() {
    try {
      List<Path> unpacked = unpacked();
      if (!unpacked.isEmpty()) {
        unpacked.stream().filter(Predicate.not(openFiles.get())).forEach(UnpackedWar::delete);
      }
    } catch (IOException | UncheckedIOException e) {
      // Other processes delete there, too, and the next start tries again.
    }
  }

  private List<Path> unpacked() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(this::isUnpacked).toList();
    }
  }

  /**
   * Returns whether only our user has made the file, and may write there. Another user could
   * replace a directory that has just been seen by a link, and so have files elsewhere deleted.
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
    } catch (IOException | UnsupportedOperationException e) { // it is gone; or this is not POSIX
      return false;
    }
  }
}
