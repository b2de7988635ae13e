package bellwether.eventlog.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogReceiver.Facts;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Evicted;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is handed over whole, and kept in files again, is the same log. */
class MovedLogTest {
  private static final int ENTRIES = 96;
  private static final long FAR = 1_000_000_000;
  private static final Topic NEWS = new Topic("news");
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.089012Z");
  private static final Epoch FIRST = new Epoch("bw000000001", 1, 3);
  private static final Epoch SHARED = new Epoch("bw000000002", FAR, Long.MAX_VALUE);

  private final FakeDisk disk = new FakeDisk();

  @Test
  void whatWasMovedIsReadAsBefore() throws IOException {
    int lost = 0;
    for (int seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      FakeDisk from = new FakeDisk();
      FileEventLog log = FileLogs.open(from, ENTRIES, random);
      append(log, random, 1 + random.nextInt(3 * ENTRIES));
      log.close();
      if (random.nextBoolean()) { // another life, which leaves out a position
        log = FileLogs.open(lessOne(from), ENTRIES, random);
        append(log, random, random.nextInt(ENTRIES));
        log.close();
      }
      FakeDisk to = new FakeDisk();
      try (MovedLog moved = MovedLog.on(to)) {
        LogToMove.handOver(from, moved);
      }
      log = FileLogs.open(from, ENTRIES, random);
      FileEventLog again = FileLogs.open(to, ENTRIES, random);
      assertThat(told(again)).as("seed %d", seed).isEqualTo(told(log));
      assertThat(lines(Entries.states(again))).isEqualTo(lines(Entries.states(log)));
      assertThat(again.oldest()).isEqualTo(log.oldest());
      assertThat(again.lostThrough()).isEqualTo(log.lostThrough());
      for (long position = 0; position <= log.newest(); position++) {
        String id = log.idAt(position).toString();
        assertThat(again.find(id)).isEqualTo(log.find(id));
        assertThat(again.find("own-" + position)).isEqualTo(log.find("own-" + position));
      }
      lost += log.lostThrough() > 0 ? 1 : 0;

      Publication next = Publication.of(NEWS, "next");
      String ofOriginal = log.append(next, false).toString();
      String ofMoved = again.append(next, false).toString();
      assertThat(again.find(ofOriginal)).isEqualTo(new Lookup.Unknown());
      assertThat(log.find(ofMoved)).isEqualTo(new Lookup.Unknown());
    }
    assertThat(lost).as("logs with losses").isGreaterThan(20);
  }

  /** The same disk, as if the last sync had been lost. */
  private static FakeDisk lessOne(FakeDisk disk) throws IOException {
    Manifest closed = Manifest.read(disk);
    new Manifest(
            closed.epochs(),
            closed.droppedThrough(),
            closed.loss(),
            "",
            true,
            closed.closedAt() + 1)
        .write(disk);
    return disk;
  }

  @Test
  void readersDoNotHearOfPositionsThatASharedStoreSkipped() throws IOException {
    move(FAR + 1, 1, 2, 3, FAR, FAR + 1);
    FileEventLog log = open();

    assertThat(told(log)).containsExactly("1", "2", "3", "" + FAR, "" + (FAR + 1));
    assertThat(log.countBetween(2, FAR)).isEqualTo(2);
    assertThat(log.positionBefore(TIME.plusSeconds(3))).isEqualTo(2);
    assertThat(log.positionBefore(TIME.plusSeconds(4))).isEqualTo(FAR - 1);
    assertThat(log.append(Publication.of(NEWS, "x"), false).position()).isEqualTo(FAR + 2);
    assertThat(log.find(FIRST.name() + "-3")).isEqualTo(new Lookup.Found(3));
    assertThat(log.find(SHARED.name() + "-" + FAR)).isEqualTo(new Lookup.Found(FAR));
    assertThat(log.find(FIRST.name() + "-4")).isEqualTo(new Lookup.Unknown());
    List<SegmentReport> reports = new ArrayList<>();
    StoredLog.Rest rest = new StoredLog(disk).check(reports::add);
    assertThat(rest.findings()).noneMatch(Finding::isDamage);
  }

  @Test
  void droppingWhatIsBeforeSkippedPositionsLosesNoMoreThanThat() throws IOException {
    move(FAR + 5, 1, 2, 3, FAR, FAR + 1, FAR + 2, FAR + 3, FAR + 4, FAR + 5);
    FileEventLog log = FileLogs.open(disk, 8, new Random(1));
    log.tend();

    assertThat(log.oldest()).isGreaterThan(1);
    assertThat(log.lostThrough()).matches(lost -> lost <= 3 || lost >= FAR);
  }

  @Test
  void whereEntriesAreMissingReadersAreTold() throws IOException {
    move(FAR, 1, 3, FAR);
    assertThat(told(open())).containsExactly("1", "lost 2", "3", "" + FAR);
  }

  @Test
  void missingEntriesAtTheEndAreTold() throws IOException {
    move(FAR + 1, 1, 2, 3, FAR);
    assertThat(told(open())).containsExactly("1", "2", "3", "" + FAR, "lost " + (FAR + 1));
  }

