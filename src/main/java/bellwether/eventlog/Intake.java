package bellwether.eventlog;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/** Where publishers get in line: positions are given here, and keys compared. Any thread. */
final class Intake {
  private static final long MOST_IN_GROUP = 64L << 20; // bytes; what waits goes with the next

  private final LongFunction<EventId> idAt;
  private final EntryNames names;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Deque<Appending> line = new ArrayDeque<>();
  private final Map<String, OnItsWay> keysOnTheirWay = new HashMap<>();
  private long next; // position

  /** An entry that has a key and is not visible yet. */
  private record OnItsWay(LogEntry entry, Appending appending) {}

  /**
   * What became of a request to append.
   *
   * @param entries one for each publication
   * @param awaited what they are in, as far as it is not visible yet
   */
  record Ticket(List<LogEntry> entries, List<Appending> awaited) {}

  /**
   * @param next the position of the next entry
   * @param nanoTime as {@link System#nanoTime}
   */
  Intake(
      long next,
      LongFunction<EventId> idAt,
      EntryNames names,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.next = next;
    this.idAt = idAt;
    this.names = names;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Gives them their places.
   *
   * @param areStates of each publication, whether it is one
   * @throws LogUnavailableException if a key may be known, and the disk fails
   */
  Ticket take(List<Publication> publications, List<Boolean> areStates) {
    Ticket ticket = new Ticket(new ArrayList<>(publications.size()), new ArrayList<>());
    lock.lock();
    try {
      Appending mine = new Appending();
      for (int i = 0; i < publications.size(); i++) {
        ticket.entries().add(entry(publications.get(i), areStates.get(i), mine, ticket));
      }
      if (!mine.entries.isEmpty()) {
        mine.seal();
        line.add(mine);
        ticket.awaited().add(mine);
      }
    } finally {
      lock.unlock();
    }
    return ticket;
  }

  private LogEntry entry(Publication publication, boolean isState, Appending mine, Ticket ticket) {
    String key = publication.idempotencyKey();
    OnItsWay other = key == null ? null : keysOnTheirWay.get(key);
    if (other != null) {
      if (other.appending() != mine) {
        ticket.awaited().add(other.appending());
      }
      return other.entry();
    }
    LogEntry earlier = key == null ? null : names.withKey(key);
    if (earlier != null) {
      return earlier;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    LogEntry entry =
        new LogEntry(idAt.apply(next), now, nanoTime.getAsLong(), publication, isState);
    next++;
    mine.entries.add(entry);
    if (key != null) {
      keysOnTheirWay.put(key, new OnItsWay(entry, mine));
    }
    return entry;
  }

  /** Takes those out of the line that are written together; at least one must be there. */
  List<Appending> nextGroup() {
    List<Appending> group = new ArrayList<>();
    lock.lock();
    try {
      long bytes = 0;
      do {
        Appending one = line.remove();
        bytes += one.bytes();
        group.add(one);
      } while (!line.isEmpty() && bytes + line.element().bytes() <= MOST_IN_GROUP);
    } finally {
      lock.unlock();
    }
    return group;
  }

  /** Has them shown while nobody compares a key: each is on its way or visible, never neither. */
  void letOut(List<Appending> group, Consumer<Appending> show) {
    lock.lock();
    try {
      for (Appending appended : group) {
        show.accept(appended);
        for (LogEntry entry : appended.entries) {
          String key = entry.publication().idempotencyKey();
          if (key != null) {
            keysOnTheirWay.remove(key);
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fails the group, and with it all in the line: their positions follow those of the group.
   *
   * @param newest the last position that is kept
   */
  void fail(List<Appending> group, IOException e, long newest) {
    lock.lock();
    try {
      group.forEach(appended -> appended.fail(e));
      line.forEach(appended -> appended.fail(e));
      line.clear();
      keysOnTheirWay.clear();
      next = newest + 1;
    } finally {
      lock.unlock();
    }
  }
}
