package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Entries;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What has been acknowledged, and a sync that was to put it on the medium failed. */
class FailedSyncTest {
  private static final Topic NEWS = new Topic("news");
  private static final SyncPolicy AT_INTERVALS = new SyncPolicy.Every(Duration.ofNanos(1));

  private final FakeDisk disk = new FakeDisk();

  private FileEventLog open(FakeDisk on, int inMemory, int entries) {
    FileLogLimits limits =
        new FileLogLimits(
            entries, 1L << 40, FileLogLimits.ANY_AGE, 1 << 30, inMemory, Long.MAX_VALUE);
    return FileLogs.open(on, limits, AT_INTERVALS, InstantSource.system(), new Random(1));
  }

  private static void append(FileEventLog log, int from, int to) {
    for (int i = from; i < to; i++) {
      log.append(List.of(event("a" + i), event("b" + i)), topic -> false);
    }
  }

  private static Publication event(String data) {
    return Publication.of(NEWS, data);
  }

  private void failNextSync(FileEventLog log) {
    try (LogLines lines = new LogLines(Committer.class)) {
      disk.fail(
          0,
          1,
          () -> {
            throw new IOException("Input/output error");
          });
      log.tend();
      assertThat(disk.hasFailed()).isTrue();
      assertThat(lines.lines().get(0)).contains("publishing is refused");
    }
    assertThat(log.isAvailable()).isFalse();
  }

  private static List<String> data(FileEventLog log) {
    return Entries.data(Entries.of(log));
  }

  private static List<String> expected(int count) {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expected.add("a" + i);
      expected.add("b" + i);
    }
    return expected;
  }

  @Test
  void whatWasAcknowledgedBeforeIsWrittenAgainBeforePublishingGoesOn() {
    FileEventLog log = open(disk, 3, 1000);
    append(log, 0, 10);
    log.tend();
    append(log, 10, 20);
    failNextSync(log);
    log.tend();
    assertThat(log.isAvailable()).isTrue();
    for (int seed = 0; seed < 20; seed++) {
      FakeDisk cut = disk.copy();
      cut.cutPower(new Random(seed));
      assertThat(data(open(cut, 3, 1000))).isEqualTo(expected(20));
    }
  }

  @Test
  void whatTheFileHasLostIsWrittenFromMemory() {
    FileEventLog log = open(disk, 1000, 1000);
    append(log, 0, 10);
    failNextSync(log);
    disk.forgetWhatIsClean();
    log.tend();
    assertThat(log.isAvailable()).isTrue();
    assertThat(data(open(disk.copy(), 3, 1000))).isEqualTo(expected(10));
  }

  @Test
  void whatAnEarlierProcessLeftUnsyncedIsWrittenAgainToo() {
    append(open(disk, 3, 1000), 0, 10); // which is killed
    FileEventLog log = open(disk, 3, 1000);
    failNextSync(log);
    log.tend();
    disk.cutPower(new Random(1));
    assertThat(data(open(disk, 3, 1000))).isEqualTo(expected(10));
  }

  @Test
  void aSegmentOfAnEarlierProcessIsSyncedBeforeTheNextIsBegun() {
    append(open(disk, 3, 32), 0, 2); // which is killed, with its segment full
    FileEventLog log = open(disk, 3, 32);
    append(log, 2, 3);
    disk.cutPower(new Random(1));
    assertThat(data(open(disk, 3, 32))).startsWith("a0", "b0", "a1", "b1");
  }

  @Test
  void aLogThatCannotBeSyncedIsNotClosedInOrder() {
    FileEventLog log = open(disk, 3, 1000);
    append(log, 0, 10);
    failNextSync(log);
    try (LogLines lines = new LogLines(Committer.class)) {
      log.close();
      assertThat(lines.lines().get(0)).contains("not closed in order");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noSegmentIsBegunAfterOneThatMayNotBeOnTheMedium(boolean isError) throws Exception {
    SegmentWriter writer = new SegmentWriter(disk, new Segment(1));
    writer.start();
    Appending one = new Appending(List.of(), List.of(), 0);
    one.entries.add(
        new LogEntry(new EventId("bw000000000", 1), java.time.Instant.EPOCH, 0, event("a"), false));
    one.seal();
    writer.write(List.of(one));
    disk.fail(
        0,
        1,
        () -> {
          if (isError) {
            throw new InternalError("made to fail");
          }
          throw new IOException("Input/output error");
        });
    assertThatExceptionOfType(Throwable.class).isThrownBy(writer::syncBesides);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> writer.begin(new Segment(2)));
    writer.close();
  }
}
