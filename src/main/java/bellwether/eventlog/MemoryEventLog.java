package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A log in memory, bounded by count and by bytes. It ends with the process. */
public final class MemoryEventLog implements EventLog {
  /*
   * A ring of the newest entries, and beside it the retained state: the latest entry of each
   * retained topic, in order of position. A state that the ring has let go of is still found there,
   * so reading walks first the states older than the ring, then the ring.
   *
   * One lock orders the appenders. Readers take none: they read the volatile ends, then a slot, and
   * compare the position of what they find with the one they looked for. An appender moves the old
   * end and notes the loss before it frees a slot, and a reader looks at the losses last; so no
   * reader passes over a loss in silence.
   */
  private static final int MOST_LOOKED_AT =
      256; // entries in one read: its caller goes on if it will

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final String epoch;
  private final long maxBytes;
  private final AtomicReferenceArray<LogEntry> ring;
  private final ReentrantLock appending = new ReentrantLock();

  // Written under the lock, read by anyone.
  private volatile long newest;
  private volatile long oldest = 1;
  private volatile long lostThrough;
  private final ConcurrentSkipListMap<Long, LogEntry> retained = new ConcurrentSkipListMap<>();
  private final Map<Topic, LogEntry> latest = new ConcurrentHashMap<>();
  private final Map<String, LogEntry> byPublisherId = new ConcurrentHashMap<>();
  private final Map<String, LogEntry> byIdempotencyKey = new ConcurrentHashMap<>();
  private volatile Runnable listener = () -> {};

  // Confined to the lock.
  private long bytes;

  /**
   * @param capacity most entries kept, besides the retained state
   * @param maxBytes most memory they may take, roughly; the newest entry is kept in any case
   * @param nanoTime as {@link System#nanoTime}
   */
  public MemoryEventLog(
      int capacity,
      long maxBytes,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.maxBytes = maxBytes;
    this.epoch = EventId.newEpoch(random);
    this.ring = new AtomicReferenceArray<>(capacity);
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> isRetained) {
    List<LogEntry> entries = new ArrayList<>(publications.size());
    appending.lock();
    try {
      for (Publication publication : publications) {
        entries.add(append(publication, isRetained));
      }
    } finally {
      appending.unlock();
      listener.run(); // even if one failed: those before it are there
    }
    return entries;
  }

  @Override
  public long newest() {
    return newest;
  }

  @Override
  public long oldest() {
    return oldest;
  }

  @Override
  public long lostThrough() {
    return lostThrough;
  }

  @Override
  public EventId idAt(long position) {
    return new EventId(epoch, position);
  }

  @Override
  public Lookup find(String text) {
    EventId id = EventId.parse(text);
    if (id != null) {
      boolean ours = id.epoch().equals(epoch) && id.position() <= newest;
      return ours ? new Lookup.Found(id.position()) : new Lookup.Unknown();
    }
    LogEntry entry = byPublisherId.get(text);
    return entry != null ? new Lookup.Found(entry.position()) : new Lookup.Unknown();
  }

  @Override
  public ReadResult read(
      long after, long forgiven, long upTo, Predicate<LogEntry> wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    long reached = readOlderThanRing(after, upTo, wanted, limit, found);
    if (found.size() < limit) {
      reached = readRing(reached, upTo, wanted, limit, found);
    }
    long lost = lostThrough; // last: see the overview
    if (lost > Math.max(after, forgiven)) {
      return new Evicted(lost, firstKeptAfter(after) - 1);
    }
    return new Batch(found, reached);
  }

  @Override
  public Batch readRetained(long after, long upTo, Predicate<LogEntry> wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    for (LogEntry entry : retained.subMap(after, false, upTo, true).values()) {
      if (wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          return new Batch(found, entry.position());
        }
      }
    }
    return new Batch(found, upTo);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
  }

  @Override
  public void close() {
    listener = () -> {};
  }

  private LogEntry append(Publication publication, Predicate<Topic> isRetained) {
    String key = publication.idempotencyKey();
    LogEntry earlier = key == null ? null : byIdempotencyKey.get(key);
    if (earlier != null) {
      return earlier;
    }
    boolean isState = isRetained.test(publication.topics().get(0));
    LogEntry entry =
        new LogEntry(idAt(newest + 1), clock.instant(), nanoTime.getAsLong(), publication, isState);
    makeRoomFor(entry);
    index(entry);
    ring.set(slot(entry.position()), entry);
    newest = entry.position();
    return entry;
  }

  private long readOlderThanRing(
      long after, long upTo, Predicate<LogEntry> wanted, int limit, List<LogEntry> found) {
    long end = Math.min(oldest - 1, upTo);
    if (after >= end) {
      return after;
    }
    Batch states = readRetained(after, end, wanted, limit);
    found.addAll(states.entries());
    return states.reached();
  }

  private long readRing(
      long after, long upTo, Predicate<LogEntry> wanted, int limit, List<LogEntry> found) {
    long end = Math.min(upTo, after + MOST_LOOKED_AT);
    for (long position = after + 1; position <= end; position++) {
      LogEntry entry = ring.get(slot(position));
      if (entry == null || entry.position() != position) {
        return position - 1; // the ring moved on under us: the next read starts from its new end
      }
      if (wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          return position;
        }
      }
    }
    return Math.max(after, end);
  }

  private long firstKeptAfter(long after) {
    Long state = retained.higherKey(after);
    long inRing = Math.max(oldest, after + 1);
    return state == null ? inRing : Math.min(state, inRing);
  }

  private void makeRoomFor(LogEntry entry) {
    bytes += entry.weight();
    while (oldest <= newest && (bytes > maxBytes || newest - oldest + 1 == ring.length())) {
      evictOldest();
    }
  }

  private void evictOldest() {
    long position = oldest;
    LogEntry entry = ring.get(slot(position));
    if (!entry.isRetained()) {
      lostThrough = position;
    }
    oldest = position + 1;
    ring.set(slot(position), null);
    bytes -= entry.weight();
    if (!entry.isRetained() || !entry.isLatest()) {
      forgetNames(entry);
    }
  }

  private void index(LogEntry entry) {
    Publication publication = entry.publication();
    if (publication.id() != null) {
      byPublisherId.putIfAbsent(publication.id(), entry);
    }
    if (publication.idempotencyKey() != null) {
      byIdempotencyKey.put(publication.idempotencyKey(), entry);
    }
    if (entry.isRetained()) {
      retained.put(entry.position(), entry);
      LogEntry previous = latest.put(publication.topics().get(0), entry);
      if (previous != null) {
        previous.supersede(entry.position());
        retained.remove(previous.position());
        if (previous.position() < oldest) {
          forgetNames(previous);
        }
      }
    }
  }

  /** An entry that is gone can be resumed from, and recognised when published again, no more. */
  private void forgetNames(LogEntry entry) {
    Publication publication = entry.publication();
    if (publication.id() != null) {
      byPublisherId.remove(publication.id(), entry);
    }
    if (publication.idempotencyKey() != null) {
      byIdempotencyKey.remove(publication.idempotencyKey(), entry);
    }
  }

  private int slot(long position) {
    return (int) (position % ring.length());
  }
}
