package bellwether.eventlog.shared;

import bellwether.eventlog.ControlEntry;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Losses;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.NewestPart;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import bellwether.eventlog.shared.SharedStore.Chunk;
import bellwether.eventlog.shared.SharedStore.Mark;
import bellwether.eventlog.shared.SharedStore.Snapshot;
import bellwether.eventlog.shared.SharedStore.Stored;
import bellwether.eventlog.shared.View.Hole;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the end of a shared log: it reads the entries that all nodes append, and shows them to
 * this node's readers. One thread at a time; any thread may read the view.
 */
final class Tail {
  /*
   * Positions may be missing between two entries, where an epoch ends. That is no loss, but a ring
   * has no holes; so another ring begins there, and what was in the old one is read from the store
   * again.
   *
   * There are two losses. Retention has passed this node, and has dropped events or states that
   * are still the latest of their topics; or it has entries that the store has lost,
   * because another server took the store's place before it had them. In both cases the states in
   * memory may be wrong, so the node begins anew with what the store has now; readers that it
   * concerns get a gap. A loss is noted before anything newer is shown. What retention drops is
   * lost to all readers before it; what the store has lost concerns only readers that are past what
   * it has kept: an earlier one gets all of that, as on a node that never had the rest.
   */
  private static final Logger logger = LoggerFactory.getLogger(Tail.class);

  /** How long a store must look like another one: a connection may lead there for a while. */
  static final Duration DOUBT = Duration.ofSeconds(40); // longer than the store keeps a connection

  private static final int LIMIT = 1000; // entries in one read
  private static final long BYTES = 8L << 20;

  private final SharedStore store;
  private final SharedLogLimits limits;
  private final LongSupplier nanoTime;
  private final Losses losses = new Losses(Loss.NONE);

  private boolean isOdd; // the store has looked like another one
  private long oddSince;
  private long behind = Long.MAX_VALUE; // the store's newest while that is less than was read

  private volatile View view;
  private volatile ControlListener listener = ControlListener.NOBODY;
  private volatile boolean isAway; // whether the last step failed
  private volatile boolean isToRestart; // the store is not the one that was read

  /**
   * Opens the store, and begins at its end.
   *
   * @throws LogUnavailableException if the store does not answer; it is closed then
   */
  static Tail open(SharedStore store, SharedLogLimits limits, LongSupplier nanoTime) {
    boolean isOpen = false;
    try {
      Tail tail = new Tail(store, limits, nanoTime);
      isOpen = true;
      return tail;
    } catch (StoreException e) {
      throw SharedReader.unavailable(e);
    } finally {
      if (!isOpen) {
        store.close(); // else its threads would outlive it, whatever was thrown
      }
    }
  }

  private Tail(SharedStore store, SharedLogLimits limits, LongSupplier nanoTime)
      throws StoreException {
    this.store = store;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.view = begin(store.open(), List.of());
  }

  View view() {
    return view;
  }

  void listen(ControlListener newListener) {
    listener = newListener;
  }

  /** Returns what retention has dropped. */
  Loss loss() {
    return losses.latest();
  }

  /** Returns the newest position that is lost: to retention, or to the store. */
  long lostThrough() {
    return Math.max(losses.through(), view.lostThrough());
  }

  /** Returns the newest position that is lost to a reader that has read up to a place. */
  long lostThrough(long after) {
    LostPart part = view.lostAt(after);
    return part == null ? losses.through() : Math.max(losses.through(), part.hole().through());
  }

  boolean isAway() {
    return isAway;
  }

  boolean isToRestart() {
    return isToRestart;
  }

  /**
   * Notes what another thread has heard from the store. Any thread.
   *
   * <p>The epochs stay those that belong to the entries in memory: by them the next step sees
   * whether the store has lost any of these.
   */
  synchronized void heard(Mark mark) {
    note(mark.loss());
    Mark known = view.mark();
    if (mark.oldest() > known.oldest()) {
      view =
          view.with(
              new Mark(
                  known.epochs(),
                  mark.oldest(),
                  known.newest(),
                  mark.loss(),
                  mark.entries(),
                  mark.bytes()));
    }
  }

