package bellwether.stock;

import bellwether.wire.UriText;
import java.util.regex.Pattern;

/**
 * The symbol of a stock, as exchanges and vendors write it: {@code BRK.B}, {@code ^GSPC}, {@code
 * EURUSD=X}, {@code BRK B}.
 *
 * @param name 1 to 32 of {@code A-Z 0-9 . - _ ^ = & $ # @ + :} and single spaces inside, with at
 *     least one letter or digit. No lower-case letters, so that no two symbols differ in case
 *     alone. No character that containers refuse in a path, percent-encoded or not. And none that a
 *     script's {@code encodeURIComponent} leaves as it is while a URI template encodes it
 */
public record Symbol(String name) implements Comparable<Symbol> {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?=.{1,32}$)(?=.*[A-Z0-9])[A-Z0-9.\\-_^=&$#@+:]++(?: [A-Z0-9.\\-_^=&$#@+:]++)*+");

  public Symbol {
    if (!SHAPE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "symbol must be 1 to 32 of A-Z, 0-9, . - _ ^ = & $ # @ + : and single spaces inside, with"
              + " a letter or digit");
    }
  }

  /** Returns the name percent-encoded, for a URL. */
  public String inUrl() {
    return UriText.encode(name);
  }

  @Override
  public int compareTo(Symbol other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
