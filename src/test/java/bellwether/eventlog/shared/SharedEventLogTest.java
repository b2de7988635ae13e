package bellwether.eventlog.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.fixtures.Entries;
import bellwether.harness.Await;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Several nodes over one store, which fails in all the ways that a store may. */
class SharedEventLogTest {
  private static final Topic NEWS = new Topic("news");
  private static final Topic FEED = new Topic("feed");
  private static final Topic STATE = new Topic("state");
  private static final SharedLogLimits LIMITS = SharedLogs.limits(1000, 100);

  private final FakeStore store = new FakeStore(new Random(1));
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong batches = new AtomicLong();

  /** A node that works when it is let: tasks wait until they are run. */
  private final class Node {
    final Queue<Runnable> committing = new ArrayDeque<>();
    final Queue<Runnable> tailing = new ArrayDeque<>();
    final SharedEventLog log;

    Node(SharedLogLimits limits) {
      log =
          new SharedEventLog(
              store,
              limits,
              committing::add,
              tailing::add,
              () -> Instant.EPOCH,
              nanos::get,
              () -> new UUID(0, batches.incrementAndGet()),
              topic -> topic.equals(FEED));
    }

    void commit() {
      run(committing);
    }

    void look() {
      run(tailing);
    }

    void work() {
      log.tend();
      while (!committing.isEmpty() || !tailing.isEmpty()) {
        commit();
        look();
      }
    }

    private void run(Queue<Runnable> tasks) {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
    }
  }

  private SharedEventLog node() {
    return SharedLogs.open(store, LIMITS, () -> Instant.EPOCH);
  }

  private static List<String> dataAfter(SharedEventLog log, long position) {
    return Entries.data(Entries.behind(log, Place.at(position)));
  }

  private static CompletableFuture<List<LogEntry>> submit(SharedEventLog log, String data) {
    return submitTo(NEWS, log, data);
  }

  private static CompletableFuture<List<LogEntry>> submitTo(
      Topic topic, SharedEventLog log, String data) {
    return log.submit(List.of(Publication.of(topic, data)), any -> false);
  }

  @Test
  void whatOneNodeAppendsTheOthersReadInTheSameOrder() {
    SharedEventLog a = node();
    SharedEventLog b = node();
    a.append(Publication.of(NEWS, "from a"), false);
    EventId id = b.append(Publication.of(NEWS, "from b"), false);
    for (SharedEventLog log : List.of(a, b)) {
      assertThat(dataAfter(log, 0)).containsExactly("from a", "from b");
      assertThat(log.find(id.toString())).isEqualTo(new Lookup.Found(2));
      assertThat(log.idAt(2)).isEqualTo(id);
    }
  }

  @Test
  void aKeyThatOneNodeHasUsedIsKnownToTheOthers() {
    Publication once = Publication.of(NEWS, "once").withIdempotencyKey("k");
    EventId first = node().append(once, false);
    assertThat(node().append(once, false)).isEqualTo(first);
  }

  @Test
  void aNodeThatJoinsLateHasTheStatesAndReadsTheRestFromTheStore() {
    SharedEventLog a = node();
    a.append(Publication.of(STATE, "state"), true);
    a.append(Publication.of(NEWS, "event"), false);
    SharedEventLog late = node();
    assertThat(Entries.data(Entries.states(late))).containsExactly("state");
    assertThat(dataAfter(late, 0)).containsExactly("state", "event");
    a.append(Publication.of(STATE, "newer state"), true);
    assertThat(Entries.data(Entries.states(late))).containsExactly("newer state");
  }

  private static ControlListener listener(List<String> heard, Runnable atEach) {
    return new ControlListener() {
      @Override
      public void heard(List<String> messages) {
        atEach.run();
        heard.addAll(messages);
      }

      @Override
      public void missedSome() {
        heard.add("missed some");
      }
    };
  }

