package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.eventlog.ReadResult.TooLarge;
import bellwether.eventlog.Report;
import bellwether.hub.Fetch.State;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler of the disk reads that cursors wait for: it decides which goes next, and limits the
 * memory that all of them take. Any thread.
 */
final class ColdReads {
  /*
   * Each cursor has one fetch at most, so there are no more fetches than cursors. A cursor that
   * ends ends its fetch, whatever state that is in.
   *
   * A quick fetch reads entries so small that sinks copy them: its memory is free again once its
   * reader has taken the result. A reader that does not come, because its client takes nothing,
   * does not delay others: when the results take too much memory, the oldest are given up, and
   * fetched again if their readers want them later.
   *
   * A large fetch reads one entry, which the sink writes for a while. The entry is not read before
   * there is room for all the memory that reading it takes, and it counts until the reader comes
   * for the next entry, or ends. Large fetches go in order, so that a very large one gets its turn;
   * one that is larger than the limit goes alone. A reader that holds a large entry too long while
   * others wait is overdue, and has to be ended.
   *
   * If a part of the log could not be read, one fetch tries it again for all fetches that wait for
   * it, less and less often. All threads but one do only quick fetches: so neither a disk that
   * fails slowly nor large entries delay those.
   *
   * The monitor guards all state; no foreign code is called under it.
   */
  private static final Logger logger = LoggerFactory.getLogger(ColdReads.class);
  private static final Report report = new Report(logger);

  /** The largest entry on the disk, in bytes, that is read without reserving room first. */
  static final long QUICK = EventSink.COPIED;

  private static final int BATCH = 256; // entries of one read, each from the disk
  private static final int AT_ONCE = 2; // reads; publishers need the disk, too
  private static final long SLOWEST = 64 << 10; // bytes a second that a client is expected to take

  private final EventLog log;
  private final ScheduledExecutorService executor;
  private final Executor fetching;
  private final LongSupplier nanoTime;

  private final Set<Fetch> quick = new LinkedHashSet<>(); // waiting
  private final Set<Fetch> large = new LinkedHashSet<>(); // waiting
  private final Wards wards;
  private final FetchRoom room;
  private int reading;
  private boolean isSlowTaken; // the one thread for slow reads
  private boolean wasProbe; // the last fetch that had that thread

  /**
   * @param executor wakes readers
   * @param fetching runs reads that may wait for the disk
   * @param bytes the most memory, roughly, for all fetches together
   */
  ColdReads(
      EventLog log,
      ScheduledExecutorService executor,
      Executor fetching,
      LongSupplier nanoTime,
      long bytes) {
    this.log = log;
    this.executor = executor;
    this.fetching = fetching;
    this.nanoTime = nanoTime;
    this.wards = new Wards(this, executor, this::dispatch);
    this.room = new FetchRoom(bytes, this::end);
  }

  /** Starts a fetch; when it is done, a thread that writes to streams wakes its reader. */
  void begin(Fetch fetch) {
    synchronized (this) {
      enqueue(fetch);
    }
    dispatch();
  }

  /**
   * Takes the result of a fetch.
   *
   * @return pending as long as the fetch is under way; null if the result has been given up, or
   *     taken
   */
  @Nullable ReadResult take(Fetch fetch) {
    ReadResult result;
    synchronized (this) {
      if (fetch.isUnderWay()) {
        return new Pending(fetch.upTo);
      }
      result = fetch.result;
      if (result != null && fetch.isLarge() && fetch.bytes > 0) {
        room.keep(fetch);
        fetch.result = null;
        fetch.state = State.HELD;
        fetch.heldSince = nanoTime.getAsLong();
      } else {
        end(fetch);
      }
    }
    dispatch();
    return result;
  }

  /** Returns whether the memory of a result that was taken still counts. */
  synchronized boolean isHeld(Fetch fetch) {
    return fetch.state == State.HELD;
  }

