package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.TooLarge;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Readers that come, are served and leave on many threads at once. */
class ColdReadsRaceTest {
  private static final long BYTES = 1 << 20;
  private static final int ENTRIES = 100;
  private static final int READERS = 8;
  private static final int FETCHES = 2000; // of each reader

  private final ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(2);
  private final ScheduledExecutorService fetching = new ScheduledThreadPoolExecutor(2);
  private final ExecutorService readers = Executors.newFixedThreadPool(READERS);
  private final EventLog log = new SizedLog(MemoryLogs.of(ENTRIES));
  private final ColdReads reads = new ColdReads(log, executor, fetching, System::nanoTime, BYTES);

  /** Reads what is large only if that is allowed, as a log in files does. */
  private static final class SizedLog extends ForwardingLog {
    SizedLog(EventLog log) {
      super(log);
    }

    @Override
    public ReadResult readSlowly(
        Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
      Batch next = (Batch) super.readSlowly(place, upTo, wanted, 1, mostBytes);
      long size = next.entries().get(0).publication().data().length();
      return size > mostBytes ? new TooLarge(size) : next;
    }
  }

  @Test
  void servesEveryFetchThatIsNotClosedAndKeepsNothing() throws Exception {
    for (int i = 0; i < ENTRIES; i++) {
      String data = "x".repeat(i % 3 == 0 ? 100_000 : i % 3 == 1 ? 9000 : 100);
      log.append(Publication.of(new Topic("topic"), data), false);
    }
    AtomicBoolean isTooMuch = new AtomicBoolean();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      Random random = new Random(i);
      all.add(CompletableFuture.runAsync(() -> read(random, isTooMuch), readers));
    }
    try {
      for (CompletableFuture<Void> one : all) {
        one.get(60, TimeUnit.SECONDS); // a wake-up that was lost would keep it for ever
      }
    } finally {
      readers.shutdownNow();
      fetching.shutdown();
      assertThat(fetching.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      executor.shutdownNow();
    }
    assertThat(isTooMuch).isFalse();
    assertThat(reads.bytes()).isZero();
    assertThat(reads.waiting()).isZero();
  }

  private void read(Random random, AtomicBoolean isTooMuch) {
    for (int i = 0; i < FETCHES; i++) {
      long after = random.nextInt(ENTRIES);
      boolean isPatient = random.nextInt(4) > 0;
      ReadResult result = null;
      while (result == null) { // one that was given up is fetched again
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        Fetch fetch =
            new Fetch(Place.at(after), ENTRIES, entry -> true, () -> woken.complete(true));
        reads.begin(fetch);
        if (!isPatient) {
          reads.close(fetch);
          break;
        }
        assertThat(woken.join()).isTrue();
        result = reads.take(fetch);
        if (reads.bytes() > BYTES + BYTES / 4) {
          isTooMuch.set(true);
        }
        reads.close(fetch);
      }
    }
  }
}