  @Test
  void whatANodeTellsAllNodesHearAtOnePosition() {
    SharedEventLog a = node();
    SharedEventLog b = node();
    List<String> heard = new ArrayList<>();
    a.onControl(listener(heard, () -> {}));
    b.onControl(listener(heard, () -> {}));
    a.append(Publication.of(NEWS, "before"), false);
    a.tellNodes("told");
    b.append(Publication.of(NEWS, "after"), false);
    assertThat(heard).containsExactly("told", "told");
    for (SharedEventLog log : List.of(a, b, node())) {
      List<LogEntry> entries = Entries.behind(log, Place.at(0));
      assertThat(entries).extracting(ControlEntry::is).containsExactly(false, true, false);
    }
  }

  @Test
  void whatIsToldIsHeardBeforeAnyReaderCanReadWhatFollows() {
    Node a = new Node(LIMITS);
    SharedEventLog b = node();
    List<String> heard = new ArrayList<>();
    List<Long> readableThen = new ArrayList<>();
    a.log.onControl(listener(heard, () -> readableThen.add(a.log.newest())));
    a.work();
    b.tellNodes("told");
    b.append(Publication.of(NEWS, "after"), false);
    a.work();
    assertThat(heard).containsExactly("told");
    assertThat(readableThen).containsExactly(0L);
    assertThat(dataAfter(a.log, 1)).containsExactly("after");
  }

  @Test
  void whatAListenerFailedToHearItHearsAgain() {
    Node a = new Node(LIMITS);
    List<String> heard = new ArrayList<>();
    AtomicBoolean fails = new AtomicBoolean(true);
    a.log.onControl(
        listener(
            heard,
            () -> {
              if (fails.getAndSet(false)) {
                throw new IllegalStateException("at the first time");
              }
            }));
    node().tellNodes("told");
    a.work();
    assertThat(dataAfter(a.log, 0)).isEmpty();
    a.work();
    assertThat(heard).containsExactly("told");
  }

  @Test
  void whoAsksToBeCaughtUpGetsAllThatWasAcknowledgedBefore() {
    store.isDeaf = true;
    Node behind = new Node(LIMITS);
    behind.work();
    SharedEventLog other = node();
    other.append(Publication.of(NEWS, "1"), false);
    CompletableFuture<Void> first = behind.log.caughtUp();
    CompletableFuture<Void> second = behind.log.caughtUp();
    assertThat(first).isNotDone();
    behind.work();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(dataAfter(behind.log, 0)).containsExactly("1");
    // A look that has begun may not see what is acknowledged now: another one is waited for.
    other.append(Publication.of(NEWS, "2"), false);
    CompletableFuture<Void> third = behind.log.caughtUp();
    behind.work();
    assertThat(third).isCompleted();
    assertThat(dataAfter(behind.log, 1)).containsExactly("2");
  }

  @Test
  void whoAsksToBeCaughtUpIsToldThatTheStoreIsAway() {
    Node node = new Node(LIMITS);
    node.work();
    store.isAway = true;
    CompletableFuture<Void> asked = node.log.caughtUp();
    node.work();
    assertThat(asked).isCompletedExceptionally();
    assertThat(node.log.caughtUp()).isCompletedExceptionally();
    store.isAway = false;
    node.work();
    CompletableFuture<Void> again = node.log.caughtUp();
    node.work();
    assertThat(again).isCompletedWithValue(null);
  }

