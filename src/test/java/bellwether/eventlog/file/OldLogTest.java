package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that an older version wrote lose nothing: see the README beside them. */
class OldLogTest {
  private static final FileLogLimits LIMITS = FileLogs.limits(1000);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"closed", "killed"})
  void areReadAsTheyWere(String name) throws Exception {
    copy(name);
    for (int opening = 0; opening < 3; opening++) { // this version's own indexes then, too
      FileEventLog log = open();
      assertToldAsExpected(log, name);
      log.tend();
      log.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "killed"})
  void areReadWithoutTheirIndexes(String name) throws Exception {
    copy(name);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".index")).toList()) {
        Files.delete(file);
      }
    }
    FileEventLog log = open();
    assertToldAsExpected(log, name);
    log.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "killed"})
  void areGoneOnWithAndEveryIdIsKnown(String name) throws Exception {
    copy(name);
    FileEventLog log = open();
    List<LogEntry> entries = entries(log);
    Set<String> named = new HashSet<>();
    for (LogEntry entry : entries) {
      assertThat(log.find(entry.id().toString())).isEqualTo(new Lookup.Found(entry.position()));
      Publication publication = entry.publication();
      if (publication.id() != null) {
        named.add(publication.id());
        assertThat(log.find(publication.id())).isInstanceOf(Lookup.Found.class);
      }
      if (publication.idempotencyKey() != null) {
        assertThat(log.append(publication, entry.isRetained())).isEqualTo(entry.id());
      }
    }
    assertThat(named).contains("日本-1", "k\fz", " lead", "trail ", "é", "tab\tin", "é-state");
    for (long position = 0; position <= log.newest(); position++) {
      assertThat(log.find(log.idAt(position).toString())).isEqualTo(new Lookup.Found(position));
    }
    long newest = log.newest();
    log.append(Publication.of(new Topic("news"), "new"), false);
    Batch next = (Batch) log.readSlowly(Place.at(newest), log.newest(), entry -> true, 10);
    assertThat(next.entries()).extracting(e -> e.publication().data()).containsExactly("new");
    log.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed", "killed"})
  void areSearchedByTime(String name) throws Exception {
    copy(name);
    FileEventLog log = open();
    long before = Math.max(0, log.lostThrough());
    for (LogEntry entry : entries(log)) {
      if (entry.position() >= log.oldest()) {
        assertThat(log.positionBefore(entry.time())).isBetween(before, entry.position() - 1);
        before = entry.position();
      }
    }
    log.close();
  }

  /** Where among older states a gap stands is not the old log's to say. */
  private static void assertToldAsExpected(FileEventLog log, String name) throws Exception {
    List<String> told = tell(log);
    List<String> expected = expected(name);
    assertThat(told).filteredOn(OldLogTest::isEntry).isEqualTo(entries(expected));
    assertThat(told).filteredOn(line -> !isEntry(line)).isEqualTo(gaps(expected));
  }

  private static List<String> entries(List<String> lines) {
    return lines.stream().filter(OldLogTest::isEntry).toList();
  }

  private static List<String> gaps(List<String> lines) {
    return lines.stream().filter(line -> !isEntry(line)).toList();
  }

  private static boolean isEntry(String line) {
    return !line.startsWith("gap\t");
  }

  private FileEventLog open() {
    return FileEventLog.open(
        directory,
        LIMITS,
        new SyncPolicy.Always(),
        "boot-2",
        Runnable::run,
        () -> Instant.parse("2026-02-01T00:00:00Z"),
        System::nanoTime,
        new Random());
  }

  private void copy(String name) throws IOException, URISyntaxException {
    try (Stream<Path> files = Files.list(source(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName().toString()));
      }
    }
  }

  private static List<String> expected(String name) throws IOException, URISyntaxException {
    return Files.readAllLines(source(name + ".expected"));
  }

  private static Path source(String name) throws URISyntaxException {
    URL logs = OldLogTest.class.getResource("/eventlog/written-by-967d6af");
    return Path.of(Objects.requireNonNull(logs).toURI()).resolve(name);
  }

  private static List<LogEntry> entries(FileEventLog log) {
    return Entries.of(log).stream().filter(entry -> !entry.isSupersededAt(log.newest())).toList();
  }

  private static List<String> tell(FileEventLog log) {
    List<String> lines = new ArrayList<>();
    Entries.tell(
        log,
        loss -> lines.add("gap\t" + loss.lostThrough()),
        entry -> {
          if (!entry.isSupersededAt(log.newest())) {
            lines.add(tell(entry));
          }
        });
    return lines;
  }

  private static String tell(LogEntry entry) {
    Publication publication = entry.publication();
    return String.join(
        "\t",
        entry.id().toString(),
        entry.time().toString(),
        entry.isRetained() ? "state" : "event",
        publication.isPrivate() ? "private" : "public",
        escaped(String.join(" ", publication.topics().stream().map(Topic::name).toList())),
        escaped(publication.id()),
        escaped(publication.idempotencyKey()),
        escaped(publication.type()),
        publication.retry() == null ? "-" : publication.retry().toString(),
        escaped("'" + publication.data()));
  }

  private static String escaped(@Nullable String text) {
    if (text == null) {
      return "-";
    }
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isPlain = (c > ' ' && c < 0x7f && c != '\\') || (c == ' ' && !escaped.isEmpty());
      escaped.append(isPlain ? "" + c : "\\u%04x".formatted((int) c));
    }
    return escaped.toString();
  }
}
