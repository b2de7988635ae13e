package bellwether.bench;

/**
 * The account of one stream: which numbered events it got, which it missed, which it got again.
 * Each publisher counts its events of a topic from 1. Not thread-safe.
 *
 * <p>An event that comes late, after one with a higher number, is counted as missed when it is
 * passed over and as a double when it comes: streams promise an order, so it is wrong either way.
 */
final class Tally {
  private final long[] last;
  private long received;
  private long lost;
  private long doubles;

  /**
   * @param last the newest number of each publisher; what follows is expected
   */
  Tally(long[] last) {
    this.last = last.clone();
  }

  /**
   * Enters an event.
   *
   * @return how many events this stream has come on by; 0 for a double
   */
  long take(int publisher, long number) {
    long step = number - last[publisher];
    if (step <= 0) {
      doubles++;
      return 0;
    }
    received++;
    lost += step - 1;
    last[publisher] = number;
    return step;
  }

  /** Begins a new account at the place where the stream is. */
  void reset() {
    received = 0;
    lost = 0;
    doubles = 0;
  }

  long received() {
    return received;
  }

  /** What was missed, if nothing more comes. */
  long lost(long[] published) {
    long missing = 0;
    for (int publisher = 0; publisher < last.length; publisher++) {
      missing += published[publisher] - last[publisher];
    }
    return lost + missing;
  }

  long doubles() {
    return doubles;
  }
}
