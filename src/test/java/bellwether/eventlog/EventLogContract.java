package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every log promises about events and their ids; {@code RetainedStateContract} and {@code
 * TimeContract} have the rest.
 */
public abstract class EventLogContract extends LogContract {
  @Test
  void readsWhatFollowsAPositionInOrder() {
    open(10);
    append("a", "b", "c");
    assertThat(dataAfter(1)).containsExactly("b", "c");
    assertThat(dataAfter(3)).isEmpty();
    assertThat(log.newest()).isEqualTo(3);
  }

  @Test
  void keepsAnEventAsItWasPublished() {
    open(10);
    Publication rich =
        new Publication(
            List.of(NEWS, new Topic("\u00fcber/\ud83d\udc11")),
            true,
            "urn:mine ~",
            "typ\u00e9",
            Duration.ofMillis(1234),
            "one\r\ntwo\rthree\n\ud83d\udc11 \ufffd",
            "key\nwith a line end");
    LogEntry appended = log.append(List.of(rich), topic -> false).get(0);
    LogEntry read = all().get(0);
    assertThat(read.publication()).isEqualTo(rich);
    assertThat(read.frame()).isEqualTo(appended.frame());
    assertThat(read.idLength()).isEqualTo(appended.idLength());
    assertThat(read.time()).isEqualTo(appended.time()).isEqualTo(now);
    assertThat(read.isRetained()).isFalse();
    assertThat(read.publicId()).isEqualTo("urn:mine ~");
  }

  @Test
  void theIdTellsEpochAndPosition() {
    open(10);
    EventId id = log.append(Publication.of(NEWS, "a"), false);
    assertThat(id.position()).isEqualTo(1);
    assertThat(EventId.parse(id.toString())).isEqualTo(id);
    assertThat(log.find(id.toString())).isEqualTo(new Lookup.Found(1));
    assertThat(log.find(log.idAt(0).toString())).isEqualTo(new Lookup.Found(0));
  }