  /**
   * Reads the next entries and shows them.
   *
   * @return whether there may be more
   * @throws StoreException if the store does not answer; nothing is shown then
   */
  boolean step() throws StoreException {
    boolean isDone = false;
    try {
      boolean isMore = readOn();
      isDone = true;
      isOdd = false;
      return isMore;
    } finally {
      isAway = !isDone; // whatever was thrown: what this node knows may be old
    }
  }

  private boolean readOn() throws StoreException {
    long after = view.ring().newest();
    Chunk chunk = store.next(after, LIMIT, BYTES);
    if (chunk.tooLarge() > 0 && chunk.entries().isEmpty()) {
      chunk = store.next(after, 1, Long.MAX_VALUE);
    }
    Mark mark = chunk.mark();
    Hole lostHere = lostOf(view, mark);
    if (lostHere.through() > 0 || mark.loss().through() > after || mark.oldest() > after + 1) {
      beginAnew(mark);
      return true;
    }
    requireNoStepBack(mark, after);
    know(mark);
    if (chunk.entries().isEmpty()) {
      return false;
    }
    show(chunk.entries());
    return view.ring().newest() < mark.newest();
  }

  private synchronized void note(Loss loss) {
    losses.note(losses.latest().and(loss));
  }

  private synchronized void know(Mark mark) {
    note(mark.loss());
    // Another thread may have heard later: what it was told has been dropped stays so.
    view = view.with(mark.oldest() < view.mark().oldest() ? mark.from(view.mark().oldest()) : mark);
  }

