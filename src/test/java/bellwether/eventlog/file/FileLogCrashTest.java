package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EventId;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the log has again after a kill, a power cut, or files that somebody took away. */
class FileLogCrashTest extends OnFakeDisk {
  @Test
  void aCrashBeginsAnotherEpochAndOldIdsStillCount() {
    FileEventLog log = open(disk, 1000);
    String first = append(log, "a").toString();
    append(log, "b");
    String unseen = log.idAt(3).toString();

    FileEventLog again = open(disk.copy(), 1000);
    assertThat(again.find(first)).isEqualTo(new Lookup.Found(1));
    assertThat(again.find(unseen)).as("it was never kept").isEqualTo(new Lookup.Unknown());
    EventId next = append(again, "c");
    assertThat(next.position()).isEqualTo(3);
    assertThat(next.toString()).isNotEqualTo(unseen);
    assertThat(again.find(unseen)).isEqualTo(new Lookup.Unknown());
    assertThat(again.idAt(2)).isEqualTo(log.idAt(2));
    assertThat(data(again)).containsExactly("a", "b", "c");
  }

  @Test
  void aCrashAtAnyByteLeavesWholeAppendsOnly() {
    FileEventLog log = open(disk, 1000);
    append(log, "first");
    List<Publication> three = IntStream.range(0, 3).mapToObj(i -> event("of three " + i)).toList();
    log.append(three, topic -> false);
    append(log, "last");
    String name = disk.segments().get(0);
    byte[] whole = disk.bytes(name);
    int cuts = 0;
    for (int length = 0; length < whole.length; length++) {
      FakeDisk torn = disk.copy();
      torn.put(name, Arrays.copyOf(whole, length));
      FileEventLog again = open(torn, 1000);
      int kept = data(again).size();
      assertThat(kept).as("cut at %d", length).isIn(0, 1, 4);
      append(again, "new");
      assertThat(data(again)).hasSize(kept + 1).endsWith("new");
      again.close();
      assertThat(data(open(torn, 1000))).hasSize(kept + 1);
      cuts++;
    }
    assertThat(cuts).isGreaterThan(200);
  }

  @Test
  void saysWhatItCutOfATornTail() {
    FileEventLog log = open(disk, 1000);
    append(log, "first");
    append(log, "second");
    String name = disk.segments().get(0);
    byte[] whole = disk.bytes(name);
    disk.put(name, Arrays.copyOf(whole, whole.length - 1));
    try (LogLines lines = new LogLines(FileLogRecovery.class)) {
      open(disk, 1000);
      assertThat(lines.lines().get(0)).contains(name, "after position 1", "an end within a record");
    }
  }

  @Test
  void aTailOfZerosIsCut() {
    FileEventLog log = open(disk, 1000);
    append(log, "first");
    String name = disk.segments().get(0);
    byte[] whole = disk.bytes(name);
    disk.put(name, Arrays.copyOf(whole, whole.length + 5000));
    FileEventLog again = open(disk, 1000);
    append(again, "second");
    assertThat(data(again)).containsExactly("first", "second");
  }

  @Test
  void whatAPowerCutTookIsToldToWhoeverComesByIt() {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot 1");
    String a = append(log, "a").toString();
    String b = append(log, "b").toString();
    disk.cutPower(new Random(7)); // so that some of it is left
    disk.put(disk.segments().get(0), Segment.header()); // or nothing

    FileEventLog again = open(disk, FileLogs.NEVER, "boot 2");
    append(again, "new");
    assertThat(again.find(a)).isEqualTo(new Lookup.Unknown());
    assertThat(again.find(b)).isEqualTo(new Lookup.Unknown());
    ReadResult result = again.readSlowly(Place.at(0), again.newest(), entry -> true, 10);
    assertThat(result).isInstanceOf(Evicted.class);
    long after = ((Evicted) result).resumeAfter();
    Batch rest =
        (Batch) again.readSlowly(new Place(after, after), again.newest(), entry -> true, 10);
    assertThat(rest.entries()).extracting(e -> e.publication().data()).containsExactly("new");
  }

