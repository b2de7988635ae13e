package bellwether.stock;

import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store of all stocks. Every method returns once its change is durable, and throws {@link
 * SourceUnavailableException} if the database is out of reach.
 *
 * <p>Another program may have written a row that is not a valid stock. Such a broken row is neither
 * listed nor found, and a stock that is added under its symbol replaces it. Only {@link #rows}
 * shows it, and {@link #delete(Symbol)} deletes it.
 */
public interface StockRepository {
  /**
   * The counts of an import.
   *
   * @param created the number of entries that made a new stock
   * @param replaced the number of entries that met an existing stock, even if they did not change
   *     it
   */
  record Imported(int created, int replaced) {}

  /** Returns all rows, broken ones too, ordered by the text in the symbol's column. */
  List<Row<String, Stock>> rows();

  /** Returns all stocks, ordered by symbol. */
  default List<Stock> all() {
    return rows().stream().flatMap(row -> row.content().stream()).toList();
  }

  /**
   * Returns one page of stocks, ordered by symbol.
   *
   * @param after the symbol to continue after; null for the first page
   */
  List<Stock> page(@Nullable Symbol after, int limit);

  Optional<Stock> find(Symbol symbol);

  /** Adds the stock if there is none of its symbol; returns whether it did. */
  boolean add(Stock stock);

  /** Replaces the stock if it is still as it was {@code before}; returns whether it did. */
  boolean replace(Stock before, Stock after);

  /**
   * Saves all the entries, or none.
   *
   * @param entries no two of the same symbol
   */
  Imported saveAll(List<StockEntry> entries);

  /** Deletes the row of this symbol, broken or not; returns whether there was one. */
  boolean delete(Symbol symbol);

  /** Deletes the stock if it is still as it was {@code before}; returns whether it did. */
  boolean delete(Stock before);
}
