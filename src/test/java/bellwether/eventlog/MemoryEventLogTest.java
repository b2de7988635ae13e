package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryEventLogTest {
  private static final Topic NEWS = new Topic("news");
  private static final Topic STATE = new Topic("state");
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private final MemoryEventLog log = newLog(4, Long.MAX_VALUE);

  @Test
  void readsWhatFollowsAPositionInOrder() {
    append("a", "b", "c");
    assertThat(dataAfter(1)).containsExactly("b", "c");
    assertThat(dataAfter(3)).isEmpty();
  }

  @Test
  void theIdTellsEpochAndPosition() {
    EventId id = log.append(Publication.of(NEWS, "a"), false);
    assertThat(id.position()).isEqualTo(1);
    assertThat(EventId.parse(id.toString())).isEqualTo(id);
    assertThat(log.find(id.toString())).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void anotherLogsIdIsUnknown() {
    append("a", "b");
    EventId foreign = newLog(4, Long.MAX_VALUE, 99).append(Publication.of(NEWS, "x"), false);
    assertThat(log.find(foreign.toString())).isEqualTo(new Lookup.Unknown());
    assertThat(log.find("nonsense")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void anIdFromTheFutureIsUnknown() {
    append("a");
    assertThat(log.find(log.idAt(2).toString())).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPublishersOwnIdIsFoundUntilItsEntryIsGone() {
    log.append(withId("mine"), false);
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(1));
    append("b", "c", "d", "e");
    assertThat(log.find("mine")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void ofTwoEqualPublishersIdsTheFirstIsFound() {
    log.append(withId("mine"), false);
    log.append(withId("mine"), false);
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void anIdempotencyKeyMakesTwoPublicationsOne() {
    Publication publication = Publication.of(NEWS, "once").withIdempotencyKey("k");
    EventId first = log.append(publication, false);
    assertThat(log.append(publication, false)).isEqualTo(first);
    assertThat(dataAfter(0)).containsExactly("once");
  }

  @Test
  void tellsALossToThoseWhoHadNotPassedItAndToNobodyElse() {
    append("a", "b", "c", "d", "e", "f");
    assertThat(log.lostThrough()).isEqualTo(2);
    assertThat(read(1)).isEqualTo(new Evicted(2, 2));
    assertThat(dataAfter(2)).containsExactly("c", "d", "e", "f");
  }

  @Test
  void aLossAlreadyToldIsNotToldAgain() {
    append("a", "b", "c", "d", "e", "f");
    ReadResult result = log.read(0, 2, 6, entry -> true, 10);
    assertThat(result).isInstanceOf(Batch.class);
  }

  @Test
  void aStateOutlivesTheRingUntilItIsReplaced() {
    log.append(Publication.of(STATE, "old state"), true);
    append("b", "c", "d", "e");
    assertThat(state()).containsExactly("old state");
    assertThat(log.oldest()).isEqualTo(2);
    assertThat(dataAfter(0)).containsExactly("old state", "b", "c", "d", "e");

    log.append(Publication.of(STATE, "new state"), true);
    assertThat(state()).containsExactly("new state");
  }

  @Test
  void theGoingOfAReplacedStateIsNoLoss() {
    for (int i = 0; i < 20; i++) {
      log.append(Publication.of(STATE, "state " + i), true);
    }
    assertThat(log.lostThrough()).isZero();
    assertThat(dataAfter(0)).endsWith("state 19");
  }

  @Test
  void anEntryKnowsFromWhichHeadOnItIsReplaced() {
    log.append(Publication.of(STATE, "old"), true);
    append("between");
    log.append(Publication.of(STATE, "new"), true);
    LogEntry old = ((Batch) read(0)).entries().get(0);
    assertThat(old.isSupersededAt(2)).isFalse();
    assertThat(old.isSupersededAt(3)).isTrue();
  }

  @Test
  void keepsNoMoreBytesThanItMayButAlwaysTheNewest() {
    MemoryEventLog small = newLog(1000, 10_000);
    for (int i = 0; i < 10; i++) {
      small.append(Publication.of(NEWS, "x".repeat(1000)), false);
    }
    assertThat(small.oldest()).isGreaterThan(5);
    small.append(Publication.of(NEWS, "x".repeat(100_000)), false);
    assertThat(small.oldest()).isEqualTo(small.newest());
  }

  @Test
  void keepsAsManyAsFitHoweverManyHaveGone() {
    long one =
        newLog(4, Long.MAX_VALUE)
            .append(List.of(Publication.of(NEWS, "x")), t -> false)
            .get(0)
            .weight();
    MemoryEventLog small = newLog(1000, 3 * one);
    for (int i = 0; i < 9; i++) { // while their ids are of one length
      small.append(Publication.of(NEWS, "x"), false);
    }
    assertThat(small.newest() - small.oldest() + 1).isEqualTo(3);
  }

  @Test
  void countsEverythingThatIsLarge() {
    List<Topic> topics =
        IntStream.range(0, 100).mapToObj(i -> new Topic(i + "x".repeat(1000))).toList();
    assertThatOnlyOneFits(300_000, new Publication(topics, false, null, null, null, "data", null));
    assertThatOnlyOneFits(250_000, Publication.of(NEWS, "x".repeat(50_000)));
    assertThatOnlyOneFits(4_000, Publication.of(NEWS, "data").withIdempotencyKey("k".repeat(1000)));
  }

  private static void assertThatOnlyOneFits(long bytes, Publication publication) {
    MemoryEventLog small = newLog(1000, bytes);
    small.append(publication, false);
    String key = publication.idempotencyKey();
    small.append(key == null ? publication : publication.withIdempotencyKey(key + '2'), false);
    assertThat(small.oldest()).isEqualTo(small.newest()).isEqualTo(2);
  }

  @Test
  void aKeyIsGoodForAnotherEventOnceItsOwnIsGone() {
    Publication publication = Publication.of(NEWS, "again").withIdempotencyKey("k");
    log.append(publication, false);
    append("b", "c", "d", "e");

    assertThat(log.append(publication, false).position()).isEqualTo(6);
  }

  @Test
  void aStateIsKnownByItsNamesUntilItIsGoneFromBothPlaces() {
    Publication state = state("mine");
    log.append(state, true);
    append("b", "c", "d", "e", "f");
    assertThat(log.find("mine")).as("out of the ring").isEqualTo(new Lookup.Found(1));
    assertThat(log.append(state, true).position()).isEqualTo(1);

    log.append(state("next"), true);
    assertThat(log.find("mine")).as("replaced, too").isEqualTo(new Lookup.Unknown());
    assertThat(log.append(state, true)).as("its key is free").isEqualTo(log.idAt(8));
    assertThat(log.find("next")).as("replaced, in the ring").isEqualTo(new Lookup.Found(7));
    append("h", "i", "j", "k");
    assertThat(log.find("next")).as("out of the ring, too").isEqualTo(new Lookup.Unknown());
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(8));
  }

  @Test
  void theGoingOfTheSecondOfTwoEqualIdsLeavesTheFirst() {
    log.append(state("mine"), true);
    log.append(withId("mine"), false);
    append("c", "d", "e", "f", "g");

    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void tellsOfTheEventsBeforeTheOneThatFailed() {
    AtomicInteger told = new AtomicInteger();
    log.onReadable(told::incrementAndGet);
    Publication failing = Publication.of(STATE, "b");

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                log.append(
                    List.of(Publication.of(NEWS, "a"), failing),
                    topic -> {
                      if (topic.equals(STATE)) {
                        throw new IllegalStateException("cannot judge");
                      }
                      return false;
                    }));

    assertThat(log.newest()).isEqualTo(1);
    assertThat(told).hasValue(1);
  }

  @Test
  void keepsNobodyFromAppendingWhileItTells() {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    log.onReadable(
        () -> {
          if (isFirst.getAndSet(false)) {
            CompletableFuture.runAsync(() -> append("b")).orTimeout(10, TimeUnit.SECONDS).join();
          }
        });

    append("a");

    assertThat(dataAfter(0)).containsExactly("a", "b");
  }

  @Test
  void tellsNobodyOnceItIsClosed() {
    AtomicInteger told = new AtomicInteger();
    log.onReadable(told::incrementAndGet);
    log.close();

    append("a");

    assertThat(told).hasValue(0);
  }

  @Test
  void givesNoMoreThanIsAskedForAndTheRestInTheNextRead() {
    for (int i = 1; i <= 3; i++) {
      log.append(Publication.of(new Topic("state " + i), "s" + i), true);
    }
    append("d", "e", "f", "g"); // fill the ring

    Batch states = (Batch) log.read(0, 0, 7, entry -> true, 3);
    assertThat(data(states)).containsExactly("s1", "s2", "s3");
    Batch next = (Batch) log.read(states.reached(), 0, 7, entry -> true, 2);
    assertThat(data(next)).containsExactly("d", "e");
    Batch rest = (Batch) log.read(next.reached(), 0, 7, entry -> true, 2);
    assertThat(data(rest)).containsExactly("f", "g");
    assertThat(data((Batch) log.read(1, 0, 7, entry -> true, 4)))
        .as("of both kinds")
        .containsExactly("s2", "s3", "d", "e");
  }

  @Test
  void looksAtSoManyInOneReadAndGoesOnInTheNext() {
    MemoryEventLog large = newLog(1000, Long.MAX_VALUE);
    for (int i = 0; i < 1000; i++) {
      large.append(Publication.of(NEWS, "x"), false);
    }
    AtomicInteger looks = new AtomicInteger();

    Batch first = (Batch) large.read(0, 0, 1000, entry -> looks.incrementAndGet() < 0, 10);
    assertThat(first.entries()).isEmpty();
    assertThat(first.reached()).isEqualTo(looks.get()).isBetween(1L, 999L);
    Batch next = (Batch) large.read(first.reached(), 0, 1000, entry -> true, 1);
    assertThat(next.entries().get(0).position()).isEqualTo(first.reached() + 1);
  }

  @Test
  void theFrameStartsWithTheIdLine() {
    append("hello");
    LogEntry entry = ((Batch) read(0)).entries().get(0);
    String idLine = "id: " + entry.id() + "\n";
    assertThat(new String(entry.frame(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo(idLine + "data: hello\n\n");
    assertThat(entry.idLength()).isEqualTo(idLine.length());
  }

  @Test
  @Timeout(60)
  void readersAmongAppendersSeeEveryEntryInOrderOrAreToldOfTheLoss() throws Exception {
    MemoryEventLog busy = newLog(64, Long.MAX_VALUE);
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean done = new AtomicBoolean();
    try {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(reader(busy, done)));
      }
      List<Future<?>> appenders = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        appenders.add(threads.submit(() -> appendMany(busy)));
      }
      for (Future<?> appender : appenders) {
        appender.get(30, TimeUnit.SECONDS);
      }
      done.set(true);
      for (Future<Long> reader : readers) {
        assertThat(reader.get(30, TimeUnit.SECONDS)).isEqualTo(busy.newest());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns how far it came, every position accounted for. */
  private static Callable<Long> reader(MemoryEventLog log, AtomicBoolean done) {
    return () -> {
      long position = 0;
      long forgiven = 0;
      boolean last = false;
      while (true) {
        long head = log.newest();
        while (position < head) {
          ReadResult result = log.read(position, forgiven, head, entry -> true, 10);
          if (result instanceof Evicted evicted) {
            forgiven = evicted.lostThrough();
            position = evicted.resumeAfter();
          } else if (result instanceof Batch batch) {
            for (LogEntry entry : batch.entries()) {
              if (entry.position() != position + 1
                  && entry.position() > Math.max(forgiven, log.lostThrough()) + 1) {
                throw new AssertionError("from " + position + " to " + entry.position());
              }
              position = entry.position();
            }
            position = batch.reached();
          }
        }
        if (last) {
          return position;
        }
        last = done.get();
      }
    };
  }

  private static void appendMany(MemoryEventLog log) {
    for (int i = 0; i < 50_000; i++) {
      log.append(Publication.of(NEWS, "x"), false);
    }
  }

  private void append(String... data) {
    for (String text : data) {
      log.append(Publication.of(NEWS, text), false);
    }
  }

  private ReadResult read(long after) {
    return log.read(after, 0, log.newest(), entry -> true, 100);
  }

  private List<String> dataAfter(long position) {
    return data((Batch) read(position));
  }

  private List<String> state() {
    return data(log.readRetained(0, log.newest(), entry -> true, 100));
  }

  private static List<String> data(Batch batch) {
    return batch.entries().stream().map(entry -> entry.publication().data()).toList();
  }

  private static Publication withId(String id) {
    return new Publication(List.of(NEWS), false, id, null, null, "data", null);
  }

  private static Publication state(String id) {
    return new Publication(List.of(STATE), false, id, null, null, "state", "key of " + id);
  }

  private static MemoryEventLog newLog(int capacity, long bytes) {
    return newLog(capacity, bytes, 1);
  }

  private static MemoryEventLog newLog(int capacity, long bytes, int seed) {
    return new MemoryEventLog(capacity, bytes, CLOCK, System::nanoTime, new Random(seed));
  }
}