  @Test
  void aKilledProcessLosesNothingUnderAnyPolicyAndNobodyIsToldSo() {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot 1");
    append(log, "a");
    FileEventLog again = open(disk.copy(), FileLogs.NEVER, "boot 1");
    append(again, "b");
    assertThat(data(again)).containsExactly("a", "b");
  }

  @Test
  void statesAndLossesSurviveTheirSegmentsAndACrash() {
    FileEventLog log = open(disk, 16);
    log.append(keyed("mine", "k"), true);
    for (int i = 0; i < 100; i++) {
      append(log, "x");
    }
    FileEventLog again = open(disk.copy(), 16);
    assertThat(again.lostThrough()).isEqualTo(log.lostThrough());
    assertThat(again.oldest()).isEqualTo(log.oldest());
    assertThat(states(again)).containsExactly("keyed");
    assertThat(again.find("mine")).isEqualTo(new Lookup.Found(1));
    assertThat(again.append(keyed("mine", "k"), true).position()).isEqualTo(1);
    assertThat(again.positionBefore(now)).as("the state is from then").isZero();
  }

  @Test
  void anEmptySegmentThatAFailureLeftBehindIsNotTheLast() {
    FileEventLog log = open(disk, 1000);
    append(log, "a");
    append(log, "b");
    FakeDisk killed = disk.copy();
    killed.put(Segment.nameOf(2), Segment.header()); // begun when "a" was the newest
    String first = killed.segments().get(0);
    byte[] whole = killed.bytes(first);
    killed.put(first, Arrays.copyOf(whole, whole.length + 3));
    FileEventLog again = open(killed, 1000);
    assertThat(killed.segments()).containsExactly(first);
    append(again, "c");
    assertThat(data(again)).containsExactly("a", "b", "c");
  }

  @Test
  void toldOfWhatSomebodyTookAway() {
    FileEventLog log = open(disk, 16);
    for (int i = 0; i < 8; i++) {
      append(log, "x" + i);
    }
    FakeDisk robbed = disk.copy();
    robbed.remove(robbed.segments().get(0));
    FileEventLog again = open(robbed, 16);
    assertThat(again.lostThrough()).isEqualTo(2);
    assertThat(again.readSlowly(Place.at(1), 8, entry -> true, 10)).isEqualTo(new Evicted(2, 2));
  }

  @Test
  void finishesADropThatACrashInterrupted() {
    FileEventLog log = open(disk, 16);
    for (int i = 0; i < 16; i++) {
      append(log, "x" + i);
    }
    FakeDisk before = disk.copy();
    append(log, "y");
    append(log, "z");
    append(log, "z");
    assertThat(log.oldest()).isGreaterThan(1);
    FakeDisk halfWay = disk.copy();
    String first = before.segments().get(0);
    halfWay.put(first, before.bytes(first)); // it had not been deleted yet

    FileEventLog again = open(halfWay, 16);

    assertThat(again.oldest()).isEqualTo(log.oldest());
    assertThat(halfWay.segments()).doesNotContain(first);
  }

  @Test
  void savesIndexesAndDoesWithoutThem() {
    FileEventLog log = open(disk, 160);
    for (int i = 0; i < 100; i++) {
      log.append(
          new Publication(
              List.of(new Topic("t" + i % 7)), false, "id" + i, null, null, "e" + i, "k" + i),
          i % 5 == 0);
    }
    log.tend();
    FakeDisk with = disk.copy();
    FakeDisk without = disk.copy();
    FakeDisk damaged = disk.copy();
    int indexes = 0;
    for (String name : disk.list()) {
      if (name.endsWith(".index")) {
        without.remove(name);
        damaged.damage(name, 60);
        indexes++;
      }
    }
    assertThat(indexes).isGreaterThan(2);
    for (FakeDisk one : List.of(with, without, damaged)) {
      FileEventLog again = open(one, 160);
      assertThat(data(again)).isEqualTo(data(log)).hasSizeBetween(87, 90);
      assertThat(again.find("id17")).isEqualTo(new Lookup.Found(18));
      assertThat(states(again)).isEqualTo(states(log)).hasSize(7);
      assertThat(again.lostThrough()).isEqualTo(log.lostThrough());
    }
  }
}
