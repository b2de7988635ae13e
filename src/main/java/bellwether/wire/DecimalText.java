package bellwether.wire;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads numbers in any format that JSON allows (RFC 8259, 6). */
public final class DecimalText {
  private static final Pattern SHAPE =
      Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

  /**
   * The most characters of a number, as in the JSON library: the time of converting digits grows
   * with the square of their number.
   */
  private static final int MAX_CHARACTERS = 1100;

  private static final int MAX_LONG_DIGITS = 19;

  private DecimalText() {}

  /** Reads a number; returns null if the text is not a number. */
  public static @Nullable BigDecimal parse(String text) {
    if (text.length() > MAX_CHARACTERS || !SHAPE.matcher(text).matches()) {
      return null;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) { // an exponent of more than 32 bits
      return null;
    }
  }

  /**
   * Reads a whole number within bounds; returns null if the text is not one. {@code 1e3} is a whole
   * number.
   */
  public static @Nullable Long parseWhole(String text, long min, long max) {
    BigDecimal number = parse(text);
    return number == null ? null : whole(number, min, max);
  }

  /** Returns the number as a whole number within bounds, or null if it is not one. */
  public static @Nullable Long whole(BigDecimal number, long min, long max) {
    BigDecimal stripped = number.stripTrailingZeros();
    // Asked first, in a long: the exact conversion writes the digits of 1e1000000000 out.
    if ((long) stripped.precision() - stripped.scale() > MAX_LONG_DIGITS) {
      return null;
    }
    try {
      long whole = stripped.longValueExact();
      return min <= whole && whole <= max ? whole : null;
    } catch (ArithmeticException e) { // has a fraction, or a few too many digits
      return null;
    }
  }
}
