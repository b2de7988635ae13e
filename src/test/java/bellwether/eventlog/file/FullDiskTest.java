package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Entries;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention on a disk that is full, or fails while a segment is dropped. */
class FullDiskTest {
  private static final Topic NEWS = new Topic("news");
  private static final int ENTRIES = 16; // two in each segment
  private static final FileLogLimits LIMITS =
      new FileLogLimits(ENTRIES, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);

  private final FakeDisk disk = new FakeDisk();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final FileEventLog log = open(disk);

  private FileEventLog open(FakeDisk on) {
    return FileLogs.open(on, LIMITS, FileLogs.ALWAYS, () -> now, new Random(1));
  }

  private void event(String data) {
    log.append(Publication.of(NEWS, data + " ".repeat(1000)), false);
  }

  private void state(String name) {
    log.append(Publication.of(new Topic("state/" + name), "state " + name), true);
  }

  /** Eight segments, as many as there may be, with states in the oldest. */
  private void fill() {
    for (int i = 0; i < 4; i++) {
      state("s" + i);
      event("old " + i + " ".repeat(3000));
    }
    for (int i = 0; i < 8; i++) {
      event("young " + i);
    }
    log.tend();
  }

  private static List<String> states(FileEventLog log) {
    return Entries.data(Entries.states(log));
  }

  @Test
  void aReserveThatCannotBeFilledGivesBackWhatItTook() {
    Reserve reserve = new Reserve(disk);
    disk.leaveRoomFor(100_000);
    assertThatIOException().isThrownBy(() -> reserve.keep(200_000));
    assertThat(disk.list()).doesNotContain(Reserve.FILE);
  }

  @Test
  void onAFullDiskTheOldestGoesAndPublishingGoesOn() {
    fill();
    long bytes = log.bytes();
    disk.leaveRoomFor(0);
    for (int i = 0; i < 100; i++) {
      event("more " + i % 10);
      log.tend();
      assertThat(log.isAvailable()).isTrue();
      assertThat(log.bytes()).isLessThanOrEqualTo(bytes + 100);
      assertThat(disk.segments()).hasSizeLessThanOrEqualTo(8);
    }
    assertThat(states(log)).containsExactly("state s0", "state s1", "state s2", "state s3");
    assertThat(log.lostThrough()).isEqualTo(log.oldest() - 1);
    FileEventLog again = open(disk.copy());
    assertThat(states(again)).isEqualTo(states(log));
    assertThat(again.oldest()).isEqualTo(log.oldest());
    assertThat(again.lostThrough()).isEqualTo(log.lostThrough());
  }

  @ParameterizedTest
  @ValueSource(strings = {"boot", "another boot"})
  void onAFullDiskTheLogIsOpenedAndPublishingGoesOn(String boot) {
    fill();
    disk.leaveRoomFor(0);
    SyncPolicy never = new SyncPolicy.Never(); // so that a new boot begins with a segment
    FileLogs.open(disk, LIMITS, never, "boot", () -> now, new Random(2)).tend();
    FileEventLog again = FileLogs.open(disk, LIMITS, never, boot, () -> now, new Random(3));
    for (int i = 0; i < 100; i++) {
      again.append(Publication.of(NEWS, "more " + i % 10 + " ".repeat(1000)), false);
      again.tend();
      assertThat(again.isAvailable()).isTrue();
    }
    assertThat(states(again)).containsExactly("state s0", "state s1", "state s2", "state s3");
  }

  @Test
  void onAFullDiskWhatIsTooOldGoesToo() {
    fill();
    now = now.plus(Duration.ofHours(12));
    log.tend();
    event("young");
    disk.leaveRoomFor(0);
    now = now.plus(Duration.ofHours(13));
    log.tend();
    assertThat(log.oldest()).isEqualTo(17);
    assertThat(disk.segments()).hasSize(2);
    assertThat(log.isAvailable()).isTrue();
    assertThat(states(open(disk.copy()))).hasSize(4);
  }

