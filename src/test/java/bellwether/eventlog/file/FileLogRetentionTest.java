package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log drops, and when: by age, by size, and while somebody reads. */
class FileLogRetentionTest extends OnFakeDisk {
  @Test
  void dropsWhatHasBecomeTooOld() {
    FileEventLog log = openForADay(disk);
    append(log, "old");
    log.append(keyed("mine", "k"), true);
    now = now.plus(Duration.ofHours(12));
    log.tend(); // begins another segment
    append(log, "young");
    now = now.plus(Duration.ofHours(13));
    log.tend();
    assertThat(log.oldest()).isEqualTo(3);
    assertThat(log.lostThrough()).isEqualTo(1);
    assertThat(states(log)).containsExactly("keyed");
    now = now.plus(Duration.ofHours(24));
    log.tend();
    log.tend();
    assertThat(log.oldest()).isEqualTo(4);
    assertThat(log.newest()).isEqualTo(3);
    assertThat(disk.segments()).hasSize(1);
    assertThat(append(log, "new").position()).isEqualTo(4);
  }

  @Test
  void anEventFromAheadIsDroppedInItsTurn() {
    FileEventLog log = openForADay(disk);
    Instant start = now;
    append(log, "a");
    now = start.plus(Duration.ofDays(1000));
    append(log, "from ahead");
    now = start.plus(Duration.ofHours(1));
    log = openForADay(disk.copy());
    append(log, "b");
    now = start.plus(Duration.ofHours(4));
    log.tend(); // begins another segment
    append(log, "c");
    now = start.plus(Duration.ofHours(24));
    log.tend();
    assertThat(log.oldest()).as("not before its time").isEqualTo(1);
    now = start.plus(Duration.ofHours(26));
    log.tend();
    assertThat(log.oldest()).as("once what followed it is too old").isEqualTo(4);
    now = start.plus(Duration.ofHours(29));
    log.tend();
    assertThat(log.oldest()).isEqualTo(5);
  }

  @Test
  void anEventFromAheadThatEndsItsSegmentIsDroppedWithTheNext() {
    FileEventLog log = openForADay(disk);
    Instant start = now;
    append(log, "a");
    now = start.plus(Duration.ofDays(1000));
    append(log, "from ahead");
    log.tend(); // begins another segment
    now = start.plus(Duration.ofHours(4));
    append(log, "b");
    now = start.plus(Duration.ofHours(8));
    log.tend();
    append(log, "c");
    now = start.plus(Duration.ofHours(27));
    log.tend();
    assertThat(log.oldest()).isEqualTo(1);
    now = start.plus(Duration.ofHours(29));
    log.tend();
    assertThat(log.oldest()).isEqualTo(4);
  }

  @Test
  void anEventFromLongAgoTakesNoOtherWithIt() {
    FileEventLog log = openForADay(disk);
    Instant start = now;
    append(log, "a");
    now = Instant.EPOCH;
    append(log, "from long ago");
    now = start.plus(Duration.ofHours(1));
    append(log, "b");
    log.tend();
    append(log, "c");
    now = start.plus(Duration.ofHours(24));
    log.tend();
    assertThat(log.oldest()).isEqualTo(1);
    now = start.plus(Duration.ofHours(26));
    log.tend();
    assertThat(log.oldest()).isEqualTo(5);
  }

  @Test
  void keepsNoMoreBytesThanItMay() {
    FileLogLimits limits =
        new FileLogLimits(1_000_000, 80_000, FileLogLimits.ANY_AGE, 1 << 30, 3, Long.MAX_VALUE);
    FileEventLog log = FileLogs.open(disk, limits, FileLogs.ALWAYS, clock, random);
    for (int i = 0; i < 500; i++) {
      append(log, "x".repeat(1000));
      assertThat(log.bytes()).isLessThanOrEqualTo(80_000);
    }
    assertThat(log.bytes()).isGreaterThan(60_000);
    append(log, "x".repeat(200_000));
    assertThat(log.oldest()).as("the newest in any case").isLessThanOrEqualTo(log.newest());
  }

  @Test
  void aSegmentOfStatesThatGoesWhileItIsReadIsNoLoss() {
    FileEventLog log = open(disk, 16);
    for (int i = 0; i < 8; i++) {
      log.append(Publication.of(new Topic("state/" + i), "s" + i), true);
    }
    EntryFilter dropping =
        new EntryFilter() {
          private boolean isFirst = true;

          @Override
          public boolean mayConcern(List<Topic> topics) {
            if (isFirst) {
              isFirst = false;
              for (int i = 0; i < 40; i++) {
                log.append(Publication.of(STATE, "x"), true);
              }
            }
            return true;
          }

          @Override
          public boolean test(LogEntry entry) {
            return true;
          }
        };
    List<String> read = new ArrayList<>();
    for (long position = 0; position < 8; ) {
      Batch batch = (Batch) log.readSlowly(Place.at(position), 8, dropping, 100);
      batch.entries().forEach(entry -> read.add(entry.publication().data()));
      position = batch.reached();
    }
    assertThat(read).containsExactly("s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7");
    assertThat(log.oldest()).isGreaterThan(8);
  }

  private FileEventLog openForADay(FakeDisk from) {
    FileLogLimits aDay =
        new FileLogLimits(1000, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);
    return FileLogs.open(from, aDay, FileLogs.ALWAYS, clock, random);
  }
}
