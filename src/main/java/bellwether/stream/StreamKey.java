package bellwether.stream;

import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key in the URL of one open stream: 128 bits that nobody can guess, because whoever has the
 * URL may change the stream.
 */
record StreamKey(long high, long low) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{32}");

  /**
   * A new one.
   *
   * @param random must be a secure one
   */
  static StreamKey random(RandomGenerator random) {
    return new StreamKey(random.nextLong(), random.nextLong());
  }

  /** Returns the key, or null if the text is none. */
  static @Nullable StreamKey parse(String text) {
    return TEXT.matcher(text).matches()
        ? new StreamKey(
            Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16))
        : null;
  }

  String text() {
    return "%016x%016x".formatted(high, low);
  }

  /** Hides the key: logs are read by many. */
  @Override
  public String toString() {
    return "StreamKey";
  }
}
