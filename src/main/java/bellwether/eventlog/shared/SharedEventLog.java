package bellwether.eventlog.shared;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.Awaited;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Report;
import bellwether.eventlog.TimePlace;
import bellwether.eventlog.Turn;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log that many nodes share: each appends to one store, and follows its end. Call {@link #tend}
 * several times a second.
 */
public final class SharedEventLog implements EventLog {
  /*
   * Two threads do the work, and neither waits for the other. The committing thread appends what
   * this node's publishers have submitted. The tailing thread reads what all nodes have appended,
   * and shows it; so this node's own entries become visible in the same way, and in the same order,
   * as those of the others. A publisher is answered when its entries can be read here.
   *
   * Each of the two has a turn: only who takes it sends for the thread, so no request is lost and
   * none is made twice. An executor that runs its tasks at once will do for tests.
   */
  private static final Logger logger = LoggerFactory.getLogger(SharedEventLog.class);
  private static final Report report = new Report(logger);

  /** How long a reader waits for an entry that another node has already read. */
  private static final Duration AHEAD = Duration.ofSeconds(2);

  private final SharedStore store;
  private final Duration patience;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Tail tail;
  private final SharedReader reader;
  private final SubmissionQueue queue;
  private final SharedCommitter committer;
  private final Awaited awaited;
  private final Executor committing;
  private final Executor tailing;
  private final Turn commitTurn = new Turn();
  private final Turn tailTurn = new Turn();
  private final Fence fence = new Fence();
  private final Predicate<Topic> isOfFeeds;

  // Made once: when there is no memory, nothing may be needed to take a turn and to give it back.
  private final Runnable commitInTurn = this::commitInTurn;
  private final Runnable lookInTurn = this::lookInTurn;
  private final Runnable commit = this::commit;
  private final Runnable look = this::look;

  private final Queue<Submission> unanswered = new ConcurrentLinkedQueue<>(); // appended, in order
  private final AtomicReference<CompletableFuture<Boolean>> nextStep =
      new AtomicReference<>(new CompletableFuture<>());
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private volatile boolean isClosing;
  private volatile Runnable listener = () -> {};
  private volatile boolean isUntold; // the listener has failed

  /**
   * Opens the log, and begins to follow it.
   *
   * @param store the log closes it
   * @param committing runs the task that appends; at most one task waits or runs, so a {@link
   *     bellwether.eventlog.SoleThread} will do. The log does not close it
   * @param tailing runs the task that reads; likewise
   * @param nanoTime as {@link System#nanoTime}
   * @param names gives a name that no other append has, on any node
   * @param isOfFeeds which topics only the node that has the feeds may publish to
   * @throws LogUnavailableException if the store does not answer
   */
  public SharedEventLog(
      SharedStore store,
      SharedLogLimits limits,
      Executor committing,
      Executor tailing,
      InstantSource clock,
      LongSupplier nanoTime,
      Supplier<UUID> names,
      Predicate<Topic> isOfFeeds) {
    this.store = store;
    this.isOfFeeds = isOfFeeds;
    this.patience = limits.patience();
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.committing = committing;
    this.tailing = tailing;
    try {
      tail = new Tail(store, limits, nanoTime);
    } catch (StoreException e) {
      store.close(); // else its threads would outlive it
      throw SharedReader.unavailable(e);
    }
    reader = new SharedReader(store, tail, limits.readingBytes());
    queue = new SubmissionQueue(limits.waitingBytes());
    committer =
        new SharedCommitter(
            store, tail, queue, limits, clock, nanoTime, names, fence, this::appended);
    awaited = new Awaited(patience.multipliedBy(2)); // giving up takes time, too
    store.listen(this::lookSoon);
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> isRetained) {
    return awaited.answer(submit(publications, isRetained));
  }

  @Override
  public CompletableFuture<List<LogEntry>> submit(
      List<Publication> publications, Predicate<Topic> isRetained) {
    if (tail.isToRestart()) {
      return CompletableFuture.failedFuture(
          SubmissionQueue.unavailable("this node has to be restarted"));
    }
    List<Draft> drafts = new ArrayList<>(publications.size());
    boolean isFenced = false;
    for (Publication publication : publications) {
      boolean isState = isRetained.test(publication.topics().get(0));
      drafts.add(new Draft(publication, clock.instant(), isState));
      isFenced |= isOfFeeds.test(publication.topics().get(0));
    }
    Submission submission = new Submission(drafts, isFenced, nanoTime.getAsLong());
    try {
      queue.add(submission);
    } catch (LogUnavailableException e) {
      return CompletableFuture.failedFuture(e);
    }
    commitSoon();
    return submission.answer;
  }

  private void appended(Submission submission) {
    unanswered.add(submission);
    lookSoon();
  }

  private void commitSoon() {
    if (commitTurn.take()) {
      send(committing, commitInTurn, commitTurn);
    }
  }

  /** Has the tailing thread read on; waits for nothing. */
  private void lookSoon() {
    if (tailTurn.take()) {
      send(tailing, lookInTurn, tailTurn);
    }
  }

  private static void send(Executor executor, Runnable work, Turn turn) {
    try {
      executor.execute(work);
    } catch (RejectedExecutionException e) {
      turn.abandon(); // the next tending tries again
      logger.debug("The thread is not to be had", e);
    } catch (RuntimeException | Error e) {
      turn.abandon();
      throw e;
    }
  }

  private void commitInTurn() {
    commitTurn.run(commit);
  }

  private void lookInTurn() {
    tailTurn.run(look);
  }

  private void commit() {
    try {
      if (!isClosing) {
        committer.commitAll();
      } else if (!closed.isDone()) {
        committer.commitAll(); // what has come before it was closed
        committer.failAll();
        closed.complete(null);
      }
    } catch (Throwable e) { // out of here, it would end the thread
      report.error("The event log's committing failed; trying again", e);
    }
  }

  private void look() {
    try {
      readOn();
    } catch (Throwable e) { // as above
      report.error("The event log could not be followed; trying again", e);
    }
  }

  private void readOn() {
    boolean wasAway = tail.isAway();
    boolean isMore = true;
    try {
      while (isMore && !isClosing) {
        isMore = step();
      }
      if (wasAway) {
        logger.info("The event log's store can be read again");
      }
    } catch (StoreException e) {
      if (!wasAway) {
        logger.error("The event log's store cannot be read: {}", e.getMessage());
      }
    }
  }

  private boolean step() throws StoreException {
    CompletableFuture<Boolean> thisStep = nextStep.getAndSet(new CompletableFuture<>());
    boolean isAll = true; // also if the store fails: there is nothing to wait for
    try {
      long newest = newest();
      isAll = !tail.step();
      if (newest() > newest) {
        tell();
      }
      answerVisible();
    } finally {
      thisStep.complete(isAll);
    }
    return !isAll;
  }

  private void answerVisible() {
    while (true) {
      Submission oldest = unanswered.peek();
      if (oldest == null || oldest.last() > newest()) {
        return;
      }
      answer(oldest); // first: without memory it fails, and is tried again
      var unused = unanswered.remove(oldest);
    }
  }

  private void answer(Submission submission) {
    try {
      Map<Long, LogEntry> synthetic = new HashMap<>();
      List<LogEntry> entries = new ArrayList<>(submission.positions.size());
      for (int i = 0; i < submission.positions.size(); i++) {
        entries.add(entryOf(submission.drafts.get(i), submission.positions.get(i), synthetic));
      }
      submission.answer.complete(List.copyOf(entries));
    } catch (LogUnavailableException e) {
      submission.answer.completeExceptionally(e);
    }
  }

  /**
   * Returns the entry for an answer. It is in memory unless it was dropped at once, or a key named
   * an old entry: then it is made again of what the publisher sent, which has the same id.
   */
  private LogEntry entryOf(Draft draft, long position, Map<Long, LogEntry> synthetic) {
    LogEntry entry = tail.view().newest().at(position);
    if (entry != null) {
      return entry;
    }
    EventId id = idAt(position);
    if (!epochs().gave(id)) {
      throw SubmissionQueue.unavailable("its store lost it when another server took over");
    }
    return synthetic.computeIfAbsent(
        position,
        at ->
            new LogEntry(
                id, draft.time(), LogEntry.AGELESS, draft.publication(), draft.isRetained()));
  }

  /** Tells the listener; if that fails, what has become visible stays so, and tending tells it. */
  private void tell() {
    try {
      listener.run();
    } catch (RuntimeException | Error e) {
      isUntold = true;
      report.error("Readers could not be told of new events; trying again", e);
    }
  }

  /**
   * Does the regular work: reads on even if nobody told of news, tries again a store that failed,
   * and answers publishers that have waited too long. Waits for nothing.
   */
  public void tend() {
    lookSoon();
    commitSoon();
    answerOverdue();
    if (isUntold) {
      isUntold = false;
      tell();
    }
  }

  private void answerOverdue() {
    long latest = nanoTime.getAsLong() - patience.toNanos();
    for (Submission each : queue.takeOlderThan(latest)) {
      each.answer.completeExceptionally(SubmissionQueue.unavailable("its store does not answer"));
    }
    for (Iterator<Submission> rest = unanswered.iterator(); rest.hasNext(); ) {
      Submission each = rest.next();
      if (each.submittedAt - latest < 0) {
        rest.remove();
        each.answer.completeExceptionally(
            new AppendInDoubtException(
                "it is in the store, which cannot be read now",
                new IOException("its store does not answer")));
      }
    }
  }

  @Override
  public boolean isAvailable() {
    return !tail.isAway() && !committer.isAway() && !isClosing;
  }

  /**
   * Returns whether this node can go on only after a restart, because the store has become another
   * one than this node has read.
   */
  public boolean isToRestart() {
    return tail.isToRestart();
  }

  @Override
  public long newest() {
    return tail.view().ring().newest();
  }

  @Override
  public long oldest() {
    return tail.view().mark().oldest();
  }

  @Override
  public long lostThrough() {
    return tail.loss().through();
  }

  @Override
  public EventId idAt(long position) {
    return epochs().idAt(position);
  }

  @Override
  public long countBetween(long from, long to) {
    return epochs().countBetween(from, to);
  }

  private Epochs epochs() {
    return tail.view().mark().epochs();
  }

  /** Returns the number of entries that the store keeps, as far as this node has heard. */
  public long entries() {
    return tail.view().mark().entries();
  }

  /** Returns the bytes of the entries that the store keeps, as far as this node has heard. */
  public long bytes() {
    return tail.view().mark().bytes();
  }

  @Override
  public Lookup find(String text, EntryFilter wanted) {
    EventId id = EventId.parse(text);
    if (id == null) {
      return findByPublishersId(text, wanted);
    }
    if (!isKnown(id)) {
      catchUpTo(
          () -> isKnown(id)); // another node may be ahead of this one: so it is after each quick
      // reconnection
      if (!isKnown(id) && tail.isAway()) {
        throw SharedReader.unavailable(
            new StoreException("its store does not answer", new IOException("no answer"), false));
      }
    }
    return isKnown(id) ? new Lookup.Found(id.position()) : new Lookup.Unknown();
  }

  private boolean isKnown(EventId id) {
    return id.position() <= newest() && epochs().gave(id);
  }

  private Lookup findByPublishersId(String id, EntryFilter wanted) {
    long position = reader.positionWithId(id, wanted);
    if (position > newest()) {
      catchUpTo(() -> position <= newest());
    }
    return position >= 0 && position <= newest()
        ? new Lookup.Found(position)
        : new Lookup.Unknown();
  }

  /**
   * Waits until this node has read far enough, or all that the store had when this was called, or
   * for two seconds. All who wait at a time share one look at the store.
   */
  private void catchUpTo(BooleanSupplier isThere) {
    long deadline = System.nanoTime() + AHEAD.toNanos(); // the real clock: it is waited for
    boolean isAll = false;
    try {
      while (!isAll && !isThere.getAsBoolean()) {
        CompletableFuture<Boolean> step = Objects.requireNonNull(nextStep.get()); // after this
        lookSoon();
        isAll = step.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      logger.debug("The store has not been read in time", e);
    }
  }

  /**
   * Makes this node the one whose feeds may publish, if it is not. Call it when it has been given
   * the work, and ask again whether it still has that. May wait for the store.
   *
   * @throws LogUnavailableException if the store does not answer
   */
  public void takeOverFeeds() {
    try {
      if (!fence.isRaised()) {
        fence.raised(store.raiseFence());
      }
    } catch (StoreException e) {
      throw LogUnavailableException.cannotWrite(e);
    }
  }

  /** Notes that another node has the feeds, or may have them. */
  public void leaveFeeds() {
    fence.drop();
  }

  @Override
  public long positionBefore(Instant time) {
    View view = tail.view();
    Instant now = clock.instant();
    TimePlace place = new TimePlace(time, now);
    Loss loss = tail.loss();
    if (place.lookAtLost(view.retained(), view.mark().oldest(), loss)) {
      return place.position();
    }
    try {
      return Math.min(newest(), Math.max(place.position(), store.lastBefore(time, now).orElse(0)));
    } catch (StoreException e) {
      throw SharedReader.unavailable(e);
    }
  }

  @Override
  public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    return reader.read(place, upTo, wanted, limit);
  }

  @Override
  public ReadResult readSlowly(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    return reader.readSlowly(place, upTo, wanted, limit, mostBytes);
  }

  @Override
  public Batch readRetained(long after, long upTo, EntryFilter wanted, int limit) {
    return tail.view().retained().read(after, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
  }

  /** Closes the log: what waits is appended first, if the store answers in time. */
  @Override
  public void close() {
    listener = () -> {};
    isClosing = true;
    commitSoon();
    try {
      closed.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      logger.warn("The event log's store does not answer; closing goes on without");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it never fails
    }
    for (Submission each = unanswered.poll(); each != null; each = unanswered.poll()) {
      answer(each); // the store has them
    }
    store.close();
  }
}
