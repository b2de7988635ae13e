package bellwether.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The directory of all files of a trial. It is deleted at the end; and at the beginning, with the
 * processes that still use it, if an earlier trial was killed.
 */
final class TrialDirectory implements AutoCloseable {
  private static final String MARK = "trial"; // nothing else is ever deleted

  private final Path directory;

  TrialDirectory(Path directory) throws IOException {
    this.directory = directory;
    if (Files.exists(directory)) {
      if (!Files.exists(directory.resolve(MARK))) {
        throw new IOException(directory + " is there, and is not the directory of a trial");
      }
      endLeftovers();
      delete();
    }
    Files.createDirectories(directory);
    Files.createFile(directory.resolve(MARK));
  }

  /** Ends the processes that an earlier trial has left, which name the directory. */
  private void endLeftovers() {
    String name = directory.toString() + '/';
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(process -> process.pid() != ProcessHandle.current().pid())
            .filter(process -> process.info().commandLine().orElse("").contains(name))
            .toList();
    left.forEach(ProcessHandle::destroyForcibly);
    left.forEach(process -> process.onExit().join());
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      throw new IOException(directory + " is still in use", e);
    }
  }

  @Override
  public void close() throws IOException {
    delete();
  }
}
