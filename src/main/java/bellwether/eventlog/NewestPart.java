package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Pending;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a log that is in memory: its newest entries and its retained states. Any thread may
 * read.
 */
public record NewestPart(Ring ring, RetainedStates retained) {

  /**
   * Reads entries without waiting: see {@link EventLog#read}.
   *
   * @param oldest the position where the kept entries begin that are not retained states only
   * @param lostThrough the newest position of a lost entry
   */
  public ReadResult read(
      Place place,
      long upTo,
      EntryFilter wanted,
      int limit,
      LongSupplier oldest,
      LongSupplier lostThrough) {
    long after = place.after();
    long oldestKept = oldest.getAsLong();
    long oldestInRing = ring.oldest();
    List<LogEntry> found = new ArrayList<>();
    long reached = after;
    if (after < Math.min(oldestKept - 1, upTo)) {
      Batch carried = retained.read(after, Math.min(oldestKept - 1, upTo), wanted, limit);
      found.addAll(carried.entries());
      reached = carried.reached();
    }
    boolean isNextInMemory = reached >= oldestInRing - 1 || reached >= upTo;
    if (isNextInMemory && found.size() < limit) {
      reached = ring.read(reached, upTo, wanted, limit, found);
    }
    long lost = lostThrough.getAsLong(); // last: whoever drops entries notes the loss first
    if (place.isBehind(lost)) {
      return retained.readBeforeLoss(lost, after, upTo, oldest.getAsLong(), wanted, limit);
    }
    return isNextInMemory || reached > after
        ? new Batch(found, reached)
        : new Pending(Math.min(upTo, oldestInRing - 1));
  }

  /** Returns the entry at the position, or null if it is not in memory. */
  public @Nullable LogEntry at(long position) {
    LogEntry inRing = ring.at(position);
    return inRing == null ? retained.at(position) : inRing;
  }

  /**
   * Returns the object that all readers share for an entry that was read again: a state that is
   * still the latest is in memory, and one that was replaced is marked so.
   */
  public LogEntry shared(LogEntry entry) {
    LogEntry latest = entry.isRetained() ? retained.latest(StateKey.of(entry.publication())) : null;
    if (latest == null || latest.position() < entry.position()) {
      return entry;
    }
    if (latest.position() == entry.position()) {
      return latest;
    }
    entry.supersede(latest.position());
    return entry;
  }
}
