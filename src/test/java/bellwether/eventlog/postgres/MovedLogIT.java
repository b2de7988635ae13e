package bellwether.eventlog.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.file.LogToMove;
import bellwether.eventlog.file.MovedLog;
import bellwether.eventlog.file.SyncPolicy;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.eventlog.shared.SharedLogs;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log moves from files to PostgreSQL and back, and stays the same log. */
@Tag("soak")
@Timeout(120)
class MovedLogIT {
  private static final int ENTRIES = 400;
  private static final int PART = 50;
  private static final long EPOCH = 1_000_000_000;
  private static final Topic NEWS = new Topic("news");
  private static final Instant START = Instant.parse("2026-03-04T05:06:07.089012Z");

  private final PostgresLog database = new PostgresLog();
  private final Random random = new Random(7);
  private Instant now = START;

  @TempDir private Path directory;
  private Path files;

  @BeforeEach
  void choose() {
    files = directory.resolve("log");
  }

  @AfterEach
  void close() throws Exception {
    database.close();
  }

  @Test
  void whatWasMovedThereIsReadAsBefore() throws Exception {
    List<String> ids = new ArrayList<>();
    List<String> told;
    List<String> states;
    long lostThrough;
    try (FileEventLog log = open(files)) {
      append(log, 1000);
      told = told(log);
      states = lines(Entries.states(log));
      lostThrough = log.lostThrough();
      for (long position = 0; position <= log.newest(); position++) {
        ids.add(log.idAt(position).toString());
      }
    }
    assertThat(lostThrough).as("some are dropped").isPositive();
    moveThere();

    SharedEventLog node = node();
    assertThat(told(node)).isEqualTo(told);
    assertThat(lines(Entries.states(node))).isEqualTo(states);
    assertThat(node.lostThrough()).isEqualTo(lostThrough);
    for (int position = 0; position < ids.size(); position++) {
      assertThat(node.find(ids.get(position))).isEqualTo(new Lookup.Found(position));
    }
    assertThat(node.find("own-" + node.newest())).isEqualTo(new Lookup.Found(node.newest()));
    assertThat(node.find("own-1")).as("it is gone").isEqualTo(new Lookup.Unknown());
    assertThat(node.append(keyed("key-" + node.newest()), false).position())
        .isEqualTo(node.newest());
    assertThat(node.positionBefore(START.plusSeconds(700))).isEqualTo(699);

    String next = node.append(Publication.of(NEWS, "next"), false).toString();
    assertThat(next).endsWith("-" + EPOCH);
    try (FileEventLog original = open(files)) {
      String ofOriginal = original.append(Publication.of(NEWS, "x"), false).toString();
      assertThat(node.find(ofOriginal))
          .as("never the id of another")
          .isEqualTo(new Lookup.Unknown());
    }
    append(node, 300);
    node.tend();
    assertThat(node.oldest()).as("retention goes on").isGreaterThan(900);
    assertThat(lines(Entries.states(node))).isNotEmpty();
  }

  @Test
  void whatWasMovedBackIsReadAsBefore() throws Exception {
    try (FileEventLog log = open(files)) {
      append(log, 100);
    }
    moveThere();
    SharedEventLog node = node();
    append(node, 100);
    List<String> told = told(node);
    List<String> states = lines(Entries.states(node));
    List<String> ids = new ArrayList<>();
    Entries.of(node).forEach(entry -> ids.add(entry.id().toString()));
    long newest = node.newest();
    node.close();
    Path back = directory.resolve("back");
    moveBack(back);

    try (FileEventLog log = open(back)) {
      assertThat(told(log)).as("and no loss where positions were skipped").isEqualTo(told);
      assertThat(lines(Entries.states(log))).isEqualTo(states);
      assertThat(log.newest()).isEqualTo(newest);
      assertThat(log.countBetween(0, newest)).isEqualTo(200);
      ids.forEach(id -> assertThat(log.find(id)).isInstanceOf(Lookup.Found.class));
      assertThat(log.append(keyed("key-3"), false).position()).isEqualTo(3);
      String ofFiles = log.append(Publication.of(NEWS, "next"), false).toString();
      assertThat(log.find(ofFiles)).isEqualTo(new Lookup.Found(newest + 1));
      SharedEventLog again = node();
      assertThat(again.find(ofFiles)).isEqualTo(new Lookup.Unknown());
      assertThat(log.find(again.append(Publication.of(NEWS, "y"), false).toString()))
          .isEqualTo(new Lookup.Unknown());
    }
    database.execute("DROP SCHEMA IF EXISTS " + database.place().schema() + " CASCADE");
    files = back;
    moveThere();
    try (SharedEventLog third = node()) {
      assertThat(told(third)).containsAll(told);
      ids.forEach(id -> assertThat(third.find(id)).isInstanceOf(Lookup.Found.class));
    }
  }

