package bellwether.hub;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import org.jspecify.annotations.Nullable;

/**
 * A read that has to wait for the disk, from the request of its reader until the reader holds
 * nothing of it in memory. The fields that are not final are guarded by the {@link ColdReads} that
 * it belongs to.
 */
final class Fetch {
  /** The states of a fetch; mostly it moves down this list. */
  enum State {
    /** The fetch waits for a thread, for room, or for the disk to work again. */
    WAITING,
    /** A thread reads. */
    READING,
    /** The entries have been read, and the reader has yet to be woken. */
    READ,
    /** The reader has been woken, and has not taken the entries. */
    LEFT,
    /** The reader has the entries, and may still be writing them. */
    HELD,
    /** The fetch holds nothing any more. */
    OVER
  }

  final Place place;
  final long upTo;
  final EntryFilter wanted;
  final Runnable wake;

  State state = State.WAITING;
  @Nullable ReadResult result;
  @Nullable Ward ward; // while its part of the log cannot be read
  long mostBytes = ColdReads.QUICK; // of one entry on the disk
  long bytes; // of memory that count for this fetch
  long heldSince; // nanoseconds
  boolean hasThread; // it counts as reading
  boolean isSlow; // it has the one thread for slow reads

  /**
   * @param wake makes the reader come for the result
   */
  Fetch(Place place, long upTo, EntryFilter wanted, Runnable wake) {
    this.place = place;
    this.upTo = upTo;
    this.wanted = wanted;
    this.wake = wake;
  }

  /** Returns whether the entry is so large that room has to be reserved for it first. */
  boolean isLarge() {
    return mostBytes > ColdReads.QUICK;
  }

  boolean isUnderWay() {
    return state == State.WAITING || state == State.READING;
  }

  /** Returns whether the fetch was begun for a reader at this place. */
  boolean isFor(Place reader) {
    return place.equals(reader);
  }

  /** Returns roughly how much memory the result takes, in bytes. */
  static long weigh(ReadResult result) {
    if (!(result instanceof Batch batch)) {
      return 0;
    }
    return batch.entries().stream()
        .mapToLong(e -> e.frame().length + 2L * e.publication().data().length() + 256)
        .sum();
  }
}
