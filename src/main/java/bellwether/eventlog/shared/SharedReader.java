package bellwether.eventlog.shared;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.eventlog.ReadResult.TooLarge;
import bellwether.eventlog.ReadingRoom;
import bellwether.eventlog.TimePlace;
import bellwether.eventlog.shared.SharedStore.Chunk;
import bellwether.eventlog.shared.SharedStore.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a shared log: entries in memory from there, the others from the store. Any thread. */
final class SharedReader {
  private static final Logger logger = LoggerFactory.getLogger(SharedReader.class);

  private static final Duration PATIENCE = Duration.ofSeconds(1); // of one who wants to search
  private static final int LIMIT = 256; // entries in one read of the store
  private static final long BYTES = 64 << 10; // about as much as a writer takes at once
  private static final int MAX_LOOKED_AT = 4096; // in one call; the caller may go on

  private final SharedStore store;
  private final Tail tail;
  private final ReadingRoom room;
  private final Semaphore searching = new Semaphore(1, true);

  SharedReader(SharedStore store, Tail tail, long readingBytes) {
    this.store = store;
    this.tail = tail;
    this.room = new ReadingRoom(readingBytes);
  }

  /** Reads entries without waiting: see {@link EventLog#read}. */
  ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    return read(tail.view(), place, upTo, wanted, limit);
  }

  private ReadResult read(View view, Place place, long upTo, EntryFilter wanted, int limit) {
    LostPart lost = view.lostAt(place.after());
    if (lost != null && lost.isToBeTold(place, wanted)) {
      return new Evicted(lost.hole().through(), lost.hole().through(), true);
    }
    Place known = view.pastLost(place);
    ReadResult result =
        view.newest()
            .read(
                view.past(known),
                upTo,
                wanted,
                limit,
                () -> tail.view().mark().oldest(),
                () -> tail.lostThrough(known.after()));
    return view.pastLost(result);
  }

  /** Reads entries, and waits for the store if need be: see {@link EventLog#readSlowly}. */
  ReadResult readSlowly(Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    while (true) {
      View view = tail.view();
      ReadResult result = read(view, place, upTo, wanted, limit);
      if (!(result instanceof Pending pending)) {
        return result;
      }
      Place known = view.pastLost(place);
      ReadResult fetched = fetch(known, pending.until(), wanted, limit, mostBytes);
      View now = tail.view();
      boolean isSame = now.lost().size() == view.lost().size();
      // Retention may also have dropped nothing but states, of which some are current.
      boolean isKept = now.mark().oldest() <= Math.max(view.mark().oldest(), known.after() + 1);
      if (isSame && isKept && !known.isBehind(tail.lostThrough(known.after()))) {
        return view.pastLost(fetched);
      } // otherwise it was lost meanwhile: look again
    }
  }

  private ReadResult fetch(Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    List<LogEntry> found = new ArrayList<>();
    long reached = place.after();
    for (int looked = 0; looked < MAX_LOOKED_AT && found.isEmpty() && reached < upTo; ) {
      Chunk chunk = read(reached, upTo, LIMIT, Math.min(BYTES, mostBytes));
      Choice choice;
      if (!chunk.entries().isEmpty() || chunk.tooLarge() == 0) {
        choice = choose(chunk, place, upTo, wanted, limit, found);
      } else if (chunk.tooLarge() <= mostBytes) {
        choice = chooseLarge(chunk.tooLarge(), reached, place, upTo, wanted, limit, found);
      } else {
        return reached > place.after() ? new Batch(found, reached) : new TooLarge(chunk.tooLarge());
      }
      reached = choice.reached();
      if (choice.isDamaged()) {
        return new Evicted(reached, reached);
      }
      looked += Math.max(1, chunk.entries().size());
    }
    return new Batch(found, reached);
  }

  private Choice chooseLarge(
      long size,
      long after,
      Place place,
      long upTo,
      EntryFilter wanted,
      int limit,
      List<LogEntry> found) {
    int taken = room.enter((int) Math.min(Integer.MAX_VALUE, size));
    try {
      return choose(read(after, upTo, 1, size), place, upTo, wanted, limit, found);
    } finally {
      room.leave(taken);
    }
  }

  /**
   * How far the wanted entries of a chunk have been chosen.
   *
   * @param isDamaged whether the entry at this position is damaged, and the reader has to be told;
   *     then none has been chosen
   */
  private record Choice(long reached, boolean isDamaged) {}

  private Choice choose(
      Chunk chunk, Place place, long upTo, EntryFilter wanted, int limit, List<LogEntry> found) {
    long reached = upTo; // if there is nothing before
    for (Stored stored : chunk.entries()) {
      LogEntry entry;
      try {
        entry = sharedEntry(stored);
      } catch (DamagedException e) {
        if (!found.isEmpty()) {
          break; // the next read meets it
        }
        logger.error("The entry at position {} is damaged: {}", stored.position(), e.getMessage());
        if (stored.position() > place.lossToldThrough()) {
          return new Choice(stored.position(), true);
        }
        reached = stored.position();
        continue;
      }
      reached = stored.position();
      boolean isReplaced = entry.isRetained() && entry.isSupersededAt(upTo);
      if (!isReplaced && wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          break;
        }
      }
    }
    return new Choice(reached, false);
  }

  private LogEntry sharedEntry(Stored stored) throws DamagedException {
    View view = tail.view();
    return view.newest().shared(Tail.entry(stored, view.mark().epochs(), LogEntry.AGELESS));
  }

  private Chunk read(long after, long upTo, int limit, long bytes) {
    try {
      Chunk chunk = store.read(after, upTo, limit, bytes);
      tail.view().requireNoOlder(chunk.mark(), upTo);
      tail.heard(chunk.mark());
      return chunk;
    } catch (StoreException e) {
      throw unavailable(e);
    }
  }

  /**
   * Returns the position of the newest wanted entry with a publisher's id, among the newest that
   * have it; -1 if there is none. May wait for the store.
   *
   * @throws LogUnavailableException if the store does not answer
   */
  long positionWithId(String id, EntryFilter wanted) {
    long before = Long.MAX_VALUE;
    for (int left = EventLog.MAX_OF_ONE_ID; left > 0; ) {
      List<Stored> named = withId(id, before, Math.min(left, LIMIT));
      for (Stored stored : named) {
        before = stored.position();
        try {
          LogEntry entry = sharedEntry(stored);
          boolean isNamedSo = id.equals(entry.publication().id()); // a store may go by hashes
          if (isNamedSo && wanted.test(entry)) {
            return before;
          }
        } catch (DamagedException e) {
          logger.error("The entry at position {} is damaged: {}", before, e.getMessage());
        }
      }
      left = named.isEmpty() ? 0 : left - named.size();
    }
    return -1;
  }

  private List<Stored> withId(String id, long before, int limit) {
    return search(() -> store.withId(id, before, limit, BYTES));
  }

  /**
   * Returns the position before which a reader of everything since a time begins: see {@link
   * EventLog#positionBefore}. May wait for the store.
   *
   * @throws LogUnavailableException if the store does not answer
   */
  long positionBefore(Instant time, Instant now) {
    View view = tail.view();
    TimePlace place = new TimePlace(time, now);
    if (place.lookAtLost(view.retained(), view.mark().oldest(), tail.loss())) {
      return place.position();
    }
    long last = search(() -> store.lastBefore(time, now).orElse(0));
    return Math.min(tail.view().ring().newest(), Math.max(place.position(), last));
  }

  private interface Search<T> {
    T run() throws StoreException;
  }

  /** Searches the store, one search at a time: anybody may ask for one. */
  private <T> T search(Search<T> search) {
    boolean isOurTurn = false;
    try {
      isOurTurn = searching.tryAcquire(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (!isOurTurn) {
        throw new StoreException("too many search it", new IOException("busy"), false);
      }
      return search.run();
    } catch (StoreException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(new StoreException("interrupted", e, false));
    } finally {
      if (isOurTurn) {
        searching.release();
      }
    }
  }

  static LogUnavailableException unavailable(StoreException e) {
    return new LogUnavailableException("the event log cannot be read: " + e.getMessage(), e);
  }
}
