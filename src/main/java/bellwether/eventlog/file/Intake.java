package bellwether.eventlog.file;

import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.eventlog.SureLock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The queue of publishers: it gives positions and compares keys. Any thread. */
final class Intake {
  /*
   * Everything that can fail is done before a request is in the queue: its entries are made, and
   * the bytes of their records. If anything is thrown meanwhile, its positions and keys are free
   * again. From then on, moving up, being shown and being failed allocate nothing.
   */
  private static final long MAX_IN_GROUP = 64L << 20; // bytes; the others wait for the next group

  private final LongFunction<EventId> idAt;
  private final EntryNames names;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final SureLock lock = new SureLock();

  // Guarded by the lock.
  private @Nullable Appending first; // of the queue
  private @Nullable Appending last;
  private final PendingKeys keysOnTheirWay = new PendingKeys();
  private long next; // position

  /**
   * The state of a request to append.
   *
   * @param entries one for each publication
   * @param awaited the appends that hold them and are not visible yet
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
   * Gives the entries of a request their places or, if anything is thrown, none.
   *
   * @param areRetained says of each publication whether it is retained
   * @throws LogUnavailableException if an entry on the disk may have the same key, and the disk
   *     fails
   */
  Ticket take(List<Publication> publications, List<Boolean> areRetained) {
    Ticket ticket = new Ticket(new ArrayList<>(publications.size()), new ArrayList<>());
    Appending mine = new Appending();
    lock.lock();
    long before = next;
    try {
      for (int i = 0; i < publications.size(); i++) {
        ticket.entries().add(entry(publications.get(i), areRetained.get(i), mine, ticket));
      }
      if (!mine.entries.isEmpty()) {
        mine.seal();
        ticket.awaited().add(mine);
        queue(mine);
      }
    } catch (RuntimeException | Error e) {
      keysOnTheirWay.removeAllOf(mine);
      next = before;
      throw e;
    } finally {
      lock.unlock();
    }
    return ticket;
  }

  private void queue(Appending appending) {
    if (last == null) {
      first = appending;
    } else {
      last.behind = appending;
    }
    last = appending;
  }

  private LogEntry entry(
      Publication publication, boolean isRetained, Appending mine, Ticket ticket) {
    String key = publication.idempotencyKey();
    PendingKeys.Pending other = key == null ? null : keysOnTheirWay.find(key);
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
        new LogEntry(idAt.apply(next), now, nanoTime.getAsLong(), publication, isRetained);
    next++;
    mine.entries.add(entry);
    if (key != null) {
      keysOnTheirWay.add(key, entry, mine);
    }
    return entry;
  }

  /** Takes the appends out of the queue that are written together: all or none of them. */
  List<Appending> nextGroup() {
    List<Appending> group = new ArrayList<>();
    lock.lock();
    try {
      long bytes = 0;
      Appending one = first;
      while (one != null && (group.isEmpty() || bytes + one.bytes() <= MAX_IN_GROUP)) {
        bytes += one.bytes();
        group.add(one);
        one = one.behind;
      }
      moveUp(one);
    } finally {
      lock.unlock();
    }
    return group;
  }

  private void moveUp(@Nullable Appending newFirst) {
    first = newFirst;
    last = newFirst == null ? null : last;
  }

  /**
   * Shows a group while no key can be compared: each key is either pending or visible, never
   * neither.
   */
  void release(List<Appending> group, Consumer<Appending> show) {
    lock.lock();
    try {
      for (int i = 0; i < group.size(); i++) { // an iterator would have to be allocated
        show.accept(group.get(i));
        keysOnTheirWay.removeAllOf(group.get(i));
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
      for (int i = 0; i < group.size(); i++) {
        fail(group.get(i), e);
      }
      for (Appending one = first; one != null; one = one.behind) {
        fail(one, e);
      }
      moveUp(null);
      next = newest + 1;
    } finally {
      lock.unlock();
    }
  }

  private void fail(Appending appending, Throwable e) {
    appending.fail(e);
    keysOnTheirWay.removeAllOf(appending);
  }
}
