package bellwether.eventlog.shared;

import bellwether.eventlog.Awaited;
import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private final Turn commitTurn = new Turn();
  private final Answers answers;
  private final TailTurn tailTurn;
  private final Fence fence = new Fence();
  private final Predicate<Topic> isOfFeeds;

  // Made once: when there is no memory, nothing may be needed to take a turn and to give it back.
  private final Runnable commitInTurn = this::commitInTurn;
  private final Runnable commit = this::commit;

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
    tail = Tail.open(store, limits, nanoTime);
    answers = new Answers(tail);
    tailTurn = new TailTurn(tail, tailing, this::tell, answers::giveVisible);
    reader = new SharedReader(store, tail, limits.readingBytes());
    queue = new SubmissionQueue(limits.waitingBytes());
    committer =
        new SharedCommitter(
            store, tail, queue, limits, clock, nanoTime, names, fence, this::appended);
    awaited = new Awaited(patience.multipliedBy(2)); // giving up takes time, too
    store.listen(tailTurn::lookSoon);
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
    answers.add(submission);
    tailTurn.lookSoon();
  }

  private void commitSoon() {
    if (commitTurn.take()) {
      send(committing, commitInTurn, commitTurn);
    }
  }

  static void send(Executor executor, Runnable work, Turn turn) {
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
    tailTurn.lookSoon();
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
    answers.giveOverdue(latest);
    committer.answerOverdue(latest);
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
    return tail.lostThrough();
  }

  @Override
  public long lostThrough(long after) {
    return tail.lostThrough(after);
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
    // Another node may be ahead of this one: so it is after each quick reconnection. An id that a
    // life of the log has lost is not waited for, since a changed stream asks for such a one.
    if (!isKnown(id) && (id.position() > newest() || !epochs().isLife(id.epoch()))) {
      tailTurn.catchUpTo(() -> isKnown(id));
    }
    return isKnown(id) ? new Lookup.Found(id.position()) : new Lookup.Unknown();
  }

  private boolean isKnown(EventId id) {
    return id.position() <= newest() && epochs().gave(id);
  }

  private Lookup findByPublishersId(String id, EntryFilter wanted) {
    long position = reader.positionWithId(id, wanted);
    if (position > newest()) {
      tailTurn.catchUpTo(() -> position <= newest());
    }
    return position >= 0 && position <= newest()
        ? new Lookup.Found(position)
        : new Lookup.Unknown();
  }

  /**
   * Makes this node the one whose feeds may publish, if it is not. Call it when it has been given
   * the work, and ask again whether it still has that. May wait for the store.
   *
   * @throws LogUnavailableException if the store does not answer
   */
  public void takeOverFeeds() {
    try {
      synchronized (fence) { // two feeds that both raise it would fence each other off
        if (!fence.isRaised()) {
          fence.raised(store.raiseFence());
        }
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
    return reader.positionBefore(time, clock.instant());
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

  /**
   * Tells all nodes something, at one position of the log; returns once this node has heard it. May
   * wait for the store, and throws what {@link #append} does.
   */
  public void tellNodes(String message) {
    var unused = append(List.of(ControlEntry.of(message)), topic -> false);
  }

  /** Tells all nodes something, as {@link #tellNodes} does, without waiting for it. */
  public void tellNodesLater(String message) {
    var unused =
        submit(List.of(ControlEntry.of(message)), topic -> false)
            .exceptionally(
                failure -> {
                  report.error("The other nodes may not have been told of something", failure);
                  return List.of();
                });
  }

  /** Registers the one listener for what nodes tell each other. */
  public void onControl(ControlListener newListener) {
    tail.listen(newListener);
  }

  @Override
  public CompletableFuture<Void> caughtUp() {
    return tailTurn.caughtUp();
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
    tailTurn.close();
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
    answers.giveAll();
    store.close();
  }
}
