package bellwether.eventlog.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids in a log that an earlier version wrote, which are taken from nobody any more. */
class OldIdsTest {
  private static final Path OLD = Path.of("src/test/resources/eventlog/written-by-967d6af/closed");
  private static final List<String> REFUSED_NOW =
      List.of(
          "日本-1", "k\fz", " lead", "trail ", "é", "tab\tin", "\u0001", "\u007f", "\ud83d\udc11");
  private static final List<String> AS_EVER =
      List.of(
          "urn:uuid:5f0c1e0e-0000-4000-8000-000000000001",
          "id-[\"https://example.net/a\"]",
          "id 58");

  @TempDir private Path directory;
  private FileEventLog log;

  @BeforeEach
  void open() throws IOException {
    try (Stream<Path> files = Files.list(OLD)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    log = opened();
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void anOldIdIsFoundByItselfAndGoesOutAsTheLogsOwn() {
    for (String id : REFUSED_NOW) {
      LogEntry entry = entryWith(id);
      assertThat(entry.publication().data()).isEqualTo("data of " + id);
      assertThat(entry.publication().id()).isEqualTo(id);
      assertThat(entry.publicId()).isEqualTo(entry.id().toString());
      assertThat(new String(entry.frame(), UTF_8)).startsWith("id: " + entry.id() + "\n");
    }
    for (String id : AS_EVER) {
      assertThat(entryWith(id).publicId()).isEqualTo(id);
    }
  }

  @Test
  void ofTwoOldEventsWithOneIdTheNewestThatIsWantedCounts() {
    assertThat(log.find("order-1")).isEqualTo(new Lookup.Found(95));
    EntryFilter strange = entry -> entry.publication().topics().contains(new Topic("strange"));
    assertThat(log.find("order-1", strange)).isEqualTo(new Lookup.Found(81));
  }

  @Test
  void aStateKeepsItsOldIdWhenItsSegmentGoes() {
    for (int i = 0; i < 200; i++) {
      log.append(Publication.of(new Topic("other"), "x"), false);
    }
    assertThat(log.oldest()).isGreaterThan(94);
    log.close();
    log = opened();
    assertThat(log.find("é-state")).isEqualTo(new Lookup.Found(93));
    assertThat(log.find(" hidden ")).isEqualTo(new Lookup.Found(94));
    assertThat(entryWith("é-state").publicId()).isEqualTo(log.idAt(93).toString());
  }

  @Test
  void aRetryUnderAnOldKeyAnswersWithTheIdThatGoesOut() {
    Publication again =
        Publication.of(new Topic("state/strange"), "again").withIdempotencyKey("k\u00e9\ny");
    LogEntry first = log.append(List.of(again), topic -> true).get(0);
    assertThat(first.publicId()).isEqualTo(log.idAt(93).toString());
  }

  private LogEntry entryWith(String id) {
    long position = ((Lookup.Found) log.find(id)).position();
    Batch batch =
        (Batch) log.readSlowly(Place.regardlessOfLosses(position - 1), position, entry -> true, 1);
    return batch.entries().get(0);
  }

  private FileEventLog opened() {
    return FileEventLog.open(
        directory,
        FileLogs.limits(64),
        new SyncPolicy.Always(),
        "boot-1",
        Runnable::run,
        InstantSource.system(),
        System::nanoTime,
        new Random(7));
  }
}
