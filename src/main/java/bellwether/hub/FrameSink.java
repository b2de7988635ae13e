package bellwether.hub;

/** Where a subscription puts what it reads: a connection's next write. */
public interface FrameSink {
  /**
   * Takes the bytes from {@code offset} on, or refuses them all; then they are offered again at the
   * next poll. The array is shared and must not be changed. An empty sink refuses nothing.
   */
  boolean offer(byte[] frame, int offset);
}
