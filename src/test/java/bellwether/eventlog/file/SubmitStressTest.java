package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.SoleThread;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads submit at once to a log that a thread of its own writes, on a disk that fails. */
@Timeout(120)
class SubmitStressTest {
  private static final Topic NEWS = new Topic("news");
  private static final int THREADS = 8;
  private static final int EACH = 400; // appends

  private final FakeDisk disk = new FakeDisk();
  private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger refused = new AtomicInteger();

  private FileEventLog open(SoleThread committing) throws IOException {
    FileLogLimits limits =
        new FileLogLimits(
            100_000,
            1L << 40,
            FileLogLimits.ANY_AGE,
            1 << 14, // bytes of a segment
            FileLogs.HOT,
            Long.MAX_VALUE,
            1 << 20,
            new FileLogLimits.Waiting(Duration.ofMinutes(1), 1 << 20));
    return new FileEventLog(
        disk,
        limits,
        new SyncPolicy.Always(),
        "boot",
        committing,
        InstantSource.system(),
        System::nanoTime,
        new Random(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyAppendIsAnsweredOnceAndTruly(boolean isDiskBad) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean isOver = new AtomicBoolean();
    try (LogLines muted = new LogLines(Committer.class);
        SoleThread committing = new SoleThread(Thread::new)) {
      FileEventLog log = open(committing);
      Future<?> tending =
          threads.submit(
              () -> {
                while (!isOver.get()) {
                  if (isDiskBad) {
                    disk.fail(
                        20,
                        1,
                        () -> {
                          throw new IOException("made to fail");
                        });
                  }
                  log.tend();
                  log.answerOverdue();
                }
              });
      List<Future<?>> publishers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        String name = "t" + i;
        publishers.add(threads.submit(() -> publish(log, name)));
      }
      for (Future<?> publisher : publishers) {
        publisher.get(100, TimeUnit.SECONDS);
      }
      isOver.set(true);
      tending.get(100, TimeUnit.SECONDS);
      disk.mend();
      log.tend();
      assertTrue(log);
      assertThat(refused.get() > 0).as("the disk failed").isEqualTo(isDiskBad);
      log.close();
      assertThat(muted.lines()).hasSizeLessThan(100_000);
    } finally {
      threads.shutdownNow();
    }
    assertTrue(FileLogs.open(disk, 100_000, new Random(2)));
  }

  /** Submits events, some under a key that another thread may have as well. */
  private void publish(FileEventLog log, String name) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    List<Long> mine = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < EACH; i++) {
      Publication own = Publication.of(NEWS, name + '/' + i);
      Publication shared = Publication.of(NEWS, "k" + i).withIdempotencyKey("k" + i);
      List<Publication> both = i % 3 == 0 ? List.of(shared, own) : List.of(own);
      answers.add(
          log.submit(both, topic -> false)
              .handle(
                  (entries, e) -> {
                    note(entries, e, mine);
                    return null;
                  }));
      if (i % 50 == 49) { // as a connection that waits for its answers
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
      }
    }
    CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .orTimeout(90, TimeUnit.SECONDS)
        .join();
    assertThat(mine).as("the order of %s", name).isSorted();
  }

  private void note(List<LogEntry> entries, Throwable e, List<Long> mine) {
    if (e == null) {
      for (LogEntry entry : entries) {
        String data = entry.publication().data();
        String before = acknowledged.put(entry.position(), data);
        assertThat(before).isIn(null, data);
      }
      mine.add(entries.get(entries.size() - 1).position());
    } else {
      Throwable cause = e instanceof CompletionException ? e.getCause() : e;
      assertThat(cause)
          .isInstanceOfAny(LogUnavailableException.class, AppendInDoubtException.class);
      refused.incrementAndGet();
    }
  }

  /** What has been acknowledged is there, at its place, and each key is there once. */
  private void assertTrue(FileEventLog log) {
    Map<Long, String> found = new ConcurrentHashMap<>();
    for (long position = 0; position < log.newest(); ) {
      Batch batch = (Batch) log.readSlowly(Place.at(position), log.newest(), entry -> true, 1000);
      batch.entries().forEach(entry -> found.put(entry.position(), entry.publication().data()));
      position = batch.reached();
    }
    assertThat(found).containsAllEntriesOf(acknowledged);
    assertThat(found).hasSize((int) log.newest());
    List<String> keyed = found.values().stream().filter(data -> data.startsWith("k")).toList();
    assertThat(keyed).doesNotHaveDuplicates();
  }

  @Test
  void closingAmongSubmittersLeavesNobodyWithoutAnAnswer() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (SoleThread committing = new SoleThread(Thread::new)) {
      FileEventLog log = open(committing);
      List<CompletableFuture<List<LogEntry>>> all = Collections.synchronizedList(new ArrayList<>());
      List<Future<?>> submitting = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        submitting.add(
            threads.submit(
                () -> {
                  for (int k = 0; k < EACH; k++) {
                    all.add(log.submit(List.of(Publication.of(NEWS, "x")), topic -> false));
                  }
                }));
      }
      log.close();
      for (Future<?> one : submitting) {
        one.get(60, TimeUnit.SECONDS);
      }
      assertThat(all).hasSize(THREADS * EACH).allMatch(CompletableFuture::isDone);
      long kept = all.stream().filter(one -> !one.isCompletedExceptionally()).count();
      assertThat(kept).isEqualTo(log.newest());
    } finally {
      threads.shutdownNow();
    }
  }
}