  @Test
  void anIdThatIsNotItsOwnOrNotYetGivenIsUnknown() {
    open(10);
    append("a", "b");
    String foreign = "bw000000000-1";
    assertThat(log.find(foreign)).isEqualTo(new Lookup.Unknown());
    assertThat(log.find("nonsense")).isEqualTo(new Lookup.Unknown());
    assertThat(log.find(log.idAt(3).toString())).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPublishersOwnIdIsFoundUntilItsEntryIsGone() {
    open(16);
    append("before");
    log.append(withId("mine", NEWS), false);
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(2));
    appendMany();
    assertThat(log.find("mine")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPublishersOwnIdIsThatOfTheNewestEntryThatHasIt() {
    open(1000);
    for (int i = 0; i < 300; i++) { // over several segments
      log.append(withId("mine", NEWS), false);
      log.append(withId("other " + i, NEWS), false);
    }
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(599));
    assertThat(log.find("other 7")).isEqualTo(new Lookup.Found(16));
  }

  @Test
  void aPublishersOwnIdIsThatOfTheNewestEntryThatIsWanted() {
    open(1000);
    Topic other = new Topic("other");
    log.append(withId("mine", NEWS), false); // 1
    log.append(withId("mine", NEWS), false);
    append(200);
    log.append(withId("mine", NEWS).privately(), false); // 203
    log.append(withId("mine", other), false); // 204
    append(100);
    log.append(withId("mine", other).privately(), false);

    assertThat(log.find("mine", on(NEWS, entry -> true))).isEqualTo(new Lookup.Found(203));
    assertThat(log.find("mine", on(NEWS, EventLogContract::isPublic)))
        .isEqualTo(new Lookup.Found(2));
    assertThat(log.find("mine", on(other, EventLogContract::isPublic)))
        .isEqualTo(new Lookup.Found(204));
    assertThat(log.find("mine", on(STATE, entry -> true))).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void isNotLookedForAmongMoreThanSoMany() {
    open(2 * EventLog.MAX_OF_ONE_ID);
    Topic other = new Topic("other");
    log.append(withId("mine", NEWS), false);
    for (int i = 1; i < EventLog.MAX_OF_ONE_ID; i++) {
      log.append(withId("mine", other), false);
    }
    assertThat(log.find("mine", on(NEWS, EventLogContract::isPublic)))
        .isEqualTo(new Lookup.Found(1));
    log.append(withId("mine", other), false);
    assertThat(log.find("mine", on(NEWS, EventLogContract::isPublic)))
        .isEqualTo(new Lookup.Unknown());
  }

  @Test
  void anIdempotencyKeyMakesTwoPublicationsOneAsLongAsItsEntryIsKept() {
    open(16);
    Publication publication = Publication.of(NEWS, "once").withIdempotencyKey("k");
    EventId first = log.append(publication, false);
    append("between");
    assertThat(log.append(publication, false)).isEqualTo(first);
    assertThat(dataAfter(0)).containsExactly("once", "between");
    appendMany();
    assertThat(log.append(publication, false)).isNotEqualTo(first);
  }

  @Test
  void oneKeyTwiceInOneAppendIsOneEvent() {
    open(16);
    Publication publication = Publication.of(NEWS, "once").withIdempotencyKey("k");
    List<LogEntry> entries = log.append(List.of(publication, publication), topic -> false);
    assertThat(entries.get(0)).isSameAs(entries.get(1));
    assertThat(dataAfter(0)).containsExactly("once");
  }

  @Test
  void tellsALossToThoseWhoHadNotPassedItAndToNobodyElse() {
    open(16);
    appendMany();
    long lost = log.lostThrough();
    assertThat(lost).isBetween(MANY - 16L, MANY - 8L);
    assertThat(log.oldest()).isEqualTo(lost + 1);
    assertThat(read(lost - 1)).isEqualTo(new Evicted(lost, lost));
    assertThat(read(0)).isEqualTo(new Evicted(lost, lost));
    assertThat(dataAfter(lost)).hasSize((int) (MANY - lost));
    assertThat(log.readSlowly(new Place(0, lost), MANY, entry -> true, 10))
        .isInstanceOf(Batch.class);
  }

  @Test
  void appendsNothingWhenOneOfThemCannotBeJudged() {
    open(10);
    AtomicInteger told = new AtomicInteger();
    log.onReadable(told::incrementAndGet);
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                log.append(
                    List.of(Publication.of(NEWS, "a"), Publication.of(STATE, "b")),
                    topic -> {
                      if (topic.equals(STATE)) {
                        throw new IllegalStateException("cannot judge");
                      }
                      return false;
                    }));
    assertThat(log.newest()).isZero();
  }

  @Test
  void whoSubmitsWhileItTellsIsAnsweredWithoutWaiting() {
    open(10);
    List<CompletableFuture<List<LogEntry>>> submitted = new ArrayList<>();
    AtomicBoolean isFirst = new AtomicBoolean(true);
    log.onReadable(
        () -> {
          if (isFirst.getAndSet(false)) {
            CompletableFuture.runAsync(() -> submitted.add(submit("b"))).join();
          }
        });

    append("a");

    assertThat(answer(submitted.get(0))).extracting(LogEntry::position).containsExactly(2L);
    assertThat(dataAfter(0)).containsExactly("a", "b");
  }

  @Test
  void whatIsSubmittedIsAnsweredOnceItCanBeReadAndReadersHaveBeenTold() {
    open(10);
    List<String> events = new ArrayList<>();
    log.onReadable(() -> events.add("told of " + log.newest()));
    CompletableFuture<Void> seen =
        submit("a", "b").thenAccept(entries -> events.add(entries.size() + " of " + log.newest()));
    seen.orTimeout(10, TimeUnit.SECONDS).join();
    assertThat(events).containsExactly("told of 2", "2 of 2");
    assertThat(dataAfter(0)).containsExactly("a", "b");
  }

  @Test
  void whatOneThreadSubmitsStandsInThatOrder() {
    open(1000);
    List<CompletableFuture<List<LogEntry>>> submitted = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      submitted.add(submit("e" + i));
    }
    for (int i = 0; i < MANY; i++) {
      LogEntry entry = answer(submitted.get(i)).get(0);
      assertThat(entry.position()).isEqualTo(i + 1);
      assertThat(entry.publication().data()).isEqualTo("e" + i);
    }
  }

  @Test
  void whatIsSubmittedUnderOneKeyIsOneEvent() {
    open(10);
    Publication keyed = Publication.of(NEWS, "x").withIdempotencyKey("k");
    CompletableFuture<List<LogEntry>> first = log.submit(List.of(keyed), topic -> false);
    CompletableFuture<List<LogEntry>> second =
        log.submit(List.of(keyed, Publication.of(NEWS, "y")), topic -> false);
    assertThat(answer(second).get(0).id()).isEqualTo(answer(first).get(0).id());
    assertThat(dataAfter(0)).containsExactly("x", "y");
  }

  @Test
  void whatDependsOnAnAnswerAndThrowsHurtsNobodyElse() {
    open(10);
    CompletableFuture<Void> throwing =
        submit("a")
            .thenAccept(
                entries -> {
                  throw new InternalError("made to fail");
                });
    assertThat(answer(submit("b"))).hasSize(1);
    assertThat(throwing).isCompletedExceptionally();
    assertThat(dataAfter(0)).containsExactly("a", "b");
  }

  @Test
  void tellsNobodyOnceItIsClosed() {
    open(10);
    AtomicInteger told = new AtomicInteger();
    log.onReadable(told::incrementAndGet);
    append("a");
    assertThat(told).hasValue(1);
    log.close();
    try {
      append("b");
    } catch (LogUnavailableException e) {
      // One that has files needs them to be open.
    }
    assertThat(told).hasValue(1);
  }