  /**
   * Returns whether a result is held for longer than its client should need, while others wait for
   * room.
   *
   * @param patience the time that each client has in addition
   */
  synchronized boolean isOverdue(Fetch fetch, Duration patience) {
    long most = patience.toNanos() + TimeUnit.SECONDS.toNanos(1) * fetch.bytes / SLOWEST;
    return fetch.state == State.HELD
        && !large.isEmpty()
        && nanoTime.getAsLong() - fetch.heldSince > most;
  }

  /** Releases a fetch and its memory; if it is being read, as soon as the read has ended. */
  void close(Fetch fetch) {
    synchronized (this) {
      end(fetch);
    }
    dispatch();
  }

  /** Returns roughly how many bytes all fetches take together. */
  synchronized long bytes() {
    return room.bytes();
  }

  /** Returns the number of fetches that wait for a thread, for room, or for the disk. */
  synchronized int waiting() {
    return quick.size() + large.size() + wards.waiting();
  }

  private void dispatch() {
    for (Fetch next = next(); next != null; next = next()) {
      Fetch chosen = next;
      try {
        fetching.execute(() -> read(chosen));
      } catch (RejectedExecutionException e) {
        logger.debug("Nothing more is fetched: the hub is closing");
        return;
      } catch (RuntimeException | Error e) { // no thread, or no memory: later there may be
        boolean isLost = hasFailed(chosen, chosen.place.after() + 1, chosen.place.after() + 1);
        report.error("Could not begin to read the log; trying again", e);
        if (isLost) {
          haveWoken(chosen);
        }
        return;
      }
    }
  }

  private synchronized @Nullable Fetch next() {
    Fetch next = reading == AT_ONCE ? null : nextSlow();
    if (next == null && reading < AT_ONCE) {
      next = nextQuick();
    }
    if (next != null) {
      next.state = State.READING;
      next.hasThread = true;
      reading++;
    }
    return next;
  }

  private @Nullable Fetch nextSlow() {
    if (isSlowTaken) {
      return null;
    }
    Fetch next = wasProbe ? nextLarge() : nextProbe();
    wasProbe = next != null ? !wasProbe : wasProbe;
    if (next == null) {
      next = wasProbe ? nextProbe() : nextLarge();
    }
    if (next != null) {
      isSlowTaken = true;
      next.isSlow = true;
    }
    return next;
  }

  private @Nullable Fetch nextProbe() {
    return wards.next(room::take);
  }

  private @Nullable Fetch nextLarge() {
    while (!large.isEmpty()) {
      Fetch first = large.iterator().next();
      boolean isPutOff = wards.takeIn(first);
      if (!isPutOff && !room.take(first)) {
        return null;
      }
      large.remove(first);
      if (!isPutOff) {
        return first;
      }
    }
    return null;
  }

  private @Nullable Fetch nextQuick() {
    boolean isOpen = room.isOpenToQuick();
    while (isOpen && !quick.isEmpty()) {
      Fetch first = quick.iterator().next();
      boolean isPutOff = wards.takeIn(first); // before it leaves, which may fail for lack of memory
      quick.remove(first);
      if (!isPutOff) {
        return first;
      }
    }
    return null;
  }

  private void read(Fetch fetch) {
    boolean isToWake;
    try {
      if (isOver(fetch)) {
        dispatch();
        return;
      }
      ReadResult result =
          log.readSlowly(fetch.place, fetch.upTo, fetch.wanted, BATCH, fetch.mostBytes);
      isToWake = hasRead(fetch, result);
    } catch (LogUnavailableException e) { // which says it aloud by itself
      long next = fetch.place.after() + 1;
      isToWake = hasFailed(fetch, e.isOfPart() ? e.first() : next, e.isOfPart() ? e.last() : next);
    } catch (Throwable e) { // the others that wait are to be served all the same
      isToWake = hasFailed(fetch, fetch.place.after() + 1, fetch.place.after() + 1);
      report.error("Could not read the log; trying again", e);
    }
    if (isToWake) {
      haveWoken(fetch);
    }
    dispatch();
  }

