package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every log promises. */
public abstract class EventLogContract {
  public static final Topic NEWS = new Topic("news");
  public static final Topic STATE = new Topic("state");
  private static final int MANY = 100; // more than a small log keeps

  public Instant now = Instant.parse("2026-01-01T00:00:00Z");
  protected final InstantSource clock = () -> now;

  private EventLog log = EventLogContract.none();

  private static EventLog none() {
    return new MemoryEventLog(1, 1, Instant::now, System::nanoTime, new java.util.Random(0));
  }

  /** A new log that keeps about so many entries. */
  protected abstract EventLog newLog(int entries);

  private void open(int entries) {
    log = newLog(entries);
  }

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
  void aStateThatOutlivesOthersHasItsIdWhenItIsTheNewestThatIsWanted() {
    open(16);
    log.append(List.of(withId("mine", STATE)), topic -> true);
    log.append(List.of(withId("mine", STATE).privately()), topic -> true);
    appendMany();
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(2));
    assertThat(log.find("mine", on(STATE, EventLogContract::isPublic)))
        .isEqualTo(new Lookup.Found(1));
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
  void aStateOutlivesTheEventsAroundItUntilItIsReplaced() {
    open(16);
    LogEntry old = log.append(List.of(state("a", "old state")), topic -> true).get(0);
    appendMany();
    assertThat(state()).containsExactly("old state");
    assertThat(read(0))
        .as("in its place, before what is lost")
        .isEqualTo(new Batch(log.readRetained(0, 1, entry -> true, 1).entries(), lost() - 1));
    List<LogEntry> kept = allAfterLosses();
    assertThat(kept.get(0).publication()).isEqualTo(old.publication());
    assertThat(kept.get(0).position()).isEqualTo(1);
    assertThat(kept).hasSize((int) (log.newest() - log.oldest() + 2));
    assertThat(log.find("a")).as("by its name").isEqualTo(new Lookup.Found(1));
    assertThat(log.append(List.of(state("a", "x")), topic -> true).get(0).position()).isEqualTo(1);

    log.append(List.of(state("b", "new state")), topic -> true);
    assertThat(state()).containsExactly("new state");
    assertThat(log.find("a")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPrivateStateReplacesNoPublicOne() {
    open(16);
    log.append(List.of(Publication.of(STATE, "public")), topic -> true);
    log.append(List.of(Publication.of(STATE, "private").privately()), topic -> true);
    append("between");
    log.append(List.of(Publication.of(STATE, "newer private").privately()), topic -> true);
    assertThat(state()).containsExactly("public", "newer private");
    assertThat(all().get(0).isSupersededAt(log.newest())).isFalse();

    appendMany();
    assertThat(state()).as("outliving").containsExactly("public", "newer private");
    assertThat(data(allAfterLosses())).startsWith("public", "newer private");
  }

  @Test
  void aPublicStateReplacesAllOlderOnes() {
    open(16);
    log.append(List.of(Publication.of(STATE, "public")), topic -> true);
    log.append(List.of(Publication.of(STATE, "private").privately()), topic -> true);
    log.append(List.of(stateFor("ada", "of ada")), topic -> true);
    appendMany();
    log.append(List.of(Publication.of(STATE, "newer")), topic -> true);
    assertThat(state()).containsExactly("newer");
    assertThat(log.find("a")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPrivateStateReplacesThoseOfTheSameReadersOnly() {
    open(16);
    log.append(List.of(stateFor("ada", "of ada")), topic -> true);
    log.append(List.of(stateFor("bob", "of bob")), topic -> true);
    log.append(List.of(stateFor("ada", "newer of ada")), topic -> true);
    assertThat(state()).containsExactly("of bob", "newer of ada");
    appendMany();
    log.append(List.of(stateFor("bob", "newer of bob")), topic -> true);
    assertThat(state()).containsExactly("newer of ada", "newer of bob");
  }

  @Test
  void whoGoesOnWhereALossLeadsDoesNotMeetItAgain() {
    open(16);
    log.append(List.of(state("a", "old state")), topic -> true);
    appendMany();
    assertThat(read(lost() - 1)).isEqualTo(new Evicted(lost(), lost()));
    assertThat(read(lost())).isInstanceOf(Batch.class);

    long event = log.newest();
    for (int i = 0; i < MANY; i++) { // the newest that is lost lies before states that are not
      log.append(Publication.of(new Topic("state/" + i), "state"), true);
    }
    assertThat(lost()).isEqualTo(event);
    Evicted evicted = (Evicted) read(lost() - 1);
    assertThat(evicted.resumeAfter()).isEqualTo(event);
    assertThat(read(evicted.resumeAfter())).isInstanceOf(Batch.class);
  }

  @Test
  void aReadThatEndsBeforeALossDoesNotMeetIt() {
    open(16);
    LogEntry old = log.append(List.of(state("a", "old state")), topic -> true).get(0);
    appendMany();
    assertThat(log.readSlowly(Place.at(0), 1, entry -> true, 10))
        .isEqualTo(new Batch(List.of(old), 1));
    assertThat(log.readSlowly(Place.at(1), lost() - 1, entry -> true, 10))
        .isEqualTo(new Batch(List.of(), lost() - 1));
  }

  @Test
  void theGoingOfAReplacedStateIsNoLoss() {
    open(16);
    for (int i = 0; i < MANY; i++) {
      log.append(Publication.of(STATE, "state " + i), true);
    }
    assertThat(log.lostThrough()).isZero();
    assertThat(log.oldest()).isGreaterThan(1);
    assertThat(dataAfter(0)).endsWith("state 99");
  }

  @Test
  void anEntryKnowsFromWhichHeadOnItIsReplaced() {
    open(16);
    log.append(Publication.of(STATE, "old"), true);
    append("between");
    log.append(Publication.of(STATE, "new"), true);
    LogEntry old = ((Batch) log.readSlowly(Place.at(0), 2, entry -> true, 10)).entries().get(0);
    assertThat(old.isSupersededAt(2)).isFalse();
    assertThat(old.isSupersededAt(3)).isTrue();
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
            submitted.add(CompletableFuture.supplyAsync(() -> submit("b")).join());
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
      read.addAll(data(batch));
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
    List<String> found = data(readAll(0, 0, filter));
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
      assertThat(data(readAll(0, 0, filter)))
          .containsExactly(
              "e0", "e7", "e20", "e40", "e57", "e60", "e80", "e100", "e107", "e120", "e140", "e157",
              "e160", "e180");
    }
  }

  @Test
  void findsThePlaceBeforeATime() {
    open(16);
    Instant start = now;
    for (int i = 1; i <= 10; i++) {
      now = start.plusSeconds(10L * (i / 2)); // two at a time
      append("e" + i);
    }
    assertThat(log.positionBefore(start.minusSeconds(1))).isZero();
    assertThat(log.positionBefore(start.plusSeconds(10))).isEqualTo(1);
    assertThat(log.positionBefore(start.plusSeconds(11))).isEqualTo(3);
    assertThat(log.positionBefore(start.plusSeconds(50))).isEqualTo(9);
    assertThat(log.positionBefore(start.plusSeconds(51))).isEqualTo(10);
    now = start.plusSeconds(1000);
    appendMany();
    assertThat(log.positionBefore(start)).as("lost").isEqualTo(log.lostThrough() - 1);
    assertThat(log.positionBefore(now.plusSeconds(1))).isEqualTo(log.newest());
  }

  @Test
  void anEventFromAheadDoesNotDateThoseThatFollow() {
    open(16);
    Instant start = now;
    Instant ahead = start.plus(Duration.ofDays(1));
    append("a");
    now = ahead;
    append("from ahead");
    now = start.plusSeconds(10);
    append("b");
    now = start.plusSeconds(20);
    append("c");
    assertThat(all())
        .extracting(LogEntry::time)
        .containsExactly(start, ahead, start.plusSeconds(10), start.plusSeconds(20));
    assertThat(log.positionBefore(start)).isZero();
    assertThat(log.positionBefore(start.plusSeconds(10))).as("it may be from then").isEqualTo(1);
    assertThat(log.positionBefore(start.plusSeconds(15))).isEqualTo(3);
    assertThat(log.positionBefore(start.plusSeconds(21))).isEqualTo(4);

    now = ahead.plusSeconds(100);
    append("d");
    assertThat(log.positionBefore(ahead.plusSeconds(1))).isEqualTo(4);
    assertThat(log.positionBefore(ahead)).as("it says that it is from then").isEqualTo(1);
  }

  @Test
  void whatMayBeFromThenIsNotPassedOverAtTheEndEither() {
    open(16);
    Instant start = now;
    append("a");
    now = start.plus(Duration.ofDays(1));
    append("from ahead", "as well");
    now = start.plusSeconds(10);
    assertThat(log.positionBefore(start.plusSeconds(5))).isEqualTo(1);
  }

  @Test
  void theLossOfAnEventFromAheadIsToldToThoseOnlyWhomItMayConcern() {
    open(16);
    Instant start = now;
    now = start.plus(Duration.ofDays(1));
    append("from ahead");
    now = start.plusSeconds(10);
    appendMany();
    now = start.plusSeconds(20);
    append("last");
    assertThat(log.positionBefore(start.plusSeconds(10))).isEqualTo(log.lostThrough() - 1);
    assertThat(log.positionBefore(start.plusSeconds(15))).isEqualTo(log.newest() - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsThePlaceBeforeATimeWhereverTheClockWent(int seed) {
    open(1000);
    Random random = new Random(seed);
    Instant start = now;
    List<Instant> times = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int jump = random.nextInt(40) == 0 ? random.nextInt(200) - 100 : random.nextInt(2);
      now = now.plusSeconds(jump);
      times.add(now);
      append("x");
    }
    now = start.plusSeconds(random.nextInt(200));
    for (int i = -50; i < 300; i += 7) {
      Instant time = start.plusSeconds(i);
      assertThat(log.positionBefore(time))
          .as("%s at %s of %s", time, now, times)
          .isEqualTo(placeBefore(time, times));
    }
  }

  /** After the last that is surely older than the first that is known to be wanted. */
  private long placeBefore(Instant time, List<Instant> times) {
    int place = 0;
    for (int i = 0; i < times.size(); i++) {
      if (!times.get(i).isAfter(now)) {
        if (!times.get(i).isBefore(time)) {
          break;
        }
        place = i + 1;
      }
    }
    return place;
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
  void thereIsNoPlaceBeforeTheFirst() {
    open(16);
    assertThat(log.positionBefore(Instant.MIN)).isZero();
    append("a");
    assertThat(log.positionBefore(Instant.MIN)).isZero();
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
  int appendsInRace() {
    return 30_000;
  }

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

  private void append(int times) {
    for (int i = 0; i < times; i++) {
      log.append(Publication.of(NEWS, "x"), false);
    }
  }

  private void appendMany() {
    append(MANY - (int) log.newest() % MANY);
  }

  private void append(String... data) {
    for (String text : data) {
      log.append(Publication.of(NEWS, text), false);
    }
  }

  private ReadResult read(long after) {
    return log.readSlowly(Place.at(after), log.newest(), entry -> true, 1000);
  }

  private long lost() {
    return log.lostThrough();
  }

  private List<String> dataAfter(long position) {
    return data(readAll(position, 0, entry -> true));
  }

  private List<LogEntry> all() {
    return readAll(0, 0, entry -> true);
  }

  private List<LogEntry> allAfterLosses() {
    return readAll(0, log.lostThrough(), entry -> true);
  }

  private List<LogEntry> readAll(long after, long lossToldThrough, EntryFilter wanted) {
    List<LogEntry> found = new ArrayList<>();
    for (long position = after; position < log.newest(); ) {
      Batch batch =
          (Batch) log.readSlowly(new Place(position, lossToldThrough), log.newest(), wanted, 100);
      found.addAll(batch.entries());
      position = batch.reached();
    }
    return found;
  }

  private List<String> state() {
    return data(log.readRetained(0, log.newest(), entry -> true, 100));
  }

  private static List<String> data(Batch batch) {
    return data(batch.entries());
  }

  private static List<String> data(List<LogEntry> entries) {
    return entries.stream().map(entry -> entry.publication().data()).toList();
  }

  private static boolean isPublic(LogEntry entry) {
    return !entry.publication().isPrivate();
  }

  private static EntryFilter on(Topic topic, Predicate<LogEntry> mayRead) {
    return new EntryFilter() {
      @Override
      public boolean mayConcern(List<Topic> topics) {
        return topics.contains(topic);
      }

      @Override
      public boolean test(LogEntry entry) {
        return mayConcern(entry.publication().topics()) && mayRead.test(entry);
      }
    };
  }

  private static Publication withId(String id, Topic topic) {
    return new Publication(List.of(topic), false, id, null, null, "data", null);
  }

  private static Publication stateFor(String user, String data) {
    List<Topic> topics = List.of(STATE, new Topic("users/" + user));
    return new Publication(topics, true, null, null, null, data, null);
  }

  private static Publication state(String id, String data) {
    return new Publication(List.of(STATE), false, id, null, null, data, "key of " + id);
  }
}
