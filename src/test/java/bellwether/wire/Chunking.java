package bellwether.wire;

import java.util.Random;
import java.util.function.IntSupplier;

/** A way to cut a stream into pieces, as a network might. */
record Chunking(String name, IntSupplier nextLength) {

  static Chunking whole() {
    return new Chunking("whole", () -> Integer.MAX_VALUE);
  }

  static Chunking by(int length) {
    return new Chunking("by " + length, () -> length);
  }

  /** Pieces of up to eight bytes, empty ones among them. */
  static Chunking random(long seed) {
    Random random = new Random(seed);
    return new Chunking("at random, seed " + seed, () -> random.nextInt(9));
  }

  void feed(byte[] stream, EventStreamParser parser) {
    int offset = 0;
    while (offset < stream.length) {
      int length = Math.min(nextLength.getAsInt(), stream.length - offset);
      parser.feed(stream, offset, length);
      offset += length;
    }
  }
}
