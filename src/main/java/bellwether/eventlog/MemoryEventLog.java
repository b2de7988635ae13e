package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.topic.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A log in memory, bounded by count and by bytes. Its contents end with the process. */
public final class MemoryEventLog implements EventLog {
  /*
   * The log is a ring of the newest entries, and beside it the retained states. A retained entry
   * that has left the ring is still among the states, so reading first walks the retained entries
   * older than the ring, then the ring.
   *
   * An append is prepared first: its entries are made and put into the indexes of names and of
   * retained state. If that fails, they are marked as abandoned, and readers treat them as absent.
   * Then they are shown, a step that cannot fail. A name (an id or an idempotency key) counts only
   * as long as its entry does, so forgetting it late does no harm.
   *
   * One lock orders the appenders. Readers take none. An appender notes a loss before the ring lets
   * go of the entry, and a reader looks at the losses last; so no reader misses a loss.
   */
  private static final Logger logger = LoggerFactory.getLogger(MemoryEventLog.class);
  private static final Report report = new Report(logger);

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final String epoch;
  private final Ring ring;
  private final RetainedStates retained = new RetainedStates();
  private final ReentrantLock appending = new ReentrantLock();

  // Written under the lock, read by any thread.
  private volatile long lostThrough;
  private volatile Instant lostAt = Instant.MIN; // latest time of a lost event
  private volatile long sortedFrom = 1; // from this position on, times do not go back
  private final EntriesById byPublisherId = new EntriesById();
  private final Map<String, LogEntry> byIdempotencyKey = new ConcurrentHashMap<>();
  private volatile Runnable listener = () -> {};

  // Guarded by the lock.
  private Instant latestTime = Instant.MIN;

  /**
   * @param capacity the most entries kept, besides the retained states
   * @param maxBytes the most memory that they may take, roughly; the newest entry is kept in any
   *     case
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
    this.epoch = EventId.newEpoch(random);
    this.ring = new Ring(capacity, maxBytes, 0, this::evict);
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> isRetained) {
    List<Boolean> areRetained = // before any is appended: the predicate may throw
        publications.stream().map(p -> isRetained.test(p.topics().get(0))).toList();
    List<LogEntry> entries = new ArrayList<>(publications.size());
    List<LogEntry> added = new ArrayList<>(publications.size());
    appending.lock();
    try {
      prepare(publications, areRetained, entries, added);
      for (int i = 0; i < added.size(); i++) { // an iterator would have to be allocated
        show(added.get(i));
      }
    } finally {
      appending.unlock();
    }
    tell();
    return entries;
  }

  private void prepare(
      List<Publication> publications,
      List<Boolean> areRetained,
      List<LogEntry> entries,
      List<LogEntry> added) {
    try {
      retained.tidy(this::forgetReplaced);
      for (int i = 0; i < publications.size(); i++) {
        entries.add(entry(publications.get(i), areRetained.get(i), added));
      }
    } catch (RuntimeException | Error e) {
      for (int i = 0; i < added.size(); i++) {
        added.get(i).abandon();
      }
      retained.abandonPrepared();
      added.forEach(this::forgetNames);
      throw e;
    }
  }

  private void show(LogEntry entry) {
    if (entry.isRetained()) {
      retained.show(entry);
    }
    ring.add(entry);
  }

  /** Tells the listener; if that fails, the entries stay appended. */
  private void tell() {
    try {
      listener.run();
    } catch (RuntimeException | Error e) {
      report.error("Readers could not be told of new events; the next one tries again", e);
    }
  }

  @Override
  public long newest() {
    return ring.newest();
  }