  @Test
  void anIdThatThisNodeHasNotReadYetIsWaitedFor() {
    store.isDeaf = true;
    SharedEventLog behind = node();
    EventId id = node().append(Publication.of(NEWS, "x"), false);
    assertThat(behind.newest()).isZero();
    assertThat(behind.find(id.toString())).isEqualTo(new Lookup.Found(1));
    EventId never = new EventId(id.epoch(), 2);
    assertThat(behind.find(never.toString())).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void anIdOfAnEpochThatThisNodeHasNotHeardOfIsWaitedFor() {
    SharedEventLog a = node();
    SharedEventLog behind = node();
    a.append(Publication.of(NEWS, "x"), false);
    store.isDeaf = true;
    store.failOver(1);
    EventId id = a.append(Publication.of(NEWS, "y"), false);
    assertThat(id.position()).isEqualTo(SharedStore.EPOCH);
    assertThat(behind.find(id.toString())).isEqualTo(new Lookup.Found(SharedStore.EPOCH));
  }

  @Test
  void nothingIsSaidOfAnIdWhileTheStoreIsAway() {
    SharedEventLog log = node();
    EventId known = log.append(Publication.of(NEWS, "x"), false);
    store.isAway = true;
    assertThat(log.find(known.toString())).isEqualTo(new Lookup.Found(1));
    String next = new EventId(known.epoch(), 2).toString();
    assertThatThrownBy(() -> log.find(next)).isInstanceOf(LogUnavailableException.class);
    assertThatThrownBy(() -> log.find("mine")).isInstanceOf(LogUnavailableException.class);
  }

  /** As long as a call waits for a database that hangs, it has not failed. */
  @Test
  void nothingIsSaidOfAnIdWhileTheStoreKeepsThisNodeWaiting() {
    EventId id = node().append(Publication.of(NEWS, "x"), false);
    Node waiting = new Node(LIMITS);
    EventId next = node().append(Publication.of(NEWS, "y"), false);
    assertThat(waiting.log.find(id.toString())).isEqualTo(new Lookup.Found(1));
    assertThatThrownBy(() -> waiting.log.find(next.toString())) // its thread reads nothing
        .isInstanceOf(LogUnavailableException.class);
    waiting.look();
    assertThat(waiting.log.find(next.toString())).isEqualTo(new Lookup.Found(2));
  }

  @Test
  void aNodeThatNobodyTellsOfNewsReadsThemWhenItIsTended() {
    store.isDeaf = true;
    SharedEventLog behind = node();
    node().append(Publication.of(NEWS, "x"), false);
    assertThat(dataAfter(behind, 0)).isEmpty();
    behind.tend();
    assertThat(dataAfter(behind, 0)).containsExactly("x");
  }

  @Test
  void whatWaitsForAStoreThatIsAwayIsAppendedWhenItIsBack() {
    SharedEventLog log = node();
    store.isAway = true;
    CompletableFuture<List<LogEntry>> first = submit(log, "first");
    CompletableFuture<List<LogEntry>> second = submit(log, "second");
    assertThat(log.isAvailable()).isFalse();
    assertThat(first).isNotDone();
    store.isAway = false;
    log.tend();
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(dataAfter(log, 0)).containsExactly("first", "second");
    log.tend();
    assertThat(log.isAvailable()).isTrue();
  }

  @Test
  void whoHasWaitedTooLongForAStoreThatWasNeverReachedIsNotPublished() {
    Node node = new Node(LIMITS);
    store.isAway = true;
    CompletableFuture<List<LogEntry>> first = submit(node.log, "first");
    node.commit();
    CompletableFuture<List<LogEntry>> behind = submit(node.log, "behind");
    nanos.addAndGet(LIMITS.patience().toNanos() - 1);
    node.work();
    assertThat(first).isNotDone();
    nanos.addAndGet(2);
    node.work();
    assertThat(first)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
    assertThat(behind)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
    store.isAway = false;
    node.work();
    assertThat(dataAfter(node.log, 0)).isEmpty();
  }

  @Test
  void anAppendWhoseAnswerIsLostHappensOnce() {
    SharedEventLog log = node();
    AtomicLong losses = new AtomicLong(3);
    store.losesAnswer = () -> losses.getAndDecrement() > 0;
    CompletableFuture<List<LogEntry>> answer = submit(log, "x");
    for (int i = 0; i < 5; i++) {
      log.tend();
    }
    assertThat(answer).isCompleted();
    assertThat(dataAfter(log, 0)).containsExactly("x");
  }

  @Test
  void anAppendThatHappenedAlthoughItsAnswerNeverCameIsFoundWhenItIsGivenUp() {
    Node node = new Node(LIMITS);
    store.losesAnswer = () -> true;
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "x");
    node.commit();
    nanos.addAndGet(LIMITS.patience().toNanos());
    node.log.tend();
    node.commit();
    node.look();
    assertThat(answer).isCompleted();
    assertThat(dataAfter(node.log, 0)).containsExactly("x");
  }

