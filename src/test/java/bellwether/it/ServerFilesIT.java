package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.harness.Bellwether;
import bellwether.harness.OpenStream;
import bellwether.harness.RunningWar;
import bellwether.harness.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code java -jar} serves stays what it was, whatever becomes of the files around it. */
@Tag("soak")
@Timeout(300)
class ServerFilesIT {
  private static final int KILLS = 4;
  private static final List<String> PAGES =
      List.of("", "stocks.html", "css/bellwether.css", "guide/index.html");

  @TempDir Path directory;
  private Path temporary;
  private Path data;
  private Path war;

  @BeforeEach
  void prepare() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
    data = directory.resolve("data");
    war = Files.copy(ServerProcess.war(), directory.resolve("bellwether.war"));
  }

  @Test
  void goesOnWhenTheTemporaryDirectoryIsCleaned() throws IOException {
    try (RunningWar server = start("log")) {
      delete(temporary);
      assertServesAndSaysGoodBye(server);
    }
  }

  @Test
  void goesOnWhenItsWarIsReplaced() throws IOException {
    try (RunningWar server = start("log")) {
      Files.write(war, new byte[1000]); // into the same file, as cp does
      assertServesAndSaysGoodBye(server);
    }
  }

  @Test
  void loadsNothingFromItsWarOnceItIsReady() {
    try (RunningWar server = start("log", "-Xlog:class+load:stdout:none")) {
      server.get("stocks.html");
      server.terminate();
      String log = server.log();
      int ready = log.indexOf("Bellwether is ready");
      assertThat(log.substring(0, ready)).contains(war.getFileName().toString());
      assertThat(log.substring(ready)).doesNotContain(war.getFileName().toString());
    }
  }

  @Test
  void killedServersLeaveNothingThatGrows() throws IOException {
    start("log").kill();
    assertThat(files(temporary)).noneMatch(file -> file.contains("bellwether"));
    List<String> afterOne = files(data.resolve("server"));
    for (int i = 1; i < KILLS; i++) {
      start("log").kill();
    }
    assertThat(files(data.resolve("server"))).isEqualTo(afterOne).isNotEmpty();
    assertThat(files(temporary)).noneMatch(file -> file.contains("bellwether"));
  }

  @Test
  void theFilesOfAnOldVersionStayWhileItRunsAndNoLonger() throws IOException {
    try (RunningWar old = start("old")) {
      Files.delete(war);
      Files.copy(ServerProcess.war(), war);
      add("added.txt", war);
      assertThatThrownBy(() -> start("young")).hasMessageContaining("in use by another process");
      assertThat(versions()).hasSize(2);
      for (String page : PAGES) {
        assertThat(old.get(page).statusCode()).as(page).isEqualTo(200);
      }
      old.terminate();
    }
    try (RunningWar again = start("again")) {
      assertThat(again.get("added.txt").body()).isEqualTo("new");
      assertThat(versions()).hasSize(1);
    }
  }

  @Test
  void whereItsFilesCannotBeKeptItSaysWhereTheyAre() throws IOException {
    Files.createFile(Files.createDirectory(data).resolve("server"));
    try (RunningWar server = start("log")) {
      assertThat(server.log()).contains(data.toString(), "must not be cleaned while it runs");
      assertThat(server.get("stocks.html").statusCode()).isEqualTo(200);
      server.terminate();
    }
    assertThat(files(temporary)).noneMatch(file -> file.contains("bellwether"));
  }

  private RunningWar start(String log, String... options) {
    return RunningWar.start(war, temporary, data, directory.resolve(log), options);
  }

  private void assertServesAndSaysGoodBye(RunningWar server) {
    for (String page : PAGES) {
      assertThat(server.get(page).statusCode()).as(page).isEqualTo(200);
    }
    try (OpenStream stream = OpenStream.open(server.uri("events?topic=news"), Map.of())) {
      assertThat(stream.next().type()).isEqualTo("cursor");
      HttpRequest.Builder publication =
          HttpRequest.newBuilder(server.uri("events"))
              .header("Authorization", "Bearer " + Bellwether.KEY)
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("topic=news&data=hi"));
      assertThat(server.send(publication).statusCode()).isEqualTo(200);
      assertThat(stream.next().data()).isEqualTo("hi");
      server.terminate();
      assertThat(stream.next().type()).isEqualTo("shutdown");
      stream.awaitEnd();
    }
    assertThat(server.log()).doesNotContain("Exception", "NoClassDef", "Left behind");
  }

  private List<Path> versions() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("server"))) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  private static List<String> files(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static void delete(Path below) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void add(String name, Path war) throws IOException {
    try (FileSystem archive = FileSystems.newFileSystem(war)) {
      Files.writeString(archive.getPath(name), "new");
    }
  }
}
