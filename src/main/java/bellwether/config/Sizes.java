package bellwether.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and writes sizes in bytes as people do: {@code 512}, {@code 64KiB}, {@code 1GiB}. */
final class Sizes {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB|GiB)?");

  private Sizes() {}

  /** Reads a size; returns null if the text is not one. */
  static @Nullable Long parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    return Long.parseLong(matcher.group(1)) << shift(unit);
  }

  /** Writes a size in the largest unit that it is a whole number of. */
  static String show(long bytes) {
    for (String unit : new String[] {"GiB", "MiB", "KiB"}) {
      long count = bytes >> shift(unit);
      if (count > 0 && count << shift(unit) == bytes) {
        return count + unit;
      }
    }
    return bytes + "B";
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> 0;
    };
  }
}
