package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.TooLarge;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of a log all of which is on the disk, of which the test decides when they are done. */
class ColdReadsTest {
  private static final long LIMIT = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private final DiskLog log = new DiskLog(MemoryLogs.of(1000));
  private final ColdReads reads = new ColdReads(log, executor, fetching, executor::nanoTime, LIMIT);
  private final List<Fetch> woken = new ArrayList<>();

  private static final class FailingList extends AbstractList<LogEntry> {
    @Override
    public LogEntry get(int index) {
      throw new InternalError("made to fail");
    }

    @Override
    public int size() {
      return 1;
    }
  }

  /** Nothing of it is in memory, and some of it may be unreadable. */
  private static final class DiskLog extends ForwardingLog {
    final Set<Long> unreadable = new HashSet<>(); // tens of positions, each a segment
    boolean isResultToFail; // the next
    final List<Long> read = new ArrayList<>(); // after which position, each time

    DiskLog(EventLog log) {
      super(log);
    }

    @Override
    public ReadResult readSlowly(
        Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
      Batch next = (Batch) super.readSlowly(place, upTo, wanted, 1, mostBytes);
      long size =
          next.entries().isEmpty() ? 0 : next.entries().get(0).publication().data().length();
      if (size > mostBytes) {
        return new TooLarge(size);
      }
      read.add(place.after());
      long segment = place.after() / 10;
      if (unreadable.contains(segment)) {
        throw new LogUnavailableException(
            "unreadable", new IOException("unreadable"), segment * 10 + 1, segment * 10 + 10);
      }
      if (isResultToFail) {
        isResultToFail = false;
        return new Batch(new FailingList(), next.reached());
      }
      return next;
    }
  }

  @Test
  void readsOneAfterTheOtherWhatIsTooMuchTogether() {
    publish(3, 150_000); // in memory four times as many while it is read
    List<Fetch> all = List.of(beginAttentive(0), beginAttentive(1), beginAttentive(2));
    runAll();
    assertThat(woken).as("there is room for one").containsExactly(all.get(0));
    assertThat(reads.isHeld(all.get(0))).isTrue();
    assertThat(reads.bytes()).isLessThanOrEqualTo(LIMIT);
    assertThat(woken).as("as long as its sink writes").hasSize(1);

    reads.close(all.get(0));
    runAll();
    assertThat(woken).containsExactly(all.get(0), all.get(1));
  }

  @Test
  void readsAloneWhatIsLargerThanAllThereMayBe() {
    publish(2, 3 * (int) LIMIT);
    Fetch first = beginAttentive(0);
    Fetch second = beginAttentive(1);
    runAll();
    assertThat(woken).containsExactly(first);
    assertThat(reads.isHeld(first)).isTrue();

    reads.close(first);
    runAll();
    assertThat(woken).containsExactly(first, second);
    assertThat(reads.isHeld(second)).isTrue();
  }

  @Test
  void readsWhatIsSmallWhileLargeOnesWaitForRoom() {
    publish(2, 3 * (int) LIMIT);
    publish(20, 100);
    Fetch large = begin(0);
    runAll();
    assertThat(reads.take(large)).isNotNull();
    begin(1);
    List<Fetch> small = new ArrayList<>();
    for (int i = 2; i < 22; i++) {
      small.add(begin(i));
    }
    runAll();

    assertThat(woken).containsAll(small);
  }

  @Test
  void givesUpWhatNobodyComesForWhenItsRoomIsNeeded() {
    publish(2, 150_000);
    Fetch parked = begin(0);
    runAll();
    assertThat(woken).containsExactly(parked);

    Fetch next = begin(1);
    runAll();

    assertThat(woken).containsExactly(parked, next);
    assertThat(reads.take(parked)).as("to be fetched again").isNull();
    assertThat(reads.take(next)).isInstanceOf(Batch.class);
  }

