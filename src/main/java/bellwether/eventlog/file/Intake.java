package bellwether.eventlog.file;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.EventId;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Report;
import bellwether.eventlog.SureLock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queue of appends: it gives positions, compares keys, and answers the submitters. Any thread.
 */
final class Intake {
  /*
   * Everything that can fail is done before a request is in the queue: its entries are made, and
   * the bytes of their records. If anything is thrown meanwhile, its positions and keys are free
   * again. From then on, moving a request up, showing it and failing it allocate nothing.
   *
   * An entry on the disk may have the same key. Only the thread that commits looks at it. Until
   * then the request has no positions, and neither has any request after it: positions are given in
   * the order of the queue.
   *
   * Answering may allocate, and so may work that depends on an answer; so an append stays among the
   * unanswered until it has its answer.
   *
   * If the disk hangs, the outcome of the group that is being written is unknown. Its overdue
   * appends are given up: they may still become visible. The appends after it have not been begun,
   * so all of them are taken back, and are not published; and no other is accepted until the disk
   * has answered.
   */
  private static final Logger logger = LoggerFactory.getLogger(Intake.class);
  private static final Report report = new Report(logger);
  private static final long MAX_IN_GROUP = 64L << 20; // bytes; the others wait for the next group

  private final EntryNames names;
  private final LongSupplier nanoTime;
  private final FileLogLimits.Waiting limits;
  private final SureLock lock = new SureLock();

  // Guarded by the lock.
  private final AppendQueue queue = new AppendQueue();
  private final Unanswered unanswered = new Unanswered();
  private final Places places;
  private long begun; // last position of what is being written, or has been
  private long waitingBytes; // of all that are not settled
  private int waiting;
  private boolean isClosed;

  // Written under the lock, read by any thread.
  private volatile boolean isStalled; // an append is overdue, and none was written since

  /**
   * @param next the position of the next entry
   * @param nanoTime as {@link System#nanoTime}
   */
  Intake(
      long next,
      LongFunction<EventId> idAt,
      EntryNames names,
      InstantSource clock,
      LongSupplier nanoTime,
      FileLogLimits.Waiting limits) {
    this.places = new Places(next, idAt, names, clock, nanoTime);
    this.begun = next - 1;
    this.names = names;
    this.nanoTime = nanoTime;
    this.limits = limits;
  }

  /**
   * Accepts a request, or throws and keeps nothing of it.
   *
   * @param areRetained whether each publication is retained
   * @return the append, which is answered already if none of its entries is new
   * @throws LogUnavailableException if too many wait
   * @throws AppendInDoubtException if too many wait, and one of them has the same key
   */
  Appending submit(List<Publication> publications, List<Boolean> areRetained) {
    Appending mine = new Appending(publications, areRetained, nanoTime.getAsLong());
    lock.lock();
    try {
      requireRoomFor(mine);
      boolean isPlaced = queue.firstUnplaced() == null && places.place(mine);
      if (isPlaced && mine.entries.isEmpty() && !mine.isSharing) {
        mine.answer.complete(mine.all);
      } else {
        queue.add(mine, isPlaced);
        unanswered.add(mine);
        waitingBytes += mine.weight;
        waiting++;
      }
    } finally {
      lock.unlock();
    }
    return mine;
  }

  private void requireRoomFor(Appending appending) {
    String why;
    if (isClosed) {
      why = "it is closed";
    } else if (isStalled) {
      why = "the disk has not answered for " + limits.patience().toMillis() + " ms";
    } else if (waitingBytes >= limits.bytes() || waiting >= FileLogLimits.Waiting.MAX_APPENDS) {
      why = "the disk is too slow: " + waiting + " appends wait";
    } else {
      return;
    }
    IOException cause = new IOException(why);
    if (places.mayHaveKeyOf(appending.publications, true)) {
      throw new AppendInDoubtException(why, cause);
    }
    throw LogUnavailableException.cannotWrite(cause);
  }

