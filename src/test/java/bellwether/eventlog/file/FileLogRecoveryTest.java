package bellwether.eventlog.file;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a log in files tells its readers after a crash, or after somebody has been at its files. */
class FileLogRecoveryTest extends OnFakeDisk {
  private static final FileLogLimits SMALL = FileLogs.limits(16); // two in each segment

  @Test
  void everyPlaceHasAnIdThatIsKnownAlsoWhereAPositionWasLeftOut() throws IOException {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot-1");
    append(log, "first");
    append(log, "b");
    List<String> given = idsOf(log);
    cutAfter(disk, "first");

    FileEventLog second = open(disk, FileLogs.NEVER, "boot-2");
    assertEveryPlaceIsFound(second);
    assertThat(second.find(given.get(1))).isEqualTo(new Lookup.Found(1));
    assertThat(second.find(given.get(2))).as("lost").isEqualTo(new Lookup.Unknown());
    assertThat(second.readSlowly(Place.at(1), second.newest(), e -> true, 10))
        .as("who was there before is told")
        .isEqualTo(new Evicted(2, 2));
    String gap = second.idAt(2).toString();

    FileEventLog third = open(disk.copy(), FileLogs.NEVER, "boot-3"); // nothing was published
    assertEveryPlaceIsFound(third);
    assertThat(third.find(gap)).isEqualTo(new Lookup.Found(2));

    append(second, "c");
    assertEveryPlaceIsFound(second);
    assertThat(second.find(gap)).isEqualTo(new Lookup.Found(2));
    assertThat(dataAfter(second, 2)).containsExactly("c");
  }

  @Test
  void everyPlaceHasAnIdThatIsKnownWhereNothingWasKept() {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot-1");
    append(log, "a");
    disk.put(disk.segments().get(0), Segment.header());
    for (String boot : List.of("boot-2", "boot-3", "boot-3", "boot-4")) {
      FileEventLog again = open(disk, FileLogs.NEVER, boot);
      assertEveryPlaceIsFound(again);
    }
  }

  @Test
  void anIdIsUnknownOnceItsEventIsLostWhicheverCrashTookIt() throws IOException {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot-1");
    append(log, "first");
    append(log, "b");
    append(log, "c");
    List<String> given = idsOf(log);
    FakeDisk killed = disk.copy();
    FileEventLog second = open(killed, FileLogs.NEVER, "boot-1");
    append(second, "d");
    cutAfter(killed, "first");

    FileEventLog third = open(killed, FileLogs.NEVER, "boot-2");
    append(third, "e");
    append(third, "f");
    assertThat(third.find(given.get(1))).isEqualTo(new Lookup.Found(1));
    assertThat(third.find(given.get(2))).isEqualTo(new Lookup.Unknown());
    assertThat(third.find(given.get(3))).isEqualTo(new Lookup.Unknown());
    assertEveryPlaceIsFound(third);
  }

  @Test
  void withoutItsManifestTheLogGivesIdsAnew() {
    FileEventLog log = open(disk, FileLogs.ALWAYS, "boot");
    append(log, "a");
    append(log, "b");
    String old = log.idAt(1).toString();
    disk.remove(Manifest.NAME);
    FileEventLog again = open(disk, FileLogs.ALWAYS, "boot");
    assertThat(again.find(old)).isEqualTo(new Lookup.Unknown());
    assertEveryPlaceIsFound(again);
    append(again, "c");
    assertEveryPlaceIsFound(open(disk, FileLogs.ALWAYS, "boot"));
  }

