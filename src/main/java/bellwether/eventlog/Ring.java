package bellwether.eventlog;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The newest entries of a log, in memory, bounded by count and by bytes. */
public final class Ring {
  /*
   * One thread at a time may add. Readers take no lock: they read the volatile ends, then a slot,
   * and compare the position of what they find with the one they looked for. The old end moves
   * before its slot is freed.
   */
  private static final int MAX_LOOKED_AT = 256; // in one read; the caller may go on

  private final AtomicReferenceArray<LogEntry> slots;
  private final long maxBytes;
  private final Consumer<LogEntry> onEvicted;

  // Written by the adding thread, read by any thread.
  private volatile long newest;
  private volatile long oldest;

  // Confined to the adding thread.
  private long bytes;

  /**
   * @param capacity the most entries
   * @param maxBytes the most memory that they may take, roughly; the newest entry is kept in any
   *     case
   * @param newest the position after which it begins
   * @param onEvicted receives each entry that has to go, just before readers can no longer find it
   */
  public Ring(int capacity, long maxBytes, long newest, Consumer<LogEntry> onEvicted) {
    this.slots = new AtomicReferenceArray<>(capacity);
    this.maxBytes = maxBytes;
    this.newest = newest;
    this.oldest = newest + 1;
    this.onEvicted = onEvicted;
  }

  /** Creates a ring that calls nothing when it drops an entry. */
  public Ring(int capacity, long maxBytes, long newest) {
    this(capacity, maxBytes, newest, entry -> {});
  }

  public long newest() {
    return newest;
  }

  /** Returns the oldest position that is here; one past the newest if none is. */
  public long oldest() {
    return oldest;
  }

  /** Adds the entry at the next position. Allocates nothing. */
  public void add(LogEntry entry) {
    if (entry.position() != newest + 1) {
      throw new IllegalStateException(entry.position() + " does not follow " + newest);
    }
    bytes += entry.weight();
    while (oldest <= newest && (bytes > maxBytes || newest - oldest + 1 == slots.length())) {
      evictOldest();
    }
    slots.set(slot(entry.position()), entry);
    newest = entry.position();
  }

  /** Returns the entry at the position, or null if it is no longer here. */
  public @Nullable LogEntry at(long position) {
    LogEntry entry = position < oldest ? null : slots.get(slot(position));
    return entry == null || entry.position() != position ? null : entry;
  }

  /**
   * Reads entries in {@code (after, upTo]}, which must begin in the ring.
   *
   * @return the last position that it looked at
   */
  public long read(long after, long upTo, EntryFilter wanted, int limit, List<LogEntry> found) {
    long end = Math.min(upTo, after + MAX_LOOKED_AT);
    for (long position = after + 1; position <= end; position++) {
      LogEntry entry = slots.get(slot(position));
      if (entry == null || entry.position() != position) {
        return position - 1; // the ring moved on meanwhile: the next read starts from its new end
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

  private void evictOldest() {
    LogEntry entry = slots.get(slot(oldest));
    onEvicted.accept(entry);
    long position = oldest;
    oldest = position + 1;
    slots.set(slot(position), null);
    bytes -= entry.weight();
  }

  private int slot(long position) {
    return (int) (position % slots.length());
  }
}