  @Test
  void whereSomethingMayBeMissingReadersAreToldThereAndBack() throws Exception {
    try (FileEventLog log = open(files)) {
      append(log, 20);
    }
    Path manifest = files.resolve("manifest");
    Files.writeString(manifest, Files.readString(manifest).replace("closed 20", "closed 25"));
    List<String> told;
    try (FileEventLog log = open(files)) {
      append(log, 20);
      told = told(log);
    }
    assertThat(told).contains("lost 21");
    moveThere();
    assertThat(told(node())).isEqualTo(told);
    files = directory.resolve("back");
    moveBack(files);
    try (FileEventLog log = open(files)) {
      assertThat(told(log)).isEqualTo(told);
    }
  }

  @Test
  void anInterruptedMoveLeavesNoLog() throws Exception {
    try (FileEventLog log = open(files)) {
      append(log, 1500);
    }
    try (JdbcMovedLog moved = JdbcMovedLog.in(database.place())) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () ->
                  LogToMove.handOver(
                      files, () -> now, random, new BreakingReceiver(moved, ENTRIES / 2)))
          .withMessage("broken");
    }
    assertThat(database.count("entry")).isZero();
    assertThat(database.tables()).noneMatch(table -> table.startsWith("entry_"));
    moveThere();
    assertThat(node().newest()).isEqualTo(1500);
  }

  @Test
  void aLogThatIsThereIsNotOverwritten() throws Exception {
    SharedEventLog node = node();
    try (FileEventLog log = open(files)) {
      append(log, 3);
    }
    moveThere(); // a node that has started, and has no event, is no obstacle
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::moveThere)
        .withMessageContaining("has entries already");
    assertThat(database.count("entry")).isEqualTo(3);
    node.close();
  }

  @Test
  void aLogOfANewerVersionIsUsedButNotMoved() throws Exception {
    SharedEventLog node = node();
    node.append(Publication.of(NEWS, "x"), false);
    database.execute(
        "INSERT INTO bellwether_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " VALUES (1000, '1000', 'later', 'SQL', 'V1000__later.sql', 1, 'x', 1, true)");

    SharedEventLog second = node();
    assertThat(second.append(Publication.of(NEWS, "y"), false).position()).isEqualTo(2);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> moveBack(directory.resolve("back")))
        .withMessageContaining("of a newer version");
    try (FileEventLog log = open(files)) {
      append(log, 3);
    }
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(this::moveThere)
        .withMessageContaining("of a newer version");
  }

  @Test
  void whereThereIsNoLogNoneIsMoved() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> moveBack(directory.resolve("back")))
        .withMessageContaining("there is no log");
  }

  private void moveThere() throws IOException {
    try (JdbcMovedLog moved = JdbcMovedLog.in(database.place())) {
      LogToMove.handOver(files, () -> now, random, moved);
    }
  }

  private void moveBack(Path target) throws IOException {
    try (MovedLog moved = MovedLog.in(target)) {
      JdbcLogToMove.handOver(database.place(), moved);
    }
  }

  private SharedEventLog node() {
    return SharedLogs.open(database.store(PART), SharedLogs.limits(ENTRIES, 50), () -> now);
  }

  private FileEventLog open(Path where) {
    return FileEventLog.open(
        where,
        new FileLogLimits(ENTRIES, 1 << 20, FileLogLimits.ANY_AGE, 1 << 20, 50, 1 << 20),
        new SyncPolicy.Never(),
        "boot",
        Runnable::run,
        (InstantSource) () -> now,
        System::nanoTime,
        random);
  }

  private void append(EventLog log, int count) {
    for (int i = 0; i < count; i++) {
      now = now.plusSeconds(1);
      long next = log.newest() + 1;
      boolean isRetained = next % 5 == 0 && next % 1000 != 0;
      boolean isSecret = isRetained && random.nextBoolean();
      Topic topic = isRetained ? new Topic("state/" + random.nextInt(300)) : NEWS;
      Publication publication =
          new Publication(
              List.of(topic), isSecret, "own-" + next, null, null, "d" + next, "key-" + next);
      var unused = log.append(List.of(publication), any -> isRetained);
    }
  }

  private static Publication keyed(String key) {
    return Publication.of(NEWS, "again").withIdempotencyKey(key);
  }

  private static List<String> told(EventLog log) {
    List<String> told = new ArrayList<>();
    Entries.tell(
        log,
        (Evicted loss) -> told.add("lost " + loss.lostThrough()),
        entry -> told.add(line(entry)));
    return told;
  }

  private static List<String> lines(List<LogEntry> entries) {
    return entries.stream().map(MovedLogIT::line).toList();
  }

  private static String line(LogEntry entry) {
    return entry.id() + " " + entry.time() + " " + entry.isRetained() + " " + entry.publication();
  }
}