  @Test
  void whereNobodyKnowsTheBootEveryCrashMayBeOneOfTheMachine() {
    FileEventLog log = open(disk, FileLogs.NEVER, "");
    append(log, "a");
    FileEventLog again = open(disk, FileLogs.NEVER, "");
    append(again, "b");
    assertThat(again.readSlowly(Place.at(1), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(2, 2));
    again.close();
    FileEventLog inOrder = open(disk, FileLogs.NEVER, "");
    append(inOrder, "c");
    assertThat(dataAfter(inOrder, 2)).containsExactly("b", "c");
  }

  @Test
  void whatIsSeenAfterACrashIsOnTheMedium() {
    FileEventLog log = open(disk, FileLogs.ALWAYS, "boot-1");
    append(log, "a");
    List<FakeDisk> killed = new ArrayList<>();
    disk.beforeSync(() -> killed.add(disk.copy()));
    append(log, "b");
    FakeDisk left = killed.get(0);
    assertThat(dataAfter(open(left, FileLogs.ALWAYS, "boot-1"), 0)).containsExactly("a", "b");
    for (int seed = 0; seed < 20; seed++) {
      FakeDisk cut = left.copy();
      cut.cutPower(new Random(seed));
      assertThat(dataAfter(open(cut, FileLogs.ALWAYS, "boot-2"), 0)).containsExactly("a", "b");
    }
  }

  @Test
  void whatDamageTookFromTheNewestSegmentIsTold() throws IOException {
    FileEventLog log = open(disk, FileLogs.ALWAYS, "boot");
    append(log, "first");
    append(log, "second");
    append(log, "third");
    String third = log.idAt(3).toString();
    damage(disk, "second");
    FileEventLog again = open(disk, FileLogs.ALWAYS, "boot");
    append(again, "fourth");
    assertThat(again.readSlowly(Place.at(1), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(2, 2));
    assertThat(dataAfter(again, 2)).containsExactly("fourth");
    assertThat(again.find(third)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void whatDamageTookIsToldAlsoIfTheOpeningThatFoundItFails() throws IOException {
    int steps = 0;
    for (boolean isOpened = false; !isOpened; steps++) {
      FakeDisk one = new FakeDisk();
      FileEventLog log = open(one, FileLogs.ALWAYS, "boot");
      append(log, "first");
      append(log, "second");
      append(log, "third");
      damage(one, "second");
      one.fail(
          steps,
          Integer.MAX_VALUE,
          () -> {
            throw new IOException("gone");
          });
      try {
        FileEventLog unused = open(one, FileLogs.ALWAYS, "boot");
        isOpened = !one.hasFailed();
      } catch (UncheckedIOException e) {
        assertThat(e).hasRootCauseMessage("gone");
      }
      one.mend();
      FileEventLog again = open(one, FileLogs.ALWAYS, "boot");
      assertThat(again.readSlowly(Place.at(1), again.newest(), e -> true, 10))
          .as("step %d", steps)
          .isInstanceOf(Evicted.class);
    }
    assertThat(steps).isGreaterThan(3);
  }

  @Test
  void aLostIdIsUnknownAlsoIfTheOpeningThatFoundItLostFails() throws IOException {
    int steps = 0;
    for (boolean isOpened = false; !isOpened; steps++) {
      FakeDisk one = new FakeDisk();
      FileEventLog log = open(one, FileLogs.NEVER, "boot-1");
      append(log, "first");
      append(log, "second");
      List<String> given = idsOf(log);
      cutAfter(one, "first");
      one.fail(
          steps,
          Integer.MAX_VALUE,
          () -> {
            throw new IOException("gone");
          });
      try {
        FileEventLog unused = open(one, FileLogs.NEVER, "boot-2");
        isOpened = !one.hasFailed();
      } catch (UncheckedIOException e) {
        assertThat(e).hasRootCauseMessage("gone");
      }
      one.mend();
      for (String boot : List.of("boot-2", "boot-3")) {
        FileEventLog again = open(one, FileLogs.NEVER, boot);
        assertThat(again.find(given.get(1))).isEqualTo(new Lookup.Found(1));
        assertThat(again.find(given.get(2)))
            .as("step %d, %s", steps, boot)
            .isEqualTo(new Lookup.Unknown());
        assertEveryPlaceIsFound(again);
        assertThat(again.readSlowly(Place.at(1), again.newest(), e -> true, 10))
            .isInstanceOf(Evicted.class);
      }
    }
    assertThat(steps).isGreaterThan(3);
  }

  @Test
  void whatIsMissingOfALogThatWasClosedInOrderIsTold() throws IOException {
    FileEventLog log = open(disk, FileLogs.ALWAYS, "boot");
    append(log, "first");
    append(log, "second");
    log.close();
    cutAfter(disk, "first");
    FileEventLog again = open(disk, FileLogs.ALWAYS, "boot");
    append(again, "third");
    assertThat(again.readSlowly(Place.at(1), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(2, 2));
  }

  @Test
  void anIndexDoesNotOutliveTheCutOfItsSegment() throws IOException {
    FileEventLog log = open(disk, FileLogs.NEVER, "");
    append(log, "a", "first");
    append(log, "b", "other");
    append(log, "c", "third");
    log.close();
    byte[] closed = disk.bytes(Segment.nameOf(1));
    String index = new Segment(1).indexName();
    assertThat(disk.read(index)).isNotNull();
    byte[] cut = Arrays.copyOf(closed, closed.length - 1);
    disk.put(Segment.nameOf(1), cut);

    open(disk, FileLogs.NEVER, "");
    assertThat(disk.read(index)).isNull();
  }

  @Test
  void anIndexOfOtherBytesIsMadeAnew() throws IOException {
    FakeDisk other = new FakeDisk();
    FileEventLog log = open(other, FileLogs.ALWAYS, "boot");
    append(log, "a", "first");
    append(log, "b", "other");
    log.close();
    FileEventLog mine = open(disk, FileLogs.ALWAYS, "boot");
    append(mine, "b", "first");
    append(mine, "a", "other");
    String index = new Segment(1).indexName();
    disk.put(index, other.bytes(index));
    assertThat(disk.bytes(Segment.nameOf(1))).hasSameSizeAs(other.bytes(Segment.nameOf(1)));

    FileEventLog again = open(disk, FileLogs.ALWAYS, "boot");
    append(again, "c", "rest 1");
    append(again, "c", "rest 2");
    append(again, "c", "rest 3"); // so that the others are not in memory
    assertThat(dataOf(again, "a")).containsExactly("other");
    assertThat(dataOf(again, "b")).containsExactly("first");
  }

  @Test
  void whatIsDamagedMayBeWantedWhenATimeIsSought() throws IOException {
    for (int damaged = 2; damaged <= 9; damaged++) {
      FakeDisk one = new FakeDisk();
      Instant start = now;
      FileEventLog log = open(one, FileLogs.ALWAYS, "boot");
      for (int i = 1; i <= 20; i++) {
        now = start.plusSeconds(10L * i);
        append(log, "event " + i + ".");
      }
      damage(one, "event " + damaged + ".");
      for (int i = 1; i <= 20; i++) {
        boolean isAfterDamage = i == damaged + 1;
        assertThat(log.positionBefore(start.plusSeconds(10L * i)))
            .as("%d damaged, %d sought", damaged, i)
            .isEqualTo(isAfterDamage ? i - 2 : i - 1);
      }
      now = start;
    }
  }

  @Test
  void aPositionThatWasLeftOutMayBeWantedWhenATimeIsSought() {
    FileEventLog log = open(disk, FileLogs.NEVER, "boot-1");
    append(log, "a");
    now = now.plusSeconds(10);
    FileEventLog again = open(disk, FileLogs.NEVER, "boot-2");
    assertThat(again.positionBefore(now)).isEqualTo(1);
    append(again, "b");
    assertThat(again.positionBefore(now)).as("what was lost may be from then").isEqualTo(1);
    assertThat(again.positionBefore(now.plusSeconds(1))).isEqualTo(3);
  }

  @Test
  void anOldLossIsNotSaidToBeNewAtEveryStart() throws IOException {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, clock, random);
    Instant start = now;
    for (int i = 1; i <= 8; i++) {
      now = start.plusSeconds(10L * i);
      append(log, "x" + i);
    }
    disk.remove(disk.segments().get(0));
    for (int opening = 0; opening < 3; opening++) {
      now = now.plus(Duration.ofHours(1));
      FileEventLog again = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, clock, random);
      assertThat(again.lostThrough()).isEqualTo(2);
      assertThat(again.positionBefore(start.plusSeconds(10))).isEqualTo(1);
      assertThat(again.positionBefore(start.plusSeconds(50))).isEqualTo(4);
      assertThat(again.positionBefore(now)).isEqualTo(8);
      assertThat(new String(disk.bytes(Manifest.NAME), UTF_8))
          .contains("lost 2 " + start.plusSeconds(30) + "\n");
    }
  }

  @Test
  void whatWasLeftOutBeforeTheOldestSegmentIsNoNewLossEither() {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.NEVER, "boot-1", clock, random);
    append(log, "a");
    for (String boot : List.of("boot-2", "boot-2", "boot-2")) {
      now = now.plusSeconds(100);
      log = FileLogs.open(disk, SMALL, FileLogs.NEVER, boot, clock, random);
      for (int i = 0; i < 5; i++) {
        append(log, "b" + i);
      }
    }
    long newest = log.newest();
    now = now.plusSeconds(100);
    FileEventLog last = FileLogs.open(disk, SMALL, FileLogs.NEVER, "boot-2", clock, random);
    assertThat(last.positionBefore(now)).isEqualTo(newest);
  }

  @Test
  void aSegmentOfWhichNothingCanBeReadIsNotTakenForOneThatWasDropped() throws IOException {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, clock, random);
    for (int i = 10; log.oldest() == 1; i++) {
      append(log, "x" + i);
    }
    String oldest = Segment.nameOf(3);
    damage(disk, "x12");
    assertThat(disk.segments()).startsWith(oldest);
    FileEventLog again = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, clock, random);
    assertThat(disk.segments()).as("somebody may look into it").startsWith(oldest);
    assertThat(again.readSlowly(new Place(2, 0), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(4, 4));
    for (int i = 0; disk.segments().contains(oldest); i++) {
      append(again, "y" + i);
      assertThat(i).isLessThan(20);
    }
    assertThat(again.readSlowly(new Place(2, 0), again.newest(), e -> true, 10))
        .isInstanceOf(Evicted.class);
  }

  @Test
  void aSegmentIntoWhichNothingCameIsDroppedInItsTurn() {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.NEVER, "boot-1", clock, random);
    append(log, "a");
    for (String boot : List.of("boot-2", "boot-3")) { // nothing was published in between
      log = FileLogs.open(disk, SMALL, FileLogs.NEVER, boot, clock, random);
    }
    for (int i = 0; i < 40; i++) {
      append(log, "b" + i);
      log.tend();
      assertThat(log.isAvailable()).isTrue();
    }
    assertThat(disk.segments()).hasSizeLessThanOrEqualTo(8);
  }

