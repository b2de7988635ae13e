package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.EventLogContract;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileEventLogTest extends EventLogContract {
  private static final SyncPolicy ALWAYS = new SyncPolicy.Always();
  private static final SyncPolicy NEVER = new SyncPolicy.Never();

  private final FakeDisk disk = new FakeDisk();
  private final Random random = new Random(1);

  @Override
  protected EventLog newLog(int entries) {
    return FileLogs.open(disk, FileLogs.limits(entries), ALWAYS, clock, random);
  }

  @Test
  void hasEverythingAgainAfterItWasClosed() {
    FileEventLog log = open(disk, 1000);
    List<String> ids = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      ids.add(append(log, "e" + i).toString());
    }
    log.append(List.of(keyed("mine", "k")), topic -> true);
    log.close();

    FileEventLog again = open(disk, 1000);
    assertThat(data(again)).hasSize(51).startsWith("e1", "e2").endsWith("e50", "keyed");
    assertThat(ids).allSatisfy(id -> assertThat(again.find(id)).isInstanceOf(Lookup.Found.class));
    assertThat(again.find("mine")).isEqualTo(new Lookup.Found(51));
    assertThat(again.append(keyed("mine", "k"), true).position()).isEqualTo(51);
    assertThat(append(again, "next")).hasToString(ids.get(0).replaceFirst("-1$", "-52"));
    assertThat(states(again)).containsExactly("keyed");
  }

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
    byte[] whole = read(disk, name);
    int cuts = 0;
    for (int length = 0; length < whole.length; length++) {
      FakeDisk torn = disk.copy();
      torn.put(name, java.util.Arrays.copyOf(whole, length));
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
    byte[] whole = read(disk, name);
    disk.put(name, java.util.Arrays.copyOf(whole, whole.length - 1));
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
    byte[] whole = read(disk, name);
    disk.put(name, java.util.Arrays.copyOf(whole, whole.length + 5000));
    FileEventLog again = open(disk, 1000);
    append(again, "second");
    assertThat(data(again)).containsExactly("first", "second");
  }

  @Test
  void nothingIsSeenBeforeItIsOnTheMedium() throws Exception {
    FileEventLog log = open(disk, 1000);
    CountDownLatch isSyncing = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    disk.beforeSync(
        () -> {
          isSyncing.countDown();
          await(mayGoOn);
        });
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<EventId> appended = threads.submit(() -> append(log, "a"));
      await(isSyncing);
      assertThat(log.newest()).isZero();
      mayGoOn.countDown();
      assertThat(appended.get(30, TimeUnit.SECONDS).position()).isEqualTo(1);
      assertThat(log.newest()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  @Timeout(60)
  void appendsThatComeTogetherShareASync() throws Exception {
    FileEventLog log = open(disk, 1000);
    CountDownLatch isSyncing = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    disk.beforeSync(
        () -> {
          isSyncing.countDown();
          await(mayGoOn);
        });
    int before = disk.syncs();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<EventId>> all = new ArrayList<>();
      all.add(threads.submit(() -> append(log, "x")));
      await(isSyncing);
      List<Thread> waiting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            threads.submit(
                () -> {
                  synchronized (waiting) {
                    waiting.add(Thread.currentThread());
                  }
                  return append(log, "x");
                }));
      }
      awaitAllWaiting(waiting, 20);
      mayGoOn.countDown();
      for (Future<EventId> one : all) {
        one.get(30, TimeUnit.SECONDS);
      }
      assertThat(disk.syncs() - before).isEqualTo(2);
      assertThat(data(log)).hasSize(21);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatAPowerCutTookIsToldToWhoeverComesByIt() {
    FileEventLog log = open(disk, NEVER, "boot 1");
    String a = append(log, "a").toString();
    String b = append(log, "b").toString();
    disk.cutPower(new Random(7)); // so that some of it is left
    disk.put(disk.segments().get(0), Segment.header()); // or nothing

    FileEventLog again = open(disk, NEVER, "boot 2");
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
    FileEventLog log = open(disk, NEVER, "boot 1");
    append(log, "a");
    FileEventLog again = open(disk.copy(), NEVER, "boot 1");
    append(again, "b");
    assertThat(data(again)).containsExactly("a", "b");
  }

  @Test
  void syncsAtIntervalsWhenTold() {
    FileLogLimits limits = FileLogs.limits(1000);
    SyncPolicy every = new SyncPolicy.Every(Duration.ofNanos(1));
    FileEventLog log = FileLogs.open(disk, limits, every, clock, random);
    append(log, "a");
    int before = disk.syncs();
    log.tend();
    assertThat(disk.syncs()).isEqualTo(before + 1);
    disk.cutPower(random);
    assertThat(data(open(disk, 1000))).containsExactly("a");
  }

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

  @Test
  void readsOldEntriesSlowlyAndNewOnesAtOnce() {
    FileEventLog log = open(disk, 1000);
    for (int i = 1; i <= 10; i++) {
      append(log, "e" + i);
    }
    ReadResult old = log.read(Place.at(2), 10, entry -> true, 100);
    assertThat(old).isEqualTo(new Pending(7));
    assertThat(log.read(Place.at(7), 10, entry -> true, 100)).isInstanceOf(Batch.class);
    Batch slowly = (Batch) log.readSlowly(Place.at(2), 10, entry -> true, 100);
    assertThat(slowly.reached()).isGreaterThanOrEqualTo(7);
  }

  @Test
  void aDamagedEntryIsToldAsLostAndTheOthersAreRead() {
    FileEventLog log = open(disk, 1000);
    for (int i = 1; i <= 10; i++) {
      append(log, "event " + i);
    }
    String name = disk.segments().get(0);
    String text = new String(read(disk, name), StandardCharsets.ISO_8859_1);
    disk.damage(name, text.indexOf("event 4"));

    List<String> read = new ArrayList<>();
    long lossToldThrough = 0;
    for (long position = 0; position < 10; ) {
      ReadResult result =
          log.readSlowly(new Place(position, lossToldThrough), 10, entry -> true, 100);
      if (result instanceof Evicted evicted) {
        read.add("gap");
        lossToldThrough = evicted.lostThrough();
        position = evicted.resumeAfter();
      } else if (result instanceof Batch batch) {
        batch.entries().forEach(entry -> read.add(entry.publication().data()));
        position = batch.reached();
      }
    }
    assertThat(read)
        .startsWith("event 1", "event 2", "event 3", "gap", "event 5")
        .endsWith("event 10")
        .hasSize(10);
  }

  @Test
  void doesNotReadAnEntryLargerThanIsAllowed() {
    FileEventLog log = open(disk, 1000);
    append(log, "e1");
    append(log, "x".repeat(100_000));
    for (int i = 0; i < 10; i++) {
      append(log, "e");
    }
    Batch before = (Batch) log.readSlowly(Place.at(0), 12, entry -> true, 100, 1000);
    assertThat(before.reached()).isEqualTo(1);
    disk.letBeRead(false);
    assertThat(log.readSlowly(Place.at(1), 12, entry -> true, 100, 1000))
        .as("its size is known without the disk")
        .isInstanceOfSatisfying(
            ReadResult.TooLarge.class,
            large -> assertThat(large.bytes()).isBetween(100_000L, 101_000L));
    disk.letBeRead(true);

    Batch alone = (Batch) log.readSlowly(Place.at(1), 12, entry -> true, 100, 101_000);
    assertThat(alone.reached()).isEqualTo(2);
  }

  @Test
  void saysWhichPartCannotBeRead() {
    FileEventLog log = open(disk, 1000);
    for (int i = 1; i <= 10; i++) {
      append(log, "e" + i);
    }
    disk.letBeRead(false);
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> log.readSlowly(Place.at(4), 10, entry -> true, 100))
        .satisfies(e -> assertThat(e.isOfPart()).isTrue())
        .satisfies(e -> assertThat(e.first()).isEqualTo(1))
        .satisfies(e -> assertThat(e.last()).isEqualTo(10));
  }

  @Test
  void aDiskThatCannotBeReadKeepsReadersWaitingAndSaysSo() {
    FileEventLog log = open(disk, 1000);
    for (int i = 1; i <= 10; i++) {
      append(log, "e" + i);
    }
    disk.letBeRead(false);
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> log.readSlowly(Place.at(0), 10, entry -> true, 100));
    assertThat(log.isAvailable()).isFalse();
    assertThat(append(log, "e11").position()).as("it can be written").isEqualTo(11);
    log.tend();
    assertThat(log.isAvailable()).isFalse();

    disk.letBeRead(true);
    log.tend();
    assertThat(log.isAvailable()).isTrue();
    assertThat(data(log)).hasSize(11);
  }

  /** The newest are in memory, and are looked at besides. */
  @Test
  void readsOnlySoManyFromTheDiskToFindAPublishersId() {
    FileEventLog log = FileLogs.open(disk, 1000, random);
    EntryFilter isPublic = entry -> !entry.publication().isPrivate();
    Publication mine =
        new Publication(List.of(new Topic("a")), false, "mine", null, null, "data", null);
    log.append(mine, false);
    for (int i = 1; i < 64 + FileLogs.HOT; i++) {
      log.append(mine.privately(), false);
    }
    assertThat(log.find("mine", isPublic)).isEqualTo(new Lookup.Found(1));
    log.append(mine.privately(), false);
    assertThat(log.find("mine", isPublic)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void dropsWhatHasBecomeTooOld() {
    FileLogLimits aDay =
        new FileLogLimits(1000, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);
    FileEventLog log = FileLogs.open(disk, aDay, ALWAYS, clock, random);
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
    FileLogLimits aDay =
        new FileLogLimits(1000, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);
    FileEventLog log = FileLogs.open(disk, aDay, ALWAYS, clock, random);
    Instant start = now;
    append(log, "a");
    now = start.plus(Duration.ofDays(1000));
    append(log, "from ahead");
    now = start.plus(Duration.ofHours(1));
    log = FileLogs.open(disk.copy(), aDay, ALWAYS, clock, random);
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
    FileLogLimits aDay =
        new FileLogLimits(1000, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);
    FileEventLog log = FileLogs.open(disk, aDay, ALWAYS, clock, random);
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
    FileLogLimits aDay =
        new FileLogLimits(1000, 1L << 40, Duration.ofDays(1), 1 << 30, 3, Long.MAX_VALUE);
    FileEventLog log = FileLogs.open(disk, aDay, ALWAYS, clock, random);
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
    FileEventLog log = FileLogs.open(disk, limits, ALWAYS, clock, random);
    for (int i = 0; i < 500; i++) {
      append(log, "x".repeat(1000));
      assertThat(log.bytes()).isLessThanOrEqualTo(80_000);
    }
    assertThat(log.bytes()).isGreaterThan(60_000);
    append(log, "x".repeat(200_000));
    assertThat(log.oldest()).as("the newest in any case").isLessThanOrEqualTo(log.newest());
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

  @Test
  void anEmptySegmentThatAFailureLeftBehindIsNotTheLast() {
    FileEventLog log = open(disk, 1000);
    append(log, "a");
    append(log, "b");
    FakeDisk killed = disk.copy();
    killed.put(Segment.nameOf(2), Segment.header()); // begun when "a" was the newest
    String first = killed.segments().get(0);
    byte[] whole = read(killed, first);
    killed.put(first, java.util.Arrays.copyOf(whole, whole.length + 3));
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
    halfWay.put(first, read(before, first)); // it had not been deleted yet

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

  @Test
  void refusesFilesOfANewerVersion() {
    open(disk, 16).close();
    String name = disk.segments().get(0);
    FakeDisk newer = disk.copy();
    byte[] bytes = read(disk, name);
    ByteBuffer.wrap(bytes).putInt(8, 2);
    newer.put(name, bytes);
    newer.remove(name + ".index");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> open(newer, 16))
        .withMessageContaining("format 2");

    disk.put("manifest", "bellwether-log 2\n".getBytes(StandardCharsets.UTF_8));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> open(disk, 16))
        .withMessageContaining("newer version");
  }

  @Test
  void aDirectoryHasOneLogAtATime(@TempDir Path directory) {
    FileEventLog log = openIn(directory);
    append(log, "a");
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> openIn(directory))
        .withMessageContaining("in use by another application");
    log.close();
    FileEventLog again = openIn(directory);
    assertThat(data(again)).containsExactly("a");
    again.close();
  }

  @Test
  void onARealDiskEverythingIsThereAgain(@TempDir Path directory) {
    FileEventLog log = openIn(directory);
    for (int i = 0; i < 500; i++) {
      log.append(List.of(event("a" + i), event("b" + i)), topic -> false);
    }
    log.tend();
    List<String> before = data(log);
    assertThat(before).hasSizeGreaterThan(80);
    log.close();
    FileEventLog again = openIn(directory);
    assertThat(data(again)).isEqualTo(before);
    assertThat(append(again, "c").position()).isEqualTo(1001);
    again.close();
  }

  private FileEventLog openIn(Path directory) {
    return FileEventLog.open(
        directory,
        FileLogs.limits(100),
        ALWAYS,
        "boot",
        Runnable::run,
        clock,
        System::nanoTime,
        new Random());
  }

  private FileEventLog open(FakeDisk from, int entries) {
    return FileLogs.open(from, FileLogs.limits(entries), ALWAYS, clock, random);
  }

  private FileEventLog open(FakeDisk from, SyncPolicy policy, String boot) {
    return FileLogs.open(from, FileLogs.limits(1000), policy, boot, clock, random);
  }

  private static EventId append(FileEventLog log, String data) {
    return log.append(event(data), false);
  }

  private static Publication event(String data) {
    return Publication.of(NEWS, data);
  }

  private static Publication keyed(String id, String key) {
    return new Publication(List.of(STATE), false, id, null, null, "keyed", key);
  }

  private static void assertRefused(FileEventLog log) {
    long newest = log.newest();
    assertThatExceptionOfType(LogUnavailableException.class)
        .isThrownBy(() -> append(log, "x".repeat(100)));
    assertThat(log.newest()).isEqualTo(newest);
  }

  private static List<String> data(FileEventLog log) {
    List<String> found = new ArrayList<>();
    long newest = log.newest();
    for (long position = log.oldest() - 1; position < newest; ) {
      Batch batch =
          (Batch) log.readSlowly(Place.regardlessOfLosses(position), newest, entry -> true, 100);
      batch.entries().forEach(entry -> found.add(entry.publication().data()));
      position = batch.reached();
    }
    return found;
  }

  private static List<String> states(FileEventLog log) {
    return log.readRetained(0, log.newest(), entry -> true, 100).entries().stream()
        .map(entry -> entry.publication().data())
        .toList();
  }

  private static byte[] read(FakeDisk disk, String name) {
    try {
      return disk.read(name, 0, Integer.MAX_VALUE);
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitAllWaiting(List<Thread> threads, int count) {
    while (true) {
      synchronized (threads) {
        boolean areAll =
            threads.size() == count
                && threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
        if (areAll) {
          return;
        }
      }
      Thread.onSpinWait();
    }
  }
}
