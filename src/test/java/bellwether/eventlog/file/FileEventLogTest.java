package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventId;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only the log in files does: syncing, reading from the disk, and its directory. */
class FileEventLogTest extends OnFakeDisk {
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
  void nothingIsSeenBeforeItIsOnTheMedium() throws Exception {
    FileEventLog log = open(disk, 1000);
    HeldSync sync = new HeldSync(disk);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<EventId> appended = threads.submit(() -> append(log, "a"));
      sync.awaitBegin();
      assertThat(log.newest()).isZero();
      sync.release();
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
    HeldSync sync = new HeldSync(disk);
    int before = disk.syncs();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<EventId>> all = new ArrayList<>();
      all.add(threads.submit(() -> append(log, "x")));
      sync.awaitBegin();
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
      sync.release();
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
    String text = new String(disk.bytes(name), StandardCharsets.ISO_8859_1);
    disk.damage(name, text.indexOf("event 4"));

    List<String> read = new ArrayList<>();
    Entries.tell(log, loss -> read.add("gap"), entry -> read.add(entry.publication().data()));
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
  void refusesFilesOfANewerVersion() {
    open(disk, 16).close();
    String name = disk.segments().get(0);
    FakeDisk newer = disk.copy();
    byte[] bytes = disk.bytes(name);
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
        FileLogs.ALWAYS,
        "boot",
        Runnable::run,
        clock,
        System::nanoTime,
        new Random());
  }

  private static void awaitAllWaiting(List<Thread> threads, int count) {
    while (true) {
      synchronized (threads) {
        boolean areAll =
            threads.size() == count
                && threads.stream()
                    .allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
        if (areAll) {
          return;
        }
      }
      Thread.onSpinWait();
    }
  }
}
