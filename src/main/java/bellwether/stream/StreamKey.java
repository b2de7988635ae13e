package bellwether.stream;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key in the URL of one open stream: 128 bits of which nobody can guess 96, because anyone who
 * has the URL may change the stream. The others say which server has the stream.
 */
record StreamKey(long high, long low) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{32}");

  /**
   * Returns a new key.
   *
   * @param node the number of the server that has the stream
   * @param random must be a secure one
   */
  static StreamKey random(int node, RandomGenerator random) {
    byte[] bits = new byte[2 * Long.BYTES];
    random.nextBytes(bits); // once: a secure generator takes its lock for each call, or more often
    ByteBuffer halves = ByteBuffer.wrap(bits);
    long rest = halves.getLong() & 0xffff_ffffL;
    return new StreamKey((long) node << 32 | rest, halves.getLong());
  }

  /** Returns a source of keys of one server; see {@link #random}. */
  static Supplier<StreamKey> keys(int node, RandomGenerator random) {
    return () -> random(node, random);
  }

  /** Returns the key, or null if the text is not one. */
  static @Nullable StreamKey parse(String text) {
    return TEXT.matcher(text).matches()
        ? new StreamKey(
            Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16))
        : null;
  }

  /** Returns the number of the server that has the stream. */
  int node() {
    return (int) (high >>> 32);
  }

  String text() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  /** Returns a text without the key, because many people read logs. */
  @Override
  public String toString() {
    return "StreamKey";
  }
}