  @Test
  void whoWaitsTooLongForAStoreThatDoesNotAnswerIsToldThatTheOutcomeIsUnknown() {
    Node node = new Node(LIMITS);
    List<Boolean> wasAnswered = new ArrayList<>(); // the log would swallow what a check here throws
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "x");
    store.losesAnswer =
        () -> {
          nanos.addAndGet(LIMITS.patience().toNanos() - 1);
          node.log.tend();
          wasAnswered.add(answer.isDone());
          nanos.addAndGet(2);
          node.log.tend();
          wasAnswered.add(answer.isDone());
          return false;
        };
    node.commit();
    assertThat(wasAnswered)
        .as("just before its patience is over, and after")
        .containsExactly(false, true);
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(AppendInDoubtException.class);
    store.losesAnswer = () -> false;
    node.work();
    assertThat(dataAfter(node.log, 0)).as("it came after all").containsExactly("x");
  }

  @Test
  void whoWaitedLongBeforeItsTurnIsNotInDoubtAsSoonAsItIsSent() {
    Node node = new Node(LIMITS);
    List<Boolean> wasAnswered = new ArrayList<>();
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "x");
    nanos.addAndGet(LIMITS.patience().toNanos());
    store.losesAnswer =
        () -> {
          nanos.addAndGet(1);
          node.log.tend();
          wasAnswered.add(answer.isDone());
          return false;
        };
    node.commit();
    node.look();
    assertThat(wasAnswered).containsExactly(false);
    assertThat(answer).isCompleted();
  }

  @Test
  void anAppendThatCannotEvenBeGivenUpIsInDoubt() {
    Node node = new Node(LIMITS);
    store.losesAnswer = () -> true;
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "x");
    node.commit();
    store.isAway = true;
    nanos.addAndGet(LIMITS.patience().toNanos());
    node.work();
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(AppendInDoubtException.class);
  }

  @Test
  void whatIsInTheStoreAndCannotBeReadHereIsInDoubtAtLast() {
    Node node = new Node(LIMITS);
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "x");
    node.commit();
    store.isAway = true;
    node.look();
    nanos.addAndGet(LIMITS.patience().toNanos() + 1);
    node.work();
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(AppendInDoubtException.class);
    store.isAway = false;
    node.work();
    assertThat(dataAfter(node.log, 0)).containsExactly("x");
  }

  @Test
  void onlyTheNodeThatTookOverLastAppendsForTheFeeds() {
    SharedEventLog a = node();
    SharedEventLog b = node();
    assertThat(submitTo(FEED, a, "before")).isCompletedExceptionally();
    a.takeOverFeeds();
    assertThat(submitTo(FEED, a, "of a")).isCompleted();
    b.takeOverFeeds();
    assertThat(submitTo(FEED, a, "stale"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
    assertThat(submit(a, "of anybody")).isCompleted();
    assertThat(submitTo(FEED, b, "of b")).isCompleted();
    assertThat(dataAfter(a, 0)).containsExactly("of a", "of anybody", "of b");

    a.takeOverFeeds(); // it has been given the work again
    assertThat(submitTo(FEED, a, "of a again")).isCompleted();
    b.leaveFeeds();
    assertThat(submitTo(FEED, b, "stale")).isCompletedExceptionally();
  }

  /** As when a node starts: each of its feeds looks for the first time. */
  @Test
  void twoFeedsThatTakeOverAtOnceDoNotFenceEachOtherOff() throws InterruptedException {
    SharedEventLog log = node();
    Thread other = new Thread(log::takeOverFeeds);
    store.raising =
        () -> {
          if (other.getState() == Thread.State.NEW) {
            other.start();
            Await.until(
                "the other", Duration.ofSeconds(10), () -> isOver(other) || isKeptWaiting(other));
          }
        };
    log.takeOverFeeds();
    other.join();
    assertThat(submitTo(FEED, log, "x")).isCompleted();
  }

  private static boolean isOver(Thread thread) {
    return thread.getState() == Thread.State.TERMINATED;
  }

  private static boolean isKeptWaiting(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED;
  }

  @Test
  void anAppendForWhichThereIsNoMemoryIsGivenUpAndTheNextGoesOn() {
    Node node = new Node(LIMITS);
    store.appending =
        drafts -> {
          if (drafts.get(0).publication().data().equals("huge")) {
            throw new OutOfMemoryError("made to fail");
          }
        };
    CompletableFuture<List<LogEntry>> huge = submit(node.log, "huge");
    node.commit();
    CompletableFuture<List<LogEntry>> next = submit(node.log, "next");
    node.work();
    assertThat(huge).as("it is tried again").isNotDone();
    nanos.addAndGet(LIMITS.patience().toNanos());
    node.log.tend(); // which finds that next has waited too long as well
    CompletableFuture<List<LogEntry>> later = submit(node.log, "later");
    node.work();
    assertThat(huge)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
    assertThat(next).isDone();
    assertThat(later).isCompleted();
    assertThat(dataAfter(node.log, 0)).doesNotContain("huge").endsWith("later");
  }

  @Test
  void aStoreThatGrowsBehindWhatThisNodeHasReadIsNotRead() {
    Node node = new Node(LIMITS);
    append(node, "0", "1", "2", "3", "4");
    store.goBack(2);
    node.work();
    assertThat(node.log.isAvailable()).as("perhaps a standby, before its first append").isTrue();
    node().append(Publication.of(NEWS, "other"), false);
    node.work();
    assertThat(node.log.isAvailable()).isFalse();
    assertThat(node.log.isToRestart()).as("one connection may lead to an older server").isFalse();
    nanos.addAndGet(Tail.DOUBT.toNanos());
    node.work();
    assertThat(node.log.isToRestart()).isTrue();
    assertThat(node.log.newest()).isEqualTo(5);
    assertThat(submit(node.log, "x")).isCompletedExceptionally();
  }

  @Test
  void aFailOverThatLostNothingIsNoLoss() {
    SharedEventLog log = node();
    EventId before = log.append(Publication.of(NEWS, "a"), false);
    store.failOver(1);
    EventId after = log.append(Publication.of(NEWS, "b"), false);
    assertThat(after.epoch()).isNotEqualTo(before.epoch());
    assertThat(after.position()).isEqualTo(SharedStore.EPOCH);
    assertThat(log.lostThrough()).isZero();
    assertThat(dataAfter(log, 0)).containsExactly("a", "b");
    assertThat(dataAfter(log, 1)).containsExactly("b");
    assertThat(log.find(before.toString())).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void positionsThatAFailOverSkippedAreNeitherCountedNorFetched() {
    SharedEventLog log = node();
    log.append(Publication.of(NEWS, "a"), false);
    log.append(Publication.of(NEWS, "b"), false);
    store.failOver(2);
    log.append(Publication.of(NEWS, "c"), false);
    assertThat(log.countBetween(0, log.newest())).isEqualTo(3);
    assertThat(log.countBetween(2, log.newest())).isEqualTo(1);
    assertThat(log.countBetween(5, log.newest())).isEqualTo(1);
    assertThat(log.read(Place.at(2), log.newest(), entry -> true, 10))
        .isInstanceOfSatisfying(
            Batch.class, batch -> assertThat(Entries.data(batch.entries())).containsExactly("c"));
    assertThat(log.read(Place.at(1), log.newest(), entry -> true, 10)).isInstanceOf(Pending.class);
  }

  @Test
  void aFailOverThatLostWhatThisNodeHadReadIsToldToItsReadersAndToNobodyElse() {
    SharedEventLog reading = node();
    reading.append(Publication.of(NEWS, "kept"), false);
    store.isDeaf = true;
    SharedEventLog other = node(); // has not read what will be lost
    EventId lost = reading.append(Publication.of(NEWS, "lost"), false);
    reading.append(Publication.of(STATE, "lost state"), true);
    store.failOver(1);
    EventId first = other.append(Publication.of(NEWS, "new"), false);
    reading.tend();

    long end = SharedStore.EPOCH - 1;
    assertThat(reading.lostThrough()).isEqualTo(end);
    assertThat(reading.readSlowly(Place.at(3), reading.newest(), entry -> true, 10))
        .isEqualTo(new Evicted(end, end, true));
    assertThat(dataAfter(reading, end)).containsExactly("new");
    assertThat(Entries.states(reading)).isEmpty();
    assertThat(reading.find(lost.toString())).isEqualTo(new Lookup.Unknown());
    assertThat(reading.find(first.toString())).isEqualTo(new Lookup.Found(first.position()));
    assertThat(other.lostThrough()).isZero();
    assertThat(dataAfter(other, 0)).containsExactly("kept", "new");
  }

  /** It comes back to a node that has read what was lost, as it might to one that has not. */
  @Test
  void aReaderThatHadNothingOfWhatAFailOverLostGetsAllThatIsKept() {
    Node reading = new Node(LIMITS);
    append(reading, "before", "kept", "lost");
    store.failOver(2);
    append(reading, "new");
    assertThat(dataAfter(reading.log, 0)).containsExactly("before", "kept", "new");
    assertThat(dataAfter(reading.log, 1)).containsExactly("kept", "new");
    assertThat(dataAfter(reading.log, 2)).containsExactly("new");
    assertThat(reading.log.readSlowly(Place.at(3), reading.log.newest(), entry -> true, 10))
        .isInstanceOf(Evicted.class);
    assertThat(reading.log.positionBefore(Instant.EPOCH.minusSeconds(1))).isZero();
  }

  @Test
  void anIdInWhatAFailOverLostIsUnknownWithoutALookAtTheStore() {
    Node reading = new Node(LIMITS);
    append(reading, "kept", "lost");
    EventId lost = reading.log.idAt(2);
    store.failOver(1);
    append(reading, "new");
    EventId place = reading.log.idAt(2); // where a reader stands that has got it
    assertThat(reading.log.find(lost.toString())).isEqualTo(new Lookup.Unknown());
    assertThat(reading.log.find(place.toString())).isEqualTo(new Lookup.Unknown());
    assertThat(reading.tailing).isEmpty();
  }

  private static void append(Node node, String... data) {
    for (String each : data) {
      var unused = submit(node.log, each);
      node.work();
    }
  }

  @Test
  void aLossIsNotMissedBecauseAnotherReadHasHeardOfTheNewEpochFirst() {
    SharedLogLimits small = SharedLogs.limits(16, 3);
    Node reading = new Node(small);
    SharedEventLog other = SharedLogs.open(store, small, () -> Instant.EPOCH);
    for (int i = 1; i <= 16; i++) {
      other.append(Publication.of(NEWS, "e" + i), false);
    }
    reading.work();
    store.failOver(12);
    other.append(Publication.of(NEWS, "new"), false);
    for (int i = 0; i < 10; i++) { // so that the oldest are dropped
      other.append(Publication.of(NEWS, "newer"), false);
    }
    var unused = reading.log.readSlowly(Place.at(10), 13, entry -> true, 10); // not in memory
    reading.work();
    assertThat(reading.log.lostThrough()).isEqualTo(SharedStore.EPOCH - 1);
  }

  @Test
  void aFailOverIsNoticedAlthoughTheNewEpochHasNoEntryYet() {
    Publication kept = Publication.of(NEWS, "kept").withIdempotencyKey("k");
    SharedEventLog log = node();
    log.append(kept, false);
    EventId lost = log.append(Publication.of(NEWS, "lost"), false);
    store.failOver(1);
    assertThat(node().append(kept, false).position()).isEqualTo(1);
    log.tend();
    assertThat(log.isToRestart()).isFalse();
    assertThat(log.lostThrough()).isEqualTo(SharedStore.EPOCH - 1);
    assertThat(log.find(lost.toString())).isEqualTo(new Lookup.Unknown());
    assertThat(log.append(Publication.of(NEWS, "new"), false).position())
        .isEqualTo(SharedStore.EPOCH);
    assertThat(dataAfter(log, SharedStore.EPOCH - 1)).containsExactly("new");
  }

  @Test
  void nobodyIsRefusedBecauseOldEntriesCannotBeDropped() {
    SharedEventLog log = SharedLogs.open(store, SharedLogs.limits(16, 3), () -> Instant.EPOCH);
    store.isHeld = true;
    for (int i = 0; i < 40; i++) {
      log.append(Publication.of(NEWS, "e" + i), false);
    }
    assertThat(dataAfter(log, 0)).hasSize(40);
  }

  @Test
  void anAppendThatAFailOverLostBeforeItCouldBeReadIsNotAnswered() {
    Node node = new Node(LIMITS);
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "lost");
    node.commit();
    store.failOver(0);
    node().append(Publication.of(NEWS, "new"), false);
    node.work();
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(LogUnavailableException.class);
    assertThat(dataAfter(node.log, node.log.lostThrough())).containsExactly("new");
  }

  @Test
  void aNodeThatRetentionPassesBeginsAnewAndTellsOfTheLoss() {
    SharedLogLimits small = SharedLogs.limits(16, 100);
    Node slow = new Node(small);
    SharedEventLog quick = SharedLogs.open(store, small, () -> Instant.EPOCH);
    quick.append(Publication.of(STATE, "state"), true);
    slow.work();
    for (int i = 0; i < 100; i++) {
      quick.append(Publication.of(NEWS, "e" + i), false);
    }
    quick.append(Publication.of(STATE, "newer"), true);
    slow.work();
    assertThat(slow.log.newest()).isEqualTo(quick.newest());
    assertThat(slow.log.lostThrough()).isEqualTo(quick.lostThrough()).isPositive();
    assertThat(Entries.data(Entries.states(slow.log))).containsExactly("newer");
    assertThat(slow.log.readSlowly(Place.at(1), slow.log.newest(), entry -> true, 10))
        .isInstanceOf(Evicted.class);
    assertThat(dataAfter(slow.log, slow.log.lostThrough()))
        .isEqualTo(dataAfter(quick, quick.lostThrough()));
  }

  @Test
  void aNodeThatRetentionOfStatesAloneHasPassedHasThoseThatAreCurrent() {
    SharedLogLimits small = SharedLogs.limits(16, 100);
    Node slow = new Node(small);
    SharedEventLog quick = SharedLogs.open(store, small, () -> Instant.EPOCH);
    quick.append(Publication.of(STATE, "old"), true);
    slow.work();
    quick.append(Publication.of(STATE, "current"), true);
    for (int i = 0; i < 50; i++) {
      quick.append(Publication.of(new Topic("state/" + i), "s" + i), true);
    }
    slow.work();
    assertThat(slow.log.lostThrough()).as("no event").isZero();
    assertThat(Entries.data(Entries.states(slow.log))).contains("current", "s0", "s49").hasSize(51);
  }

  @Test
  void aServerThatLacksWhatThisNodeHasReadIsNotAskedForOldEntries() {
    SharedEventLog log = SharedLogs.open(store, SharedLogs.limits(1000, 3), () -> Instant.EPOCH);
    for (int i = 1; i <= 10; i++) {
      log.append(Publication.of(NEWS, "e" + i), false);
    }
    store.readable = 2;
    assertThatThrownBy(() -> log.readSlowly(Place.at(0), log.newest(), entry -> true, 10))
        .isInstanceOf(LogUnavailableException.class);
    store.readable = Long.MAX_VALUE;
    assertThat(dataAfter(log, 0)).hasSize(10);
  }

  @Test
  void aNodeThatHearsTwoServersBeginsAnewOnlyWithTheNewerOne() throws StoreException {
    Node node = new Node(LIMITS);
    append(node, "kept", "lost");
    SharedStore.Snapshot ofTheOlder = store.open();
    store.failOver(1);
    store.opened = ofTheOlder;
    append(node, "new");
    assertThat(node.log.isAvailable()).isFalse();
    assertThat(node.log.isToRestart()).isFalse();
    store.opened = null;
    node.work();
    assertThat(node.log.isAvailable()).isTrue();
    assertThat(dataAfter(node.log, node.log.lostThrough())).containsExactly("new");
  }

  @Test
  void whoseEventBeganAnEpochThatWasNotReadIsNotGivenAnIdOfAnother() {
    Node node = new Node(LIMITS);
    append(node, "a");
    store.failOver(1);
    CompletableFuture<List<LogEntry>> answer = submit(node.log, "b");
    node.commit();
    node.tailing.clear();
    node.log.close();
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(AppendInDoubtException.class);
  }

  /** A reader that was told of what retention dropped first would be past what it has to undo. */
  @Test
  void whatTheStoreHasLostIsToldBeforeWhatRetentionHasDropped() {
    SharedLogLimits small = SharedLogs.limits(16, 100);
    Node slow = new Node(small);
    append(slow, "kept", "lost");
    store.failOver(1);
    SharedEventLog quick = SharedLogs.open(store, small, () -> Instant.EPOCH);
    quick.append(Publication.of(STATE, "state"), true);
    for (int i = 0; i < 100; i++) {
      quick.append(Publication.of(NEWS, "e" + i), false);
    }
    slow.work();
    long end = SharedStore.EPOCH - 1;
    assertThat(slow.log.readSlowly(Place.at(2), slow.log.newest(), entry -> true, 10))
        .isEqualTo(new Evicted(end, end, true));
    assertThat(Entries.data(Entries.states(slow.log))).containsExactly("state");
    assertThat(slow.log.lostThrough(end)).isGreaterThan(end);
  }

  @Test
  void aStoreThatHasGoneBackToAnOlderCopyIsNotRead() {
    SharedEventLog log = node();
    log.append(Publication.of(NEWS, "a"), false);
    store.failOver(1);
    log.append(Publication.of(NEWS, "b"), false);
    store.restoreFirstEpoch();
    log.tend();
    assertThat(log.isAvailable()).isFalse();
    assertThat(log.newest()).isEqualTo(SharedStore.EPOCH);
  }

  @Test
  void whoIsClosedAppendsWhatWaitsAndRefusesTheRest() {
    SharedEventLog log = node();
    store.isAway = true;
    CompletableFuture<List<LogEntry>> waiting = submit(log, "waiting");
    store.isAway = false;
    log.close();
    assertThat(waiting).isCompleted();
    assertThat(submit(log, "late")).isCompletedExceptionally();
    assertThat(dataAfter(node(), 0)).containsExactly("waiting");
  }

  @Test
  void anEntryOfAnySizeIsFollowedAndReadAgain() {
    SharedEventLog log = SharedLogs.open(store, SharedLogs.limits(100, 1), () -> Instant.EPOCH);
    String large = "x".repeat(9 << 20);
    log.append(Publication.of(NEWS, large), false);
    log.append(Publication.of(NEWS, "small"), false);
    assertThat(dataAfter(log, 0)).containsExactly(large, "small");
  }
}
