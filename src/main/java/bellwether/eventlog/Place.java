package bellwether.eventlog;

/**
 * A reader's place in a log: the entries that it has read, and the losses that it knows of.
 *
 * @param after the last position that the reader has passed; it reads the entries after that
 * @param lossToldThrough the position up to which the reader has been told of losses; these are not
 *     told again
 */
public record Place(long after, long lossToldThrough) {
  /*
   * Every pass over the log makes a place, which costs nothing: the compiler keeps its two numbers
   * in registers, as long as no log and no reader stores the object on the way (measured: with two
   * longs instead, a pass of a cursor over two entries allocates as much, and takes as long).
   */

  /** Returns the place of a reader that has passed this position, and has been told of no loss. */
  public static Place at(long position) {
    return new Place(position, 0);
  }

  /** Returns the place of a reader that must not be told of any loss. */
  public static Place regardlessOfLosses(long position) {
    return new Place(position, Long.MAX_VALUE);
  }

  /** Returns whether the reader has to be told of a loss up to this position. */
  public boolean isBehind(long lostThrough) {
    return lostThrough > Math.max(after, lossToldThrough);
  }
}