  /**
   * Returns where this node must count what it has read as lost: it has entries of an epoch that
   * was closed before them.
   *
   * @throws StoreException if the store knows nothing of the epoch
   */
  private Hole lostOf(View view, Mark mark) throws StoreException {
    long newest = view.ring().newest();
    EventId id = view.mark().epochs().idAt(newest);
    List<Epoch> all = mark.epochs().list();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(id.epoch())) {
        boolean isLost = all.get(i).last() < newest && i + 1 < all.size();
        return isLost ? new Hole(all.get(i).last(), all.get(i + 1).first() - 1) : Hole.NONE;
      }
    }
    throw goneBack(id);
  }

  /**
   * Requires that a store which has less than this node has read gets no new entries in the same
   * epoch: they would have the positions of others.
   */
  private void requireNoStepBack(Mark mark, long after) throws StoreException {
    if (mark.newest() >= after) {
      behind = Long.MAX_VALUE;
    } else if (mark.newest() > behind) {
      throw goneBack(view.mark().epochs().idAt(after));
    } else {
      behind = mark.newest();
    }
  }

  private StoreException goneBack(EventId id) {
    long now = nanoTime.getAsLong();
    if (!isOdd) {
      isOdd = true;
      oddSince = now;
    }
    isToRestart |= now - oddSince >= DOUBT.toNanos();
    String what =
        "the store knows nothing of "
            + id.epoch()
            + ", which this node has read: it was restored from an older copy, or is another one"
            + (isToRestart ? ". Restart this node" : "");
    return new StoreException(what, new IOException(what), false);
  }

  /** Begins with the states, and with as many of the newest entries as one read brings. */
  private View begin(Snapshot snapshot, List<LostPart> lost) throws StoreException {
    Mark mark = snapshot.mark();
    RetainedStates states = new RetainedStates();
    for (Stored state : snapshot.states()) {
      try {
        states.put(entry(state, mark.epochs(), LogEntry.AGELESS));
      } catch (DamagedException e) {
        logger.error("The state at position {} is damaged: {}", state.position(), e.getMessage());
      }
    }
    note(mark.loss());
    View empty = new View(new NewestPart(ringAfter(0), states), Hole.NONE, mark, lost);
    long lostThrough = Math.max(losses.through(), empty.lostThrough());
    Ring ring = lostThrough > mark.newest() ? ringAfter(lostThrough) : newestEntries(mark, states);
    return empty.with(new NewestPart(ring, states), Hole.NONE);
  }

  /** Readers that come back at once, as after a restart, then need nothing from the store. */
  private Ring newestEntries(Mark mark, RetainedStates states) throws StoreException {
    long reached =
        Math.max(mark.oldest() - 1, mark.newest() - Math.min(LIMIT, limits.hotEntries()));
    Ring ring = ringAfter(reached);
    while (reached < mark.newest()) {
      Chunk chunk = store.read(reached, mark.newest(), LIMIT, BYTES);
      for (Stored stored : chunk.entries()) {
        if (stored.position() != ring.newest() + 1) {
          ring = ringAfter(stored.position() - 1);
        }
        try {
          LogEntry entry = entry(stored, mark.epochs(), LogEntry.AGELESS);
          ring.add(new NewestPart(ring, states).shared(entry));
        } catch (DamagedException e) {
          ring = ringAfter(stored.position()); // who reads it is told
        }
      }
      if (chunk.entries().isEmpty()) { // nothing follows, or an entry too large to be had so
        return ringAfter(mark.newest());
      }
      reached = ring.newest();
    }
    return ring;
  }

  /** Begins anew with what the store has now; without the lock, as others would wait for it. */
  private void beginAnew(Mark cause) throws StoreException {
    Snapshot snapshot = store.open();
    if (!snapshot.mark().epochs().isLife(cause.epochs().newest())) { // on another connection
      throw new StoreException(
          "two servers say different things of it", new IOException("an older server"), false);
    }
    listener.missedSome(); // before anything later is shown; if it fails, all of this is done again
    View former = view;
    EventId newest = former.mark().epochs().idAt(former.ring().newest());
    Hole lostHere = lostOf(former, snapshot.mark()); // which is shown, and may be newer
    boolean isLost = lostHere.through() > 0; // if so, the store may have nothing newer yet
    if (!isLost && snapshot.mark().newest() < newest.position()) {
      throw goneBack(newest);
    }
    if (isLost) {
      logger.warn(
          "The store has lost entries of {}, which this node had read; who had got any gets a gap",
          newest.epoch());
    }
    List<LostPart> lost =
        isLost
            ? LostPart.and(former.lost(), LostPart.from(former.ring(), lostHere))
            : former.lost();
    begun(begin(snapshot, lost));
  }

  /** Shows another view; with its losses in one, else a reader could be told and be sent these. */
  private synchronized void begun(View anew) {
    view = anew;
  }

  /** Shows the entries up to the first hole. */
  private void show(List<Stored> stored) {
    long first = stored.get(0).position();
    long last = view.ring().newest();
    if (first != last + 1) {
      beginRing(new Hole(last, first - 1));
    }
    List<LogEntry> entries = new ArrayList<>(stored.size());
    for (Stored next : stored) {
      if (next.position() != first + entries.size()) {
        break;
      }
      try {
        entries.add(entry(next, view.mark().epochs(), nanoTime.getAsLong()));
      } catch (DamagedException e) {
        logger.error("The entry at position {} is damaged: {}", next.position(), e.getMessage());
        if (entries.isEmpty()) {
          listener.missedSome(); // it may have been for the nodes
          skip(next.position());
          return;
        }
        break;
      }
    }
    List<String> messages = ControlEntry.messagesIn(entries);
    if (!messages.isEmpty()) {
      listener.heard(messages); // first: who loses a right must not read what came after that
    }
    show(view, entries);
  }

  private synchronized void skip(long position) {
    note(new Loss(position, Instant.MAX));
    view = view.with(new NewestPart(ringAfter(position), view.retained()), Hole.NONE);
  }

  private synchronized void beginRing(Hole hole) {
    view = view.with(new NewestPart(ringAfter(hole.through()), view.retained()), hole);
  }

  private static void show(View view, List<LogEntry> entries) {
    RetainedStates states = view.retained();
    states.tidy(state -> {});
    try {
      for (LogEntry entry : entries) {
        if (entry.isRetained()) {
          states.prepare(entry);
        }
      }
    } catch (RuntimeException | Error e) {
      states.abandonPrepared();
      throw e;
    }
    for (int i = 0; i < entries.size(); i++) { // from here on nothing is allocated
      LogEntry entry = entries.get(i);
      if (entry.isRetained()) {
        states.show(entry);
      }
      view.ring().add(entry);
    }
  }

  private Ring ringAfter(long position) {
    return new Ring(limits.hotEntries(), limits.hotBytes(), position);
  }

  static LogEntry entry(Stored stored, Epochs epochs, long publishedAt) throws DamagedException {
    EntryRecord record = EntryRecord.decode(stored.record(), 0);
    return new LogEntry(
        epochs.idAt(stored.position()),
        record.time(),
        publishedAt,
        record.publication(),
        record.isRetained());
  }
}
