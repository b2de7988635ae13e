package bellwether.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files that the processes of this machine have open, as Linux lists them. */
final class OpenFiles implements Predicate<Path> {
  private final Set<Path> open = new HashSet<>();
  private final boolean isComplete;

  /**
   * Reads the list once.
   *
   * @param processes {@code /proc}
   */
  OpenFiles(Path processes) {
    isComplete = look(processes);
  }

  /** Returns whether a file below the directory is open; also true if that is unknown. */
  @Override
  public boolean test(Path directory) {
    return !isComplete || open.stream().anyMatch(file -> file.startsWith(directory));
  }

  private boolean look(Path processes) {
    List<Path> each;
    try (Stream<Path> files = Files.list(processes)) {
      each = files.filter(file -> file.getFileName().toString().matches("[0-9]+")).toList();
    } catch (IOException | UncheckedIOException e) { // not Linux
      return false;
    }
    boolean isComplete = true;
    for (Path process : each) {
      isComplete &= lookAt(process) || !isJava(process);
    }
    return isComplete && !each.isEmpty();
  }

  private boolean lookAt(Path process) {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          open.add(Files.readSymbolicLink(descriptor));
        }
      }
      return true;
    } catch (IOException | UncheckedIOException e) { // it is another user's, or has ended
      return false;
    }
  }

  private static boolean isJava(Path process) {
    try {
      return Files.readString(process.resolve("cmdline")).contains("java");
    } catch (IOException e) { // the process has ended
      return false;
    }
  }
}