  /**
   * Returns whether one of these may be in the log already, or on its way, by its key: then nobody
   * may be told that it is not published. Waits for nothing.
   */
  boolean mayBeKept(List<Publication> publications) {
    lock.lock();
    try {
      return places.mayHaveKeyOf(publications, true);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives positions to the appends in the queue that have none, until an entry has to be read for
   * that. If no append can be written before that, it reads the entry. Waits for the disk; for the
   * thread that commits.
   */
  void placeWaiting() {
    Appending one = nextToPlace();
    while (one != null) {
      Throwable failure = null;
      try {
        names.look(one.looks);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      place(one, failure);
      one = nextToPlace();
    }
  }

  private @Nullable Appending nextToPlace() {
    lock.lock();
    try {
      Appending one = queue.firstUnplaced();
      boolean isForLater = one != null && one.looks.isMissing() && queue.hasPlaced();
      return isForLater ? null : one;
    } finally {
      lock.unlock();
    }
  }

  private void place(Appending one, @Nullable Throwable failed) {
    Throwable failure = failed;
    lock.lock();
    try {
      if (queue.firstUnplaced() != one) {
        return; // it was taken back meanwhile
      }
      try {
        if (failure == null && places.place(one)) {
          queue.placeFirstUnplaced();
        }
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      if (failure != null) {
        queue.removeFirstUnplaced();
        fail(one, failure, true);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes the appends that are to be written together out of the queue: all of them or none. */
  List<Appending> nextGroup() {
    List<Appending> group = new ArrayList<>();
    boolean wasStalled;
    lock.lock();
    try {
      wasStalled = isStalled;
      isStalled = false;
      queue.takeGroup(MAX_IN_GROUP, group);
      for (int i = 0; i < group.size(); i++) {
        begun += group.get(i).entries.size();
      }
    } finally {
      lock.unlock();
    }
    if (wasStalled) { // not under the lock: this may be written to the same disk
      logger.info("The disk of the event log answers again");
    }
    return group;
  }

  /** Shows a group while no key can be compared, so that each key is always pending or visible. */
  void release(List<Appending> group, Consumer<Appending> show) {
    lock.lock();
    try {
      for (int i = 0; i < group.size(); i++) { // an iterator would have to be allocated
        show.accept(group.get(i));
        settled(group.get(i));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fails the group and everything in the queue, whose positions follow those of the group.
   *
   * @param newest the last position that is kept
   */
  void fail(List<Appending> group, Throwable e, long newest) {
    lock.lock();
    try {
      boolean isInDoubt = false;
      for (int i = 0; i < group.size(); i++) {
        isInDoubt |= group.get(i).isInDoubt();
      }
      failQueue(e, isInDoubt); // first: it compares its keys with the group's
      for (int i = 0; i < group.size(); i++) {
        fail(group.get(i), e, isInDoubt);
      }
      begun = newest;
      places.continueAfter(newest);
    } finally {
      lock.unlock();
    }
  }

  private void failQueue(Throwable e, boolean isOtherInDoubt) {
    Appending one = queue.takeAll();
    while (one != null) {
      Appending following = one.behind;
      one.behind = null;
      fail(one, e, isOtherInDoubt);
      one = following;
    }
    places.continueAfter(begun);
  }

  /**
   * Fails an append. Whoever submitted it is told that it is not published only if none of its
   * events is in the log, nor can be by another append that has the same key.
   *
   * @param isOtherInDoubt whether what is being written may be in the log
   */
  private void fail(Appending appending, Throwable e, boolean isOtherInDoubt) {
    boolean mayBeKept =
        appending.isPlaced()
            ? appending.isKnown || (appending.isSharing && isOtherInDoubt)
            : places.mayHaveKeyOf(appending.publications, isOtherInDoubt);
    if (mayBeKept) {
      appending.doubt();
    }
    appending.fail(e);
    settled(appending);
  }

  private void settled(Appending appending) {
    places.forgetKeysOf(appending);
    waitingBytes -= appending.weight;
    waiting--;
  }

  /** Answers the appends that are visible or have failed. */
  void answerSettled() {
    Appending chain;
    lock.lock();
    try {
      chain = unanswered.takeSettled();
    } finally {
      lock.unlock();
    }
    answer(chain);
  }

  /**
   * Answers the appends that have failed or are overdue. If any is overdue, this also takes back
   * the appends that have not been begun. Call it regularly.
   */
  void answerOverdue() {
    answerOverdue(nanoTime.getAsLong() - limits.patience().toNanos());
  }

  private void answerOverdue(long submittedBefore) {
    IOException cause = new IOException("no answer of the disk");
    boolean isNews = false;
    Appending chain;
    lock.lock();
    try {
      Appending oldest = unanswered.oldestUnsettled();
      if (oldest != null && oldest.submittedAt - submittedBefore <= 0) {
        isNews = !isStalled;
        isStalled = true;
        failQueue(cause, true);
      }
      chain = unanswered.takeOverdue(submittedBefore);
    } finally {
      lock.unlock();
    }
    answer(chain);
    if (isNews) { // last: this may be written to the same disk
      report.error("The disk of the event log does not answer, publishing is refused");
    }
  }

  /** Accepts no more requests. */
  void close() {
    lock.lock();
    isClosed = true;
    lock.unlock();
  }

  /** Answers all appends that have no answer, and takes back those that have not been begun. */
  void answerAll() {
    answerOverdue(nanoTime.getAsLong());
  }

  private void answer(@Nullable Appending chain) {
    Appending one = chain;
    while (one != null) {
      Appending following = one.unanswered;
      one.unanswered = null;
      try {
        one.answer();
      } catch (RuntimeException | Error e) { // probably no memory: the next look answers it
        if (!one.answer.isDone()) {
          putBack(one);
        }
      }
      one = following;
    }
  }

  private void putBack(Appending appending) {
    lock.lock();
    try {
      unanswered.putBack(appending);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the disk answers in time, as far as is known. */
  boolean isMoving() {
    return !isStalled;
  }
}