  @Override
  public long oldest() {
    return ring.oldest();
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
  public Lookup find(String text, EntryFilter wanted) {
    EventId id = EventId.parse(text);
    if (id != null) {
      boolean ours = id.epoch().equals(epoch) && id.position() <= newest();
      return ours ? new Lookup.Found(id.position()) : new Lookup.Unknown();
    }
    long newest = newest();
    return byPublisherId.newestFirst(text).stream()
        .limit(MAX_OF_ONE_ID)
        .filter(entry -> entry.position() <= newest && counts(entry) && wanted.test(entry))
        .findFirst()
        .<Lookup>map(entry -> new Lookup.Found(entry.position()))
        .orElseGet(Lookup.Unknown::new);
  }

  @Override
  public long positionBefore(Instant time) {
    TimePlace place = new TimePlace(time, clock.instant());
    look(place);
    return place.position();
  }

  private void look(TimePlace place) {
    long oldest = oldest(); // read before the loss, so that no loss is missed
    long newest = newest(); // read before the next: it covers all up to there
    long sorted = Math.max(oldest, sortedFrom);
    if (place.lookAtLost(retained, oldest, new Losses.Loss(lostThrough, lostAt))) {
      return;
    }
    for (long position = oldest; position < Math.min(sorted, newest + 1); position++) {
      if (place.look(position, timeAt(position))) {
        return;
      }
    }
    var unused = place.lookAtSorted(sorted, newest, this::timeAt);
  }

  /** Returns the time of the entry, or null if it is no longer in the ring. */
  private @Nullable Instant timeAt(long position) {
    LogEntry entry = ring.at(position);
    return entry == null ? null : entry.time();
  }

  @Override
  public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    long reached = readOlderThanRing(place.after(), upTo, wanted, limit, found);
    if (found.size() < limit) {
      reached = ring.read(reached, upTo, wanted, limit, found);
    }
    long lost = lostThrough; // last: see the overview
    return place.isBehind(lost)
        ? retained.readBeforeLoss(lost, place.after(), upTo, oldest(), wanted, limit)
        : new Batch(found, reached);
  }

  @Override
  public Batch readRetained(long after, long upTo, EntryFilter wanted, int limit) {
    return retained.read(after, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
  }

  @Override
  public void close() {
    listener = () -> {};
  }

  private LogEntry entry(Publication publication, boolean isRetained, List<LogEntry> added) {
    String key = publication.idempotencyKey();
    LogEntry earlier = key == null ? null : byIdempotencyKey.get(key);
    if (earlier != null && counts(earlier)) {
      return earlier;
    }
    Instant now = clock.instant();
    long position = newest() + added.size() + 1;
    sortedFrom = now.isBefore(latestTime) ? position : sortedFrom;
    latestTime = now;
    LogEntry entry =
        new LogEntry(idAt(position), now, nanoTime.getAsLong(), publication, isRetained);
    added.add(entry);
    byPublisherId.add(entry);
    if (key != null) {
      byIdempotencyKey.put(key, entry);
    }
    if (isRetained) {
      retained.prepare(entry);
    }
    return entry;
  }

  /** Returns whether the entry is visible or may still become so, and is not gone. */
  private boolean counts(LogEntry entry) {
    return !entry.isAbandoned()
        && (entry.position() >= oldest() || (entry.isRetained() && entry.isLatest()));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private long readOlderThanRing(
      long after, long upTo, EntryFilter wanted, int limit, List<LogEntry> found) {
    long end = Math.min(oldest() - 1, upTo);
    if (after >= end) {
      return after;
    }
    Batch older = readRetained(after, end, wanted, limit);
    found.addAll(older.entries());
    return older.reached();
  }

  private void evict(LogEntry entry) {
    if (!entry.isRetained()) {
      lostAt = later(lostAt, entry.time());
      lostThrough = entry.position();
    }
    if (!entry.isRetained() || !entry.isLatest()) {
      try {
        forgetNames(entry);
      } catch (OutOfMemoryError e) {
        // The entry is gone in any case; its name takes memory until it is given again.
      }
    }
  }

  private void forgetReplaced(LogEntry state) {
    if (!counts(state)) {
      forgetNames(state);
    }
  }

  /**
   * Forgets the names of an entry that is gone: clients cannot resume from it, and a repeated
   * request is not recognised any more.
   */
  private void forgetNames(LogEntry entry) {
    Publication publication = entry.publication();
    byPublisherId.remove(entry);
    if (publication.idempotencyKey() != null) {
      byIdempotencyKey.remove(publication.idempotencyKey(), entry);
    }
  }
}
