package bellwether.stream;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key in the URL of one open stream: 128 bits that nobody can guess, because anyone who has the
 * URL may change the stream.
 */
record StreamKey(long high, long low) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{32}");

  /**
   * Returns a new key.
   *
   * @param random must be a secure one
   */
  static StreamKey random(RandomGenerator random) {
    byte[] bits = new byte[2 * Long.BYTES];
    random.nextBytes(bits); // once: a secure generator takes its lock for each call, or more often
    ByteBuffer halves = ByteBuffer.wrap(bits);
    return new StreamKey(halves.getLong(), halves.getLong());
  }

  /** Returns the key, or null if the text is not one. */
  static @Nullable StreamKey parse(String text) {
    return TEXT.matcher(text).matches()
        ? new StreamKey(
            Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16))
        : null;
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