  @Test
  void aStateIsNotGivenUpBeforeTheOneThatReplacesItIsOnTheMedium() {
    for (int seed = 0; seed < 20; seed++) {
      FakeDisk one = new FakeDisk();
      FileEventLog unsynced =
          FileLogs.open(one, LIMITS, new SyncPolicy.Never(), () -> now, new Random(1));
      unsynced.append(Publication.of(new Topic("state/s"), "older"), true);
      now = now.plus(Duration.ofHours(23));
      unsynced.tend();
      unsynced.append(Publication.of(new Topic("state/s"), "newer"), true);
      now = now.plus(Duration.ofHours(2));
      unsynced.tend();
      assertThat(unsynced.oldest()).isEqualTo(2);
      one.cutPower(new Random(seed));
      assertThat(states(open(one))).hasSize(1);
    }
  }

  @Test
  void whatIsTooOldGoesWhilePublishingIsRefusedAndMakesRoom() {
    fill();
    disk.leaveRoomFor(10);
    try (LogLines muted = new LogLines(Committer.class)) {
      assertThatExceptionOfType(LogUnavailableException.class)
          .isThrownBy(() -> event("x".repeat(100_000)));
      log.tend();
      assertThat(muted.lines()).hasSize(1);
      assertThat(log.isAvailable()).isFalse();
    }
    now = now.plus(Duration.ofHours(25));
    log.tend();
    assertThat(disk.segments()).hasSizeLessThan(8);
  }

  @Test
  void whereNothingCanBeDroppedPublishingStaysRefusedAndTheLogWithinItsLimit() {
    state("large" + "x".repeat(1000));
    fill();
    event("more");
    FakeDisk full = disk.copy();
    try (LogLines muted = new LogLines(Committer.class)) {
      FileEventLog one = open(full);
      full.remove(Reserve.FILE);
      full.refuseToReplace(true);
      long bytes = one.bytes();
      for (int i = 0; i < 20; i++) {
        assertThatExceptionOfType(LogUnavailableException.class)
            .isThrownBy(() -> one.append(Publication.of(NEWS, "x"), false));
        one.tend();
        assertThat(one.isAvailable()).isFalse();
        assertThat(one.bytes()).isEqualTo(bytes);
      }
      assertThat(muted.lines()).as("said once").hasSize(1);
      full.refuseToReplace(false);
      one.tend();
      assertThat(one.append(Publication.of(NEWS, "x"), false).position())
          .isEqualTo(log.newest() + 1);
      assertThat(full.segments()).hasSizeLessThanOrEqualTo(8);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCrashAtAnyStepOfDroppingLosesNoStateAndTellsWhatIsGone(boolean hasReserve)
      throws Exception {
    fill();
    int steps = 0;
    for (boolean isLast = false; !isLast; steps++) {
      FakeDisk failing = disk.copy();
      try (LogLines muted = new LogLines(FileEventLog.class);
          LogLines alsoMuted = new LogLines(Committer.class)) {
        FileEventLog one = open(failing);
        if (!hasReserve) {
          failing.remove(Reserve.FILE);
        }
        failing.fail(
            steps,
            Integer.MAX_VALUE,
            () -> {
              throw new IOException("gone");
            });
        try {
          one.append(Publication.of(NEWS, "new"), false);
        } catch (LogUnavailableException | AppendInDoubtException e) {
          // The disk was gone before it was kept, or perhaps not.
        }
        isLast = !failing.hasFailed();
        FakeDisk crashed = failing.copy();
        crashed.mend();
        assertThatNothingIsLostInSilence(open(crashed), "step " + steps);
        assertThat(muted.lines()).hasSizeLessThan(4);
        assertThat(alsoMuted.lines()).hasSizeLessThan(2);
      }
    }
    assertThat(steps).isGreaterThan(6);
  }

  private static void assertThatNothingIsLostInSilence(FileEventLog again, String when) {
    assertThat(states(again))
        .as(when)
        .containsExactly("state s0", "state s1", "state s2", "state s3");
    TreeMap<Long, String> found = new TreeMap<>();
    long[] told = {0};
    Entries.tell(
        again,
        loss -> told[0] = loss.lostThrough(),
        entry -> found.put(entry.position(), entry.publication().data().strip()));
    long lost = told[0];
    assertThat(lost).as(when).isIn(0L, 2L);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      if (2 * i + 2 > lost) {
        expected.add("old " + i);
      }
    }
    for (int i = 0; i < 8; i++) {
      expected.add("young " + i);
    }
    assertThat(found.values()).as(when).containsAll(expected);
    assertThat(found.headMap(17L).values()).as(when).hasSize(expected.size() + 4);
  }
}