  @Test
  void keepsNoMoreSmallResultsThanItsShareForClientsThatTakeNothing() {
    publish(500, 7_000);
    for (int i = 0; i < 500; i++) {
      begin(i);
      runAll();
    }
    assertThat(woken).hasSize(500);
    assertThat(reads.bytes()).isLessThanOrEqualTo(LIMIT / 2);
    assertThat(reads.take(woken.get(499))).as("the newest is there").isNotNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 150_000})
  void endsAFetchWithItsStreamWhereverItIs(int size) {
    publish(4, size);
    Fetch waiting = begin(0);
    reads.close(waiting);
    runAll();
    assertThat(log.read).as("nobody wants it").isEmpty();

    log.unreadable.add(0L);
    Fetch failing = begin(1);
    runAll();
    assertThat(log.read).hasSize(1);
    reads.close(failing);
    assertThat(executor.waiting()).as("nothing is to be tried again").isZero();
    executor.advance(Duration.ofMinutes(10));
    runAll();
    assertThat(log.read).hasSize(1);

    log.unreadable.clear();
    Fetch read = begin(2);
    fetching.runDue();
    reads.close(read);
    executor.runDue();
    assertThat(reads.take(read)).isNull();
    assertThat(reads.bytes()).isZero();
    assertThat(reads.waiting()).isZero();
  }

  @Test
  void keepsNoReferenceToAStreamThatEndedWhileItsSegmentCannotBeRead() {
    publish(1, 100);
    log.unreadable.add(0L);
    WeakReference<Fetch> fetch = beginAndClose();

    for (int i = 0; i < 100 && fetch.get() != null; i++) {
      System.gc();
    }
    assertThat(fetch.get()).isNull();
  }

  private WeakReference<Fetch> beginAndClose() {
    Fetch fetch = new Fetch(Place.at(0), log.newest(), entry -> true, () -> {});
    reads.begin(fetch);
    runAll();
    reads.close(fetch);
    return new WeakReference<>(fetch);
  }

  @Test
  void triesWhatCannotBeReadOnceForAllWhoWaitForItAndLessAndLessOften() {
    publish(30, 100);
    log.unreadable.add(0L);
    for (int i = 0; i < 1000; i++) {
      begin(i % 10);
      runAll();
    }
    assertThat(log.read).as("who comes later knows").hasSize(1);

    executor.advance(Duration.ofMillis(999));
    runAll();
    assertThat(log.read).hasSize(1);
    for (int pause : new int[] {1, 1000, 1000, 1000, 1000, 1000, 1000, 1000}) {
      executor.advance(Duration.ofMillis(pause));
      runAll();
    }
    assertThat(log.read).as("after one second, and two more, and four").hasSize(4);
  }

  @Test
  void readsOtherSegmentsWhileOneCannotBeRead() {
    publish(30, 100);
    log.unreadable.add(0L);
    for (int i = 0; i < 10; i++) {
      begin(i);
    }
    runAll();
    executor.advance(Duration.ofSeconds(1));
    assertThat(fetching.waiting()).as("one tries, and leaves the other thread").isEqualTo(1);

    Fetch healthy = begin(15);
    assertThat(fetching.waiting()).isEqualTo(2);
    fetching.runDue();
    executor.runDue();
    assertThat(woken).containsExactly(healthy);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 20_000})
  void wakesAllWhoWaitedOnceTheSegmentCanBeRead(int size) {
    publish(30, size);
    log.unreadable.add(0L);
    List<Fetch> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(begin(i));
      runAll();
    }
    executor.advance(Duration.ofSeconds(3));
    runAll();
    assertThat(woken).isEmpty();

    log.unreadable.clear();
    executor.advance(Duration.ofSeconds(8));
    for (int i = 0; i < 8; i++) {
      runAll();
      woken.forEach(reads::take);
      woken.forEach(reads::close);
    }
    assertThat(woken).containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 20_000})
  void triesAgainWhatFoundNoThread(int size) {
    publish(4, size);
    List<Fetch> all = new ArrayList<>();
    try (LogLines lines = new LogLines(ColdReads.class)) {
      for (int i = 0; i < 4; i++) {
        fetching.failNext();
        all.add(begin(i));
      }
      assertThat(lines.lines()).hasSize(4);
    }
    for (int i = 0; i < 4; i++) {
      executor.advance(Duration.ofSeconds(8));
      runAll();
      woken.forEach(reads::take);
      woken.forEach(reads::close);
    }
    assertThat(woken).containsExactlyInAnyOrderElementsOf(all);
    assertThat(reads.bytes()).isZero();
  }

  @Test
  void wakesAReaderAlsoWhenNoThreadCanBeHadForThat() {
    publish(1, 100);
    Fetch fetch = begin(0);
    executor.failNext();
    runAll();
    assertThat(woken).containsExactly(fetch);
    assertThat(reads.take(fetch)).isInstanceOf(Batch.class);
  }

  @Test
  void readsNoMoreAtOnceAfterOneWhoseResultCouldNotBeTaken() {
    publish(20, 100);
    log.isResultToFail = true;
    Fetch failed = begin(0);
    try (LogLines lines = new LogLines(ColdReads.class)) {
      runAll();
      assertThat(lines.lines()).hasSize(1);
    }
    for (int i = 1; i < 10; i++) {
      begin(i);
    }
    assertThat(fetching.waiting()).isEqualTo(2);
    executor.advance(Duration.ofSeconds(8));
    runAll();
    assertThat(woken).contains(failed).hasSize(10);
  }

  @Test
  void servesTheOthersWhenNoTimerCanBeHad() {
    publish(2, 100);
    log.unreadable.add(0L);
    Fetch failed = begin(0);
    executor.failNext();
    runAll();
    log.unreadable.clear();
    executor.advance(Duration.ofSeconds(8));
    runAll();
    assertThat(woken).containsExactly(failed);
  }

  @Test
  void callsOverdueWhoHoldsTooLongOnlyIfOthersWait() {
    publish(2, 3 * (int) LIMIT);
    Fetch holder = begin(0);
    runAll();
    assertThat(reads.take(holder)).isNotNull();
    executor.advance(Duration.ofMinutes(10));
    assertThat(reads.isOverdue(holder, PATIENCE)).as("nobody needs the room").isFalse();

    begin(1);
    runAll();
    assertThat(reads.isOverdue(holder, PATIENCE)).isTrue();
    assertThat(reads.isOverdue(holder, Duration.ofMinutes(10))).as("it is large").isFalse();
  }

  /** Whatever its readers do, the bound holds, and whoever stays is served. */
  @Test
  void servesEveryReaderThatStaysWithinItsBound() {
    publish(60, 100);
    publish(60, 20_000);
    publish(20, 150_000);
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      woken.clear();
      List<Fetch> open = new ArrayList<>();
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> open.add(begin(random.nextInt(140)));
          case 3 -> log.unreadable.add((long) random.nextInt(14));
          case 4 -> log.unreadable.clear();
          case 5 -> fetching.runNext();
          case 6 -> executor.advance(Duration.ofMillis(random.nextInt(3000)));
          default -> {
            if (!open.isEmpty()) {
              Fetch one = open.remove(random.nextInt(open.size()));
              if (random.nextBoolean()) {
                reads.take(one);
              }
              reads.close(one);
            }
          }
        }
        assertThat(reads.bytes()).as("seed %d", seed).isLessThanOrEqualTo(LIMIT + LIMIT / 4);
        assertThat(reads.waiting()).isLessThanOrEqualTo(open.size());
        assertThat(fetching.waiting()).isLessThanOrEqualTo(2);
      }
      log.unreadable.clear();
      Set<Fetch> served = new HashSet<>();
      for (int i = 0; i < 400 && served.size() < open.size(); i++) {
        executor.advance(Duration.ofSeconds(1));
        runAll();
        for (Fetch fetch : open) {
          if (!fetch.isUnderWay()) {
            reads.take(fetch);
            reads.close(fetch);
            served.add(fetch);
          }
        }
      }
      assertThat(served).as("seed %d", seed).hasSameSizeAs(open);
      assertThat(reads.bytes()).as("seed %d", seed).isZero();
    }
  }

  private void publish(int count, int size) {
    for (int i = 0; i < count; i++) {
      log.append(Publication.of(new Topic("topic"), "x".repeat(size)), false);
    }
  }

  private Fetch begin(long after) {
    List<Fetch> self = new ArrayList<>();
    Fetch fetch =
        new Fetch(Place.at(after), log.newest(), entry -> true, () -> woken.add(self.get(0)));
    self.add(fetch);
    reads.begin(fetch);
    return fetch;
  }

  /** Of a reader that comes as soon as it is woken. */
  private Fetch beginAttentive(long after) {
    List<Fetch> self = new ArrayList<>();
    Fetch fetch =
        new Fetch(
            Place.at(after),
            log.newest(),
            entry -> true,
            () -> {
              woken.add(self.get(0));
              assertThat(reads.take(self.get(0))).isInstanceOf(Batch.class);
            });
    self.add(fetch);
    reads.begin(fetch);
    return fetch;
  }

  private void runAll() {
    while (fetching.waiting() > 0) {
      fetching.runDue();
      executor.runDue();
    }
    executor.runDue();
  }
}