  @Test
  void whatWasLeftOutIsToldAlsoWhenTheSegmentBeforeItIsGone() {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.NEVER, "boot-1", clock, random);
    append(log, "a");
    append(log, "b");
    String seen = log.idAt(2).toString();
    FileEventLog again = FileLogs.open(disk, SMALL, FileLogs.NEVER, "boot-2", clock, random);
    for (int i = 0; again.oldest() == 1; i++) {
      assertThat(again.readSlowly(new Place(2, 0), again.newest(), e -> true, 10))
          .isEqualTo(new Evicted(3, 3));
      append(again, "c" + i);
    }
    assertThat(again.oldest()).isEqualTo(4);
    assertThat(again.find(seen)).isEqualTo(new Lookup.Found(2));
    assertThat(again.readSlowly(new Place(2, 0), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(3, 3));
    assertThat(again.lostThrough()).isEqualTo(3);
  }

  @Test
  void whatIsDamagedIsToldAlsoWhenItsSegmentIsGone() throws IOException {
    FileEventLog log = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, "boot", clock, random);
    log.append(Publication.of(new Topic("state"), "state"), true);
    append(log, "damaged");
    for (int i = 0; i < 6; i++) {
      append(log, "b" + i);
    }
    damage(disk, "damaged");
    FileEventLog again = FileLogs.open(disk, SMALL, FileLogs.ALWAYS, "boot", clock, random);
    assertThat(again.readSlowly(new Place(1, 0), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(2, 2));
    for (int i = 0; again.oldest() == 1; i++) {
      append(again, "c" + i);
    }
    assertThat(again.readSlowly(new Place(1, 0), again.newest(), e -> true, 10))
        .isEqualTo(new Evicted(2, 2));
  }

