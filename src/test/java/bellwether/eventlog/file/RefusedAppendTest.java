package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import org.junit.jupiter.api.Test;

/** Appends for which a disk has no room: refused whole, and taken again once there is room. */
class RefusedAppendTest extends OnFakeDisk {
  @Test
  void refusesWhatAFullDiskCannotTakeAndGoesOnWhenThereIsRoom() {
    FileEventLog log = open(disk, 1000);
    append(log, "before");
    disk.leaveRoomFor(40); // so that half a record gets in
    assertRefused(log);
    assertRefused(log);
    assertThat(log.isAvailable()).isFalse();
    assertThat(data(log)).as("reading goes on").containsExactly("before");
    log.tend();
    assertThat(log.isAvailable()).as("still full").isFalse();

    disk.leaveRoomFor(Long.MAX_VALUE);
    assertRefused(log);
    log.tend();
    assertThat(log.isAvailable()).isTrue();
    assertThat(append(log, "after").position()).isEqualTo(2);
    assertThat(data(log)).containsExactly("before", "after");
    assertThat(data(open(disk.copy(), 1000))).containsExactly("before", "after");
  }

  @Test
  void aFullDiskThatWasKilledHasWholeAppendsOnly() {
    FileEventLog log = open(disk, 1000);
    append(log, "before");
    disk.leaveRoomFor(40);
    assertRefused(log);
    FakeDisk killed = disk.copy();
    assertThat(data(open(killed, 1000))).containsExactly("before");
  }

  @Test
  void aKeyThatCouldNotBeWrittenIsFreeAgain() {
    FileEventLog log = open(disk, 1000);
    disk.leaveRoomFor(0);
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> log.append(keyed("mine", "k"), false))
        .withMessageContaining("No space left on device");
    disk.leaveRoomFor(Long.MAX_VALUE);
    log.tend();
    assertThat(log.find("mine")).isEqualTo(new Lookup.Unknown());
    assertThat(log.append(keyed("mine", "k"), false).position()).isEqualTo(1);
  }

  @Test
  void cannotBeginASegmentWithoutRoomAndLosesNothing() {
    FileEventLog log = open(disk, 16); // two in each segment
    append(log, "a");
    append(log, "b");
    disk.leaveRoomFor(10);
    assertRefused(log);
    disk.leaveRoomFor(Long.MAX_VALUE);
    log.tend();
    append(log, "c");
    assertThat(data(log)).containsExactly("a", "b", "c");
    assertThat(data(open(disk.copy(), 16))).containsExactly("a", "b", "c");
  }

  private static void assertRefused(FileEventLog log) {
    long newest = log.newest();
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> append(log, "x".repeat(100)));
    assertThat(log.newest()).isEqualTo(newest);
  }
}
