package bellwether.wire;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A number as JSON writes it (RFC 8259, 6), in whatever format it stands. */
public final class DecimalText {
  private static final Pattern SHAPE =
      Pattern.compile("-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?");

  /** The JSON library's limit: to convert digits takes the square of their number. */
  private static final int MAX_CHARACTERS = 1100;

  private static final int MAX_LONG_DIGITS = 19;

  private DecimalText() {}

  /** Reads a number; null if the text is none. */
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
   * The same for what has to be a whole number within bounds; null if it is not. {@code 1e3} is
   * one.
   */
  public static @Nullable Long parseWhole(String text, long least, long most) {
    BigDecimal number = parse(text);
    return number == null ? null : whole(number, least, most);
  }

  /** The number as a whole number within bounds; null if it is not. */
  public static @Nullable Long whole(BigDecimal number, long least, long most) {
    BigDecimal stripped = number.stripTrailingZeros();
    // Asked first, in a long: the exact conversion writes the digits of 1e1000000000 out.
    if ((long) stripped.precision() - stripped.scale() > MAX_LONG_DIGITS) {
      return null;
    }
    try {
      long whole = stripped.longValueExact();
      return least <= whole && whole <= most ? whole : null;
    } catch (ArithmeticException e) { // has a fraction, or a few too many digits
      return null;
    }
  }
}