  private void haveWoken(Fetch fetch) {
    try {
      executor.execute(() -> wake(fetch));
    } catch (RejectedExecutionException e) {
      logger.debug("Nobody is woken any more: the hub is closing");
    } catch (RuntimeException | Error e) { // no other thread will, so it is done here
      wake(fetch);
    }
  }

  /** Returns whether the fetch's stream ended before the fetch had its turn. */
  private synchronized boolean isOver(Fetch fetch) {
    if (fetch.state != State.OVER) {
      return false;
    }
    leaveThread(fetch);
    room.count(fetch, 0);
    wards.abandon(fetch);
    return true;
  }

  /** Stores the result of a fetch; returns whether its reader has to be woken. */
  private synchronized boolean hasRead(Fetch fetch, ReadResult result) {
    leaveThread(fetch);
    room.count(fetch, 0);
    if (!(result instanceof TooLarge)) {
      wards.heal(fetch, this::enqueue);
    }
    if (fetch.state == State.OVER) {
      wards.abandon(fetch);
      return false;
    }
    if (result instanceof TooLarge found) {
      return queueAgain(fetch, found.bytes());
    }
    if (hasLargeFrames(result) && !fetch.isLarge()) { // the sink may keep one
      return queueAgain(fetch, Math.max(QUICK + 1, Fetch.weigh(result) / FetchRoom.TIMES));
    }
    fetch.result = result;
    fetch.state = State.READ;
    room.count(fetch, Fetch.weigh(result));
    return true;
  }

  /** Queues a fetch again until there is room for entries of this size. */
  private boolean queueAgain(Fetch fetch, long bytes) {
    Ward ward = wards.leave(fetch);
    fetch.mostBytes = bytes;
    fetch.state = State.WAITING;
    enqueue(fetch);
    if (ward != null) {
      wards.dropIfEmpty(ward);
    }
    return false;
  }

  private static boolean hasLargeFrames(ReadResult result) {
    return result instanceof Batch batch
        && batch.entries().stream().anyMatch(entry -> entry.frame().length > EventSink.COPIED);
  }

  /**
   * Has a fetch wait until the log can be read.
   *
   * @return whether there is no memory for that: then it is over, and its reader is to be woken, so
   *     that it begins another
   */
  private synchronized boolean hasFailed(Fetch fetch, long first, long last) {
    leaveThread(fetch);
    room.count(fetch, 0);
    if (fetch.state != State.OVER) {
      fetch.state = State.WAITING;
    }
    try {
      wards.hasFailed(fetch, first, last);
      return false;
    } catch (RuntimeException | Error e) {
      end(fetch);
      return true;
    }
  }

  private void enqueue(Fetch fetch) {
    if (!wards.takeIn(fetch)) {
      (fetch.isLarge() ? large : quick).add(fetch);
    }
  }

  private void leaveThread(Fetch fetch) {
    if (fetch.hasThread) {
      fetch.hasThread = false;
      reading--;
    }
    if (fetch.isSlow) {
      fetch.isSlow = false;
      isSlowTaken = false;
    }
  }

  private void wake(Fetch fetch) {
    try {
      fetch.wake.run();
    } catch (Throwable e) { // even an error: the others' events are not to wait for it
      report.warn("One subscriber failed; the others go on", e);
    } finally {
      leave(fetch);
    }
    dispatch();
  }

  private synchronized void leave(Fetch fetch) {
    if (fetch.state == State.READ) {
      fetch.state = State.LEFT;
      room.leave(fetch);
    }
  }

  /** Ends a fetch, whatever its state. */
  private void end(Fetch fetch) {
    quick.remove(fetch);
    large.remove(fetch);
    room.keep(fetch);
    wards.remove(fetch);
    if (fetch.state != State.READING) { // a read under way counts until it ends
      room.count(fetch, 0);
    }
    fetch.result = null;
    fetch.state = State.OVER;
  }
}
