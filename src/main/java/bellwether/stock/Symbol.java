package bellwether.stock;

import java.util.regex.Pattern;

/** What a stock is called on the board: up to 16 of {@code A-Z}, {@code 0-9}, dot and hyphen. */
public record Symbol(String name) implements Comparable<Symbol> {
  private static final Pattern SHAPE = Pattern.compile("[A-Z0-9][A-Z0-9.-]{0,15}");

  public Symbol {
    if (!SHAPE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "symbol must be 1 to 16 of A-Z, 0-9, dot and hyphen, and start with a letter or digit");
    }
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
