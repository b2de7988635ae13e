package bellwether.stock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The rows of one import: at most {@link #MAX}, each symbol once. Rows count from 1. */
public final class StockEntries {
  /** The most rows of one import. */
  public static final int MAX = 10_000;

  private final List<StockEntry> entries = new ArrayList<>();
  private final Set<Symbol> symbols = new HashSet<>();

  /**
   * Adds the next row.
   *
   * @param name the symbol as the row has it, not checked yet
   * @param rest makes the entry; may throw an {@link IllegalArgumentException} of its own
   * @throws IllegalArgumentException naming the row, and saying what is wrong with it
   */
  public void add(String name, Function<Symbol, StockEntry> rest) {
    if (entries.size() == MAX) {
      throw new IllegalArgumentException("there are more than " + MAX + " rows");
    }
    int row = entries.size() + 1;
    Symbol symbol;
    try {
      symbol = new Symbol(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("row " + row + ": " + e.getMessage(), e);
    }
    try {
      if (!symbols.add(symbol)) {
        throw new IllegalArgumentException("the symbol is given twice");
      }
      entries.add(rest.apply(symbol));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("row " + row + " (" + symbol + "): " + e.getMessage(), e);
    }
  }

  public List<StockEntry> all() {
    return entries;
  }
}
