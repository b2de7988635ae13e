package bellwether.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
  private final Instant later = Instant.now().plus(Duration.ofHours(1));

  @TempDir Path temporary;
  @TempDir Path processes;

  @Test
  void whatAKilledProcessHasLeftIsDeleted() throws IOException {
    Path left = unpacked("bellwether-123");
    new Leftovers(temporary, () -> directory -> false, () -> later).delete();
    assertThat(left).doesNotExist();
  }

  @Test
  void whatIsInUseOrYoungOrOfOthersStays() throws IOException {
    Path used = unpacked("bellwether-1");
    Path others = unpacked("bellwether-server12");
    Path empty = Files.createDirectories(temporary.resolve("bellwether-2"));
    new Leftovers(temporary, () -> used::equals, () -> later).delete();
    assertThat(used).exists();
    assertThat(others).exists();
    assertThat(empty).exists();
    Path young = unpacked("bellwether-3");
    new Leftovers(temporary, () -> directory -> false, Instant::now).delete();
    assertThat(young).exists();
  }

  @Test
  void whereOthersMayWriteNothingIsDeleted() throws IOException {
    Path open = unpacked("bellwether-1");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path elsewhere = unpacked("elsewhere");
    Path link = Files.createSymbolicLink(temporary.resolve("bellwether-2"), elsewhere);
    new Leftovers(temporary, () -> directory -> false, () -> later).delete();
    assertThat(open.resolve("WEB-INF/a.jar")).exists();
    assertThat(link).isSymbolicLink();
    assertThat(elsewhere.resolve("WEB-INF/a.jar")).exists();
  }

  @Test
  void whereThereIsNoTemporaryDirectoryNothingIsLeft() {
    new Leftovers(temporary.resolve("gone"), () -> directory -> false, () -> later).delete();
    assertThat(temporary).exists();
  }

  @Test
  void aFileThatAProcessHasOpenIsInUse() throws IOException {
    Path used = unpacked("bellwether-1");
    Path free = unpacked("bellwether-2");
    process("10", "java\0-jar", used.resolve("WEB-INF/a.jar"));
    OpenFiles open = new OpenFiles(processes);
    assertThat(open).accepts(used).rejects(free);
  }

  @Test
  void whereAJavaProcessCannotBeLookedAtAllMayBeInUse() throws IOException {
    Path some = unpacked("bellwether-1");
    assertThat(new OpenFiles(processes.resolve("nowhere"))).accepts(some);
    process("10", "java\0-jar", some);
    Files.writeString(Files.createDirectories(processes.resolve("11")).resolve("cmdline"), "sh");
    assertThat(new OpenFiles(processes)).rejects(temporary.resolve("bellwether-2"));
    Files.writeString(Files.createDirectories(processes.resolve("12")).resolve("cmdline"), "java");
    assertThat(new OpenFiles(processes)).accepts(temporary.resolve("bellwether-2"));
  }

  private void process(String id, String commandLine, Path file) throws IOException {
    Path descriptors = Files.createDirectories(processes.resolve(id).resolve("fd"));
    Files.writeString(processes.resolve(id).resolve("cmdline"), commandLine);
    Files.createSymbolicLink(descriptors.resolve("3"), file);
  }

  private Path unpacked(String name) throws IOException {
    Path directory = temporary.resolve(name);
    Files.createDirectories(directory.resolve("WEB-INF"));
    Files.writeString(directory.resolve("WEB-INF/a.jar"), "x");
    return directory;
  }
}