  private static void append(FileEventLog log, String topic, String data) {
    log.append(Publication.of(new Topic(topic), data), false);
  }

  private static List<String> idsOf(FileEventLog log) {
    List<String> ids = new ArrayList<>();
    for (long position = 0; position <= log.newest(); position++) {
      ids.add(log.idAt(position).toString());
    }
    return ids;
  }

  private static void assertEveryPlaceIsFound(FileEventLog log) {
    List<String> ids = idsOf(log);
    for (int position = 0; position < ids.size(); position++) {
      assertThat(log.find(ids.get(position)))
          .as(ids.get(position))
          .isEqualTo(new Lookup.Found(position));
    }
  }

  private static List<String> dataAfter(FileEventLog log, long after) {
    return read(log, after, entry -> true);
  }

  private static List<String> dataOf(FileEventLog log, String topic) {
    return read(
        log,
        0,
        new EntryFilter() {
          @Override
          public boolean mayConcern(List<Topic> topics) {
            return topics.contains(new Topic(topic));
          }

          @Override
          public boolean test(LogEntry entry) {
            return mayConcern(entry.publication().topics());
          }
        });
  }

  private static List<String> read(FileEventLog log, long after, EntryFilter wanted) {
    return Entries.data(Entries.behind(log, new Place(after, after), wanted));
  }

  /** As a crash of the machine may leave the newest segment: with all up to the record of that. */
  private static void cutAfter(FakeDisk disk, String data) throws IOException {
    String name = disk.segments().get(0);
    byte[] bytes = disk.bytes(name);
    int end = new String(bytes, ISO_8859_1).indexOf(data) + data.length();
    disk.put(name, Arrays.copyOf(bytes, end));
  }

  private static void damage(FakeDisk disk, String data) throws IOException {
    String name = disk.segments().get(0);
    disk.damage(name, new String(disk.bytes(name), ISO_8859_1).indexOf(data));
  }
}
