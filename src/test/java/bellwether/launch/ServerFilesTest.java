package bellwether.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerFilesTest {
  private static final String PAGE = "index.html";
  private static final String CLASS = "WEB-INF/classes/A.class";

  @TempDir Path directory;

  @Test
  void aWarIsUnpackedOnceForAllThatServeIt() throws IOException {
    Path war = war("one", Map.of(PAGE, "page", CLASS, "class"));
    Path first;
    try (UnpackedWar unpacked = files().unpack(war)) {
      first = unpacked.directory();
      assertThat(first.resolve(PAGE)).hasContent("page");
      assertThat(first.resolve(CLASS)).hasContent("class");
    }
    Object written = Files.getLastModifiedTime(first.resolve(PAGE));
    try (UnpackedWar again = files().unpack(war)) {
      assertThat(again.directory()).isEqualTo(first);
      assertThat(Files.getLastModifiedTime(first.resolve(PAGE))).isEqualTo(written);
    }
    assertThat(versions()).hasSize(1);
  }

  @Test
  void whatIsNotAsInTheWarIsWrittenAgain() throws IOException {
    Path war = war("one", Map.of(PAGE, "page", CLASS, "class"));
    Path unpacked;
    try (UnpackedWar killed = files().unpack(war)) {
      unpacked = killed.directory();
    }
    Files.writeString(unpacked.resolve(PAGE), "\0\0\0\0"); // as after a power cut
    Files.delete(unpacked.resolve(CLASS));
    Files.writeString(unpacked.resolve(CLASS + ".part"), "cl");
    try (UnpackedWar again = files().unpack(war)) {
      assertThat(again.directory().resolve(PAGE)).hasContent("page");
      assertThat(again.directory().resolve(CLASS)).hasContent("class");
      assertThat(again.directory().resolve(CLASS + ".part")).doesNotExist();
    }
  }

  @Test
  void anotherVersionStaysWhileItIsInUseAndNoLonger() throws IOException {
    Path old = war("old", Map.of(PAGE, "old"));
    Path young = war("young", Map.of(PAGE, "new"));
    try (UnpackedWar running = files().unpack(old);
        UnpackedWar started = files().unpack(young)) {
      assertThat(running.directory().resolve(PAGE)).hasContent("old");
      assertThat(started.directory().resolve(PAGE)).hasContent("new");
      assertThat(versions()).hasSize(2);
    }
    files().unpack(young).close();
    assertThat(versions()).hasSize(1);
    assertThat(files("in-use")).hasSize(1);
  }

  @Test
  void nothingElseInTheDirectoryIsTouched() throws IOException {
    Path other = Files.createDirectories(directory.resolve("server/of-mine")).resolve("file");
    Files.writeString(other, "mine");
    files().unpack(war("one", Map.of(PAGE, "page"))).close();
    assertThat(other).hasContent("mine");
  }

  private ServerFiles files() {
    return new ServerFiles(directory.resolve("server"));
  }

  private List<Path> versions() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("server"))) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private List<Path> files(String end) throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("server"))) {
      return all.filter(file -> file.toString().endsWith(end)).toList();
    }
  }

  private Path war(String name, Map<String, String> content) throws IOException {
    Path war = directory.resolve(name + ".war");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(war))) {
      for (Map.Entry<String, String> file : content.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue().getBytes(UTF_8));
      }
    }
    return war;
  }
}
