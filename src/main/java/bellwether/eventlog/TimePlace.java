package bellwether.eventlog;

import bellwether.eventlog.Losses.Loss;
import java.time.Instant;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place in a log after which all entries from some time on follow, by looking at the
 * entries in the order of positions. One thread.
 */
public final class TimePlace {
  /*
   * Positions are given in order; times are those of the clock, which may have been set meanwhile.
   * So an entry with a time in the future was appended earlier than it says, and its true time is
   * unknown, like that of an entry that is damaged or was lost in a crash. Such an entry may be
   * wanted if the next one with a known time is wanted. So no wanted entry is left out, though
   * older ones may come with it.
   */
  private final Instant from;
  private final Instant now;
  private long position; // nothing up to here may be wanted
  private boolean mayBeWanted; // the entries after the place, as far as looked at

  public TimePlace(Instant from, Instant now) {
    this.from = from;
    this.now = now;
  }

  public long position() {
    return position;
  }

  /**
   * Looks at the next entry.
   *
   * @param time the entry's time; null if it is not known
   * @return whether the entry is wanted, which means that the place is found
   */
  public boolean look(long next, @Nullable Instant time) {
    if (isOlder(time)) {
      position = Math.max(position, next);
      mayBeWanted = false;
      return false;
    }
    if (!mayBeWanted) {
      position = Math.max(position, next - 1);
      mayBeWanted = true;
    }
    return isKnown(time);
  }

  /** Looks at the remains of entries that are gone: the retained ones among them, and the loss. */
  public boolean lookAtLost(RetainedStates states, long oldest, Loss loss) {
    boolean isLossNext = loss.through() > 0;
    for (LogEntry state : states.before(oldest)) {
      if (isLossNext && state.position() > loss.through()) {
        isLossNext = false;
        if (look(loss.through(), loss.at())) {
          return true;
        }
      }
      if (look(state.position(), state.time())) {
        return true;
      }
    }
    return isLossNext && look(loss.through(), loss.at());
  }

  /**
   * Looks at many entries at once, none of which is older than the one before it.
   *
   * @param timeAt returns null if the time is not known
   */
  public boolean lookAtSorted(long first, long last, LongFunction<@Nullable Instant> timeAt) {
    long low = first - 1; // the entry here is older
    long high = last; // entries behind here are not, as far as is known
    while (low < high) {
      long middle = low + (high - low) / 2 + 1;
      long known = middle;
      Instant time = timeAt.apply(known);
      while (time == null && known < high) {
        known++;
        time = timeAt.apply(known);
      }
      if (isOlder(time)) {
        low = known;
      } else {
        high = middle - 1;
      }
    }
    if (low >= first) {
      position = Math.max(position, low);
      mayBeWanted = false;
    }
    for (long next = low + 1; next <= last; next++) {
      Instant time = timeAt.apply(next);
      if (look(next, time)) {
        return true;
      }
      if (time != null) {
        return false; // a time in the future, and so are all that follow
      }
    }
    return false;
  }

  public boolean isOlder(@Nullable Instant time) {
    return time != null && isKnown(time) && time.isBefore(from);
  }

  private boolean isKnown(@Nullable Instant time) {
    return time != null && !time.isAfter(now);
  }
}
