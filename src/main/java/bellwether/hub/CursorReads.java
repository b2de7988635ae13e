package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Pending;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Cursor} that reads the log. What the log has to fetch from its disk is
 * fetched by a thread that may wait, and taken over in the next pass, if that begins where it was
 * fetched for; meanwhile there is nothing to write.
 */
abstract class CursorReads extends CursorNotes {
  static final int MAX_READ = 64; // entries asked of the log at a time

  private final Interest interest;
  private final EventLog log;
  private final Stripe stripe;

  // Confined to the subscriber.
  private boolean isHolding; // what was taken of the fetch may still be written

  // Written by the subscriber, ended by whoever closes the cursor.
  private volatile @Nullable Fetch fetch; // from asking for it until nothing of it is held

  CursorReads(Interest interest, EventLog log, Subscriber subscriber, Pace pace, Stripe stripe) {
    super(subscriber, pace);
    this.interest = interest;
    this.log = log;
    this.stripe = stripe;
  }

  /** Returns the interest that the cursor was opened with. */
  public final Interest interest() {
    return interest;
  }

  final EventLog log() {
    return log;
  }

  final Stripe stripe() {
    return stripe;
  }

  /** Returns whether the log is fetching what follows; the hub wakes the subscriber when it has. */
  public final boolean isAwaiting() {
    return fetch != null && !isHolding;
  }

  /**
   * Returns whether much memory is counted for what was taken last, until the next poll or the end:
   * so one that keeps what it takes should take no more. For the thread that polls.
   */
  public final boolean isHolding() {
    return isHolding;
  }

  /**
   * Returns whether it has held so much for longer than its client should need, while others wait
   * for the room.
   *
   * @param patience time that any client has, besides what the size of it takes
   */
  public final boolean isOverdue(Duration patience) {
    Fetch current = fetch;
    return current != null && stripe.coldReads().isOverdue(current, patience);
  }

  /**
   * Reads what follows the position. {@link Pending} means that the log is fetching it: the hub
   * wakes the subscriber when it has.
   *
   * @param lossToldThrough losses up to here are passed over without a word
   */
  final ReadResult read(long upTo, long lossToldThrough) {
    Place place = new Place(position(), lossToldThrough);
    Fetch begun = fetch;
    if (begun != null) {
      ReadResult fetched = stripe.coldReads().take(begun);
      isHolding = stripe.coldReads().isHeld(begun);
      if (fetched != null && begun.isFor(place)) {
        if (!isHolding && !(fetched instanceof Pending)) {
          fetch = null;
        }
        return fetched;
      }
      letGo();
    }
    ReadResult result = log.read(place, upTo, interest, MAX_READ);
    if (result instanceof Pending) {
      // Not the same object: one that is kept anywhere would be allocated on every pass.
      Place kept = new Place(position(), lossToldThrough);
      Fetch next = new Fetch(kept, upTo, interest, this::wake);
      fetch = next;
      stripe.coldReads().begin(next);
      if (subscriber() == null) {
        letGo(); // closed meanwhile, by one who may not have seen it
      }
    }
    return result;
  }

  /** Lets go of what was taken and has been written, at the beginning of a pass. */
  final void letGoOfTaken() {
    if (isHolding) {
      letGo();
    }
  }

  /** Lets go of what the log has fetched or is fetching for this reader; any number of times. */
  final void letGo() {
    Fetch current = fetch;
    fetch = null;
    isHolding = false;
    if (current != null) {
      stripe.coldReads().close(current);
    }
  }
}
