package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.config.Settings;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FileEventLog;
import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a log is told from others. */
class LogFilesTest {
  private static final Settings.Log SETTINGS =
      new Settings.Log(
          Settings.LogPlace.FILES,
          1000,
          1 << 20,
          null,
          Duration.ofDays(1),
          1 << 20,
          0,
          Duration.ofSeconds(10),
          List.of());

  @TempDir Path directory = Path.of("");

  @Test
  void theNameOutlivesTheProcessHoweverThatEnds() throws IOException {
    Path place = directory.resolve("log");
    String name = name(place, 1);
    assertThat(name(place, 2)).isEqualTo(name);

    Path manifest = place.resolve("manifest");
    Files.writeString(
        manifest, Files.readString(manifest).replaceAll("closed .*\\n", "")); // as if killed
    assertThat(name(place, 3)).isEqualTo(name);
  }

  @Test
  void aCopyOfTheFilesHasANameOfItsOwn() throws IOException {
    Path place = directory.resolve("log");
    String name = name(place, 1);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    assertThat(name(copy, 2)).isNotEqualTo(name);
  }

  @Test
  void anotherLogHasAnotherName() {
    assertThat(name(directory.resolve("one"), 1)).isNotEqualTo(name(directory.resolve("two"), 2));
  }

  private static String name(Path place, int seed) {
    LogFiles files = new LogFiles(place, SETTINGS);
    try (FileEventLog log = files.open(Runnable::run, InstantSource.system(), new Random(seed))) {
      var unused = log.append(Publication.of(new Topic("topic"), "data"), false);
      return files.name(log);
    }
  }
}
