package bellwether.hub;

/** Where a subscription puts what it reads: a connection's next write. */
public interface FrameSink {
  /** For what has no age that says anything: control events, states, and what is replayed. */
  long AGELESS = Long.MIN_VALUE;

  /**
   * Takes the bytes from {@code offset} on, or refuses them all; then they are offered again at the
   * next poll. The array is shared and must not be changed. An empty sink refuses nothing.
   *
   * @param since when news was published, as {@link System#nanoTime}, or {@link #AGELESS}
   */
  boolean offer(byte[] frame, int offset, long since);
}
