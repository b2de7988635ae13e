package bellwether.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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

  private boolean isUnpacked(Path file) {
    try {
      return file.getFileName().toString().matches(PREFIX + "[0-9]+")
          && Files.isDirectory(file.resolve("WEB-INF"))
          && Files.isWritable(file)
          && Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(YOUNG));
    } catch (IOException e) { // it has just gone
      return false;
    }
  }
}
