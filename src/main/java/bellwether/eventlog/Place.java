package bellwether.eventlog;

/**
 * A reader's place in a log: what it has read, and of which losses it knows.
 *
 * @param after the last position it has passed; it reads on behind that
 * @param lossToldThrough losses up to here have been told to it already, and are not told again
 */
public record Place(long after, long lossToldThrough) {
  /*
   * Every pass over the log makes one, and it costs nothing: the compiler keeps its two numbers in
   * registers, as long as no log and no reader stores the object on the way (measured: a pass of a
   * cursor over two entries allocates what it did with two longs, and takes as long).
   */

  /** The place of a reader that has passed this position, and has been told of no loss. */
  public static Place at(long position) {
    return new Place(position, 0);
  }

  /** The place of a reader that is to be told of no loss. */
  public static Place regardlessOfLosses(long position) {
    return new Place(position, Long.MAX_VALUE);
  }

  /** Returns whether a loss up to this position is news for the reader. */
  public boolean isBehind(long lostThrough) {
    return lostThrough > Math.max(after, lossToldThrough);
  }
}
