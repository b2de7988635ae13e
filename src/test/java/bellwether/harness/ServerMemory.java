package bellwether.harness;

/**
 * What a server's JVM holds, in bytes.
 *
 * @param heap what can be reached
 * @param direct buffers outside the heap, in use or pooled
 */
public record ServerMemory(long heap, long direct) {

  /** For each of so many streams, what this is more than before. */
  public ServerMemory perStream(ServerMemory before, int streams) {
    return new ServerMemory((heap - before.heap) / streams, (direct - before.direct) / streams);
  }
}
