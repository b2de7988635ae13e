package bellwether.it;

/**
 * What a server's JVM holds, in bytes.
 *
 * @param heap what can be reached
 * @param direct buffers outside the heap, in use or pooled
 */
record ServerMemory(long heap, long direct) {

  /** For each of so many streams, what this is more than before. */
  ServerMemory perStream(ServerMemory before, int streams) {
    return new ServerMemory((heap - before.heap) / streams, (direct - before.direct) / streams);
  }
}