  @Test
  void anEmptyLogStaysEmpty() throws IOException {
    try (MovedLog moved = MovedLog.on(disk)) {
      Epoch only = new Epoch(FIRST.name(), 1, Long.MAX_VALUE);
      moved.begin(new Facts(new Epochs(List.of(only)), 1, 0, Loss.NONE));
      moved.finish();
    }
    FileEventLog log = open();
    assertThat(log.newest()).isZero();
    assertThat(log.lostThrough()).isZero();
    assertThat(log.append(Publication.of(NEWS, "x"), false).position()).isEqualTo(1);
  }

  @Test
  void aHalfMovedLogIsNotTakenForAWholeOne(@TempDir Path directory) throws IOException {
    try (MovedLog moved = MovedLog.in(directory)) {
      moved.begin(new Facts(new Epochs(List.of(FIRST, SHARED)), 1, FAR, Loss.NONE));
      moved.entry(entry(1));
    }
    assertThat(directory).isDirectoryContaining(file -> file.toString().endsWith(".log"));
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> open(directory))
        .withMessageContaining("move it again, or delete it");

    try (MovedLog moved = MovedLog.in(directory)) {
      moved.begin(new Facts(new Epochs(List.of(FIRST)), 1, 3, Loss.NONE));
      moved.entry(entry(1));
      moved.entry(entry(2));
      moved.entry(entry(3));
      moved.finish();
    }
    try (FileEventLog log = open(directory)) {
      assertThat(told(log)).containsExactly("1", "2", "3");
    }
  }

  @Test
  void whatIsThereIsNotOverwritten(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("manifest"), "mine", UTF_8);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MovedLog.in(directory))
        .withMessageContaining("is not empty");
    assertThat(file).hasContent("mine");
  }

  @Test
  void aLogInUseIsNotHandedOver(@TempDir Path directory) throws IOException {
    FileEventLog log = open(directory);
    log.append(List.of(Publication.of(NEWS, "one")), topic -> false);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> handOver(directory))
        .withMessageContaining("is in use by another");
    log.close();
    assertThat(handOver(directory)).containsExactly("begin 1 to 1", "entry 1", "finish");
  }

  @Test
  void aLogOfANewerVersionIsNotHandedOver(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("manifest"), "bellwether-log 2\n", UTF_8);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> handOver(directory))
        .withMessageContaining("newer version");
  }

  private static List<String> handOver(Path directory) throws IOException {
    RecordedReceiver receiver = new RecordedReceiver();
    LogToMove.handOver(directory, InstantSource.system(), new Random(1), receiver);
    return receiver.calls();
  }

  private static FileEventLog open(Path directory) {
    return FileEventLog.open(
        directory,
        FileLogs.limits(ENTRIES),
        new SyncPolicy.Never(),
        "boot",
        Runnable::run,
        InstantSource.system(),
        System::nanoTime,
        new Random(1));
  }

  private FileEventLog open() {
    return FileLogs.open(disk, ENTRIES, new Random(1));
  }

  private void move(long newest, long... positions) throws IOException {
    try (MovedLog moved = MovedLog.on(disk)) {
      moved.begin(new Facts(new Epochs(List.of(FIRST, SHARED)), 1, newest, Loss.NONE));
      for (long position : positions) {
        moved.entry(entry(position));
      }
      moved.finish();
    }
  }

  private static EntryRecord entry(long position) {
    Publication publication = Publication.of(NEWS, "" + position);
    long second = position < FAR ? position : 100 + position - FAR;
    return new EntryRecord(position, TIME.plusSeconds(second), publication, false, true);
  }

  private static void append(FileEventLog log, Random random, int count) {
    for (int i = 0; i < count; i++) {
      boolean isRetained = random.nextInt(4) == 0;
      Topic topic = isRetained ? new Topic("state/" + random.nextInt(40)) : NEWS;
      long next = log.newest() + 1;
      Publication publication =
          new Publication(
              List.of(topic),
              isRetained && random.nextBoolean(),
              random.nextInt(3) == 0 ? "own-" + next : null,
              null,
              null,
              "d" + next,
              random.nextInt(3) == 0 ? "key-" + next : null);
      var unused = log.append(List.of(publication), any -> isRetained);
    }
  }

  /** What a reader of the whole log is told. */
  private static List<String> told(EventLog log) {
    List<String> told = new ArrayList<>();
    Entries.tell(
        log,
        (Evicted loss) -> told.add("lost " + loss.lostThrough()),
        entry -> told.add(line(entry)));
    return told;
  }

  private static List<String> lines(List<LogEntry> entries) {
    return entries.stream().map(MovedLogTest::line).toList();
  }

  private static String line(LogEntry entry) {
    boolean isPlain = entry.publication().data().equals("" + entry.position());
    return isPlain
        ? "" + entry.position()
        : entry.id() + " " + entry.time() + " " + entry.isRetained() + " " + entry.publication();
  }
}
