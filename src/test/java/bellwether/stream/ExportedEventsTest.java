package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.file.SyncPolicy;
import bellwether.tool.LogTool;
import bellwether.topic.Topic;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportedEventsTest {

  private static final List<Publication> PUBLISHED =
      List.of(
          Publication.of(new Topic("news"), ""),
          Publication.of(new Topic("ne\"ws\\"), "a\nb\r\u0000\u2028\uD83D\uDE00 \u00E4\"\\/\u001B"),
          Publication.of(new Topic("news"), "{\"not\":\"a text\"}"),
          new Publication(
              List.of(new Topic("one"), new Topic("two")),
              true,
              "mine-~",
              "head line",
              Duration.ofMillis(999_999_999),
              "data",
              null));

  @Test
  void whatTheToolExportsIsPublishedAsItWas(@TempDir Path directory) {
    try (FileEventLog log = open(directory)) {
      var unused = log.append(PUBLISHED, topic -> false);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int status =
        LogTool.run(
            List.of("export", directory.toString()), out, new PrintStream(errors, true, UTF_8));
    assertThat(status).as(errors.toString(UTF_8)).isZero();
    List<String> lines = List.of(out.toString(UTF_8).split("\n"));
    List<Publication> read = lines.stream().map(ExportedEventsTest::publication).toList();
    assertThat(read).isEqualTo(PUBLISHED);
  }

  private static Publication publication(String line) {
    try (JsonReader reader = Json.createReader(new StringReader(line))) {
      return PublishRequest.of(reader.readObject(), null);
    }
  }

  private static FileEventLog open(Path directory) {
    return FileEventLog.open(
        directory,
        new FileLogLimits(1000, 1 << 20, FileLogLimits.ANY_AGE, 1 << 20, 100, 1 << 20),
        new SyncPolicy.Always(),
        "boot",
        Runnable::run,
        InstantSource.system(),
        System::nanoTime,
        new Random());
  }
}