  @Test
  void givesNoMoreThanIsAskedForAndTheRestInTheNextRead() {
    open(100);
    append("a", "b", "c", "d");
    List<String> read = new ArrayList<>();
    for (long position = 0; position < 3; ) {
      Batch batch = (Batch) log.readSlowly(Place.at(position), 3, entry -> true, 2);
      assertThat(batch.entries()).hasSizeLessThanOrEqualTo(2);
      assertThat(batch.reached()).isGreaterThan(position).isLessThanOrEqualTo(3);
      read.addAll(Entries.data(batch.entries()));
      position = batch.reached();
    }
    assertThat(read).containsExactly("a", "b", "c");
  }

  @Test
  void givesOnlyWhatIsWanted() {
    open(2000);
    for (int i = 0; i < 1000; i++) {
      log.append(Publication.of(new Topic("topic/" + i % 50), "e" + i), false);
    }
    Topic wanted = new Topic("topic/7");
    EntryFilter filter =
        new EntryFilter() {
          @Override
          public boolean mayConcern(List<Topic> topics) {
            return topics.contains(wanted);
          }

          @Override
          public boolean test(LogEntry entry) {
            return entry.publication().topics().contains(wanted);
          }
        };
    List<String> found = Entries.data(Entries.behind(log, Place.at(0), filter));
    assertThat(found).isEqualTo(IntStream.range(0, 20).mapToObj(i -> "e" + (50 * i + 7)).toList());
  }

  @Test
  void givesWhatHasOneOfTheTopicsThatAreNamed() {
    open(2000);
    for (int i = 0; i < 200; i++) {
      List<Topic> topics = new ArrayList<>(List.of(new Topic("topic/" + i % 50)));
      if (i % 20 == 0) {
        topics.add(new Topic("topic/7"));
      }
      log.append(
          List.of(new Publication(topics, false, null, null, null, "e" + i, null)), t -> false);
    }
    for (Set<Topic> named :
        List.of(Set.of(new Topic("topic/7")), Set.of(new Topic("topic/7"), new Topic("none")))) {
      EntryFilter filter =
          new EntryFilter() {
            @Override
            public boolean test(LogEntry entry) {
              return entry.publication().topics().stream().anyMatch(named::contains);
            }

            @Override
            public Set<Topic> exactTopics() {
              return named;
            }
          };
      assertThat(Entries.data(Entries.behind(log, Place.at(0), filter)))
          .containsExactly(
              "e0", "e7", "e20", "e40", "e57", "e60", "e80", "e100", "e107", "e120", "e140", "e157",
              "e160", "e180");
    }
  }

  @Test
  void everyPlaceHasAnIdThatIsKnown() {
    open(16);
    appendMany();
    for (long position = 0; position <= log.newest(); position++) {
      assertThat(log.find(log.idAt(position).toString())).isEqualTo(new Lookup.Found(position));
    }
  }

  @Test
  @Timeout(120)
  void readersAmongAppendersSeeEveryEntryInOrderOrAreToldOfTheLoss() throws Exception {
    open(64);
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean done = new AtomicBoolean();
    try {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(reader(done)));
      }
      List<Future<?>> appenders = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        appenders.add(threads.submit(() -> append(appendsInRace())));
      }
      for (Future<?> appender : appenders) {
        appender.get(60, TimeUnit.SECONDS);
      }
      done.set(true);
      for (Future<Long> reader : readers) {
        assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(log.newest());
      }
      assertThat(log.newest()).isEqualTo(3L * appendsInRace());
    } finally {
      threads.shutdownNow();
    }
  }

  /** How many appends each thread makes. */
  abstract int appendsInRace();

  /** Returns how far it came, every position accounted for. */
  private Callable<Long> reader(AtomicBoolean done) {
    return () -> {
      long position = 0;
      long lossToldThrough = 0;
      boolean last = false;
      while (true) {
        long head = log.newest();
        while (position < head) {
          ReadResult result =
              log.readSlowly(new Place(position, lossToldThrough), head, entry -> true, 10);
          if (result instanceof Evicted evicted) {
            lossToldThrough = evicted.lostThrough();
            position = evicted.resumeAfter();
          } else if (result instanceof Batch batch) {
            for (LogEntry entry : batch.entries()) {
              if (entry.position() != position + 1
                  && entry.position() > Math.max(lossToldThrough, log.lostThrough()) + 1) {
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

  private CompletableFuture<List<LogEntry>> submit(String... data) {
    return log.submit(
        Stream.of(data).map(text -> Publication.of(NEWS, text)).toList(), topic -> false);
  }

  private static List<LogEntry> answer(CompletableFuture<List<LogEntry>> submitted) {
    return submitted.orTimeout(10, TimeUnit.SECONDS).join();
  }
}
