package bellwether.hub;

import bellwether.eventlog.LogEntry;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The half of a {@link Cursor} that the fan-out uses: it notes here which entries the subscriber
 * has to look at, and wakes it. The order in which both sides do so is in the cursor's overview.
 */
abstract class CursorNotes {
  static final long NOTHING = 0; // positions start at 1

  private static final AtomicLongFieldUpdater<CursorNotes> notedOf =
      AtomicLongFieldUpdater.newUpdater(CursorNotes.class, "noted");
  private static final AtomicLongFieldUpdater<CursorNotes> lastNotedOf =
      AtomicLongFieldUpdater.newUpdater(CursorNotes.class, "lastNoted");
  private static final AtomicLongFieldUpdater<CursorNotes> positionOf =
      AtomicLongFieldUpdater.newUpdater(CursorNotes.class, "position");

  private final Pace pace;
  private volatile @Nullable Subscriber subscriber; // until it is closed

  // Written by the fan-out, taken by the subscriber.
  private volatile long noted = NOTHING;
  private volatile long lastNoted;
  private volatile boolean isWakeOwed; // the last wake failed

  // Written by the subscriber, read by the fan-out to save wake-ups: an old value does no harm.
  private volatile long position;

  CursorNotes(Subscriber subscriber, Pace pace) {
    this.subscriber = subscriber;
    this.pace = pace;
  }

  /**
   * Notes that an entry concerns this subscriber; called in order of position.
   *
   * @return whether the subscriber has to be woken
   */
  final boolean note(LogEntry entry) {
    if (entry.position() <= position) {
      return false; // a subscriber that keeps up reads to the head, past its notes
    }
    return pace.note(entry, noteFrom(entry.position(), entry.position()));
  }

  /**
   * Notes that entries from this position on were dropped before the fan-out had looked at them.
   */
  final boolean noteLoss(long from, long lostThrough) {
    return position < lostThrough && noteFrom(from, lostThrough);
  }

  /** Notes entries from one position to another that the fan-out has not looked at. */
  final boolean noteUnseen(long from, long to) {
    if (position >= to) {
      return false;
    }
    pace.release(to); // some may be events of log topics
    return noteFrom(from, to);
  }

  private boolean noteFrom(long first, long last) {
    if (noted == NOTHING) {
      lastNotedOf.lazySet(this, last); // seen by the thread that takes the note set next
      return notedOf.compareAndSet(this, NOTHING, first);
    }
    lastNoted = last; // before looking again: whoever took what was noted meanwhile may not see it
    return noted == NOTHING ? notedOf.compareAndSet(this, NOTHING, first) : isWakeOwed;
  }

  /** Wakes the subscriber, which then writes. */
  final void wake() {
    Subscriber woken = subscriber;
    if (woken != null) {
      woken.wake();
      if (isWakeOwed) {
        isWakeOwed = false;
      }
    }
  }

  /**
   * Notes that the subscriber could not be woken: else no later entry would wake it either, since
   * the first one stays noted.
   *
   * @return whether this is news
   */
  final boolean oweWake() {
    boolean isNews = !isWakeOwed;
    isWakeOwed = true;
    return isNews;
  }

  /** Returns whether the subscriber has not been woken, and there is one. */
  final boolean isWakeOwed() {
    return isWakeOwed && subscriber != null;
  }

  /** Returns the pace at which the subscriber is woken for what has been noted. */
  final Pace pace() {
    return pace;
  }

  /** Returns the position up to which the subscriber has read. */
  final long position() {
    return position;
  }

  /** Moves to a position up to which the subscriber has read. For the subscriber's thread. */
  final void moveTo(long newPosition) {
    positionOf.lazySet(this, newPosition);
  }

  /** Returns the first position noted since the notes were last taken, or {@link #NOTHING}. */
  final long noted() {
    return noted;
  }

  /** Returns the last position noted; to be read after the notes were taken. */
  final long lastNoted() {
    return lastNoted;
  }

  /** Takes the notes: returns the first position, or {@link #NOTHING}. */
  final long takeNoted() {
    return noted == NOTHING ? NOTHING : notedOf.getAndSet(this, NOTHING);
  }

  /** Returns the subscriber, or null once it is closed. */
  final @Nullable Subscriber subscriber() {
    return subscriber;
  }

  /**
   * Forgets the subscriber, which is not woken any more. The fan-out may keep the cursor for a
   * while, but must not keep a request.
   *
   * @return whether there was a subscriber
   */
  final boolean forgetSubscriber() {
    boolean wasOpen = subscriber != null;
    if (wasOpen) {
      subscriber = null;
    }
    return wasOpen;
  }
}
