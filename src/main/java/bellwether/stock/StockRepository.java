package bellwether.stock;

import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where stocks are kept. Every method returns once its change is durable, and throws {@link
 * SourceUnavailableException} when the place is out of reach.
 *
 * <p>Another program may have written a row there that is no stock. Such a row is as good as none:
 * it is neither listed nor found, and a stock that is added under its symbol takes its place. Only
 * {@link #rows} shows it, and {@link #delete(Symbol)} deletes it.
 */
public interface StockRepository {
  /**
   * What became of many entries.
   *
   * @param created of which there was no stock
   * @param replaced of which there was one, even if it already was as the entry says
   */
  record Imported(int created, int replaced) {}

  /** All that there is, by what stands there for a symbol, in its order. */
  List<Row<String, Stock>> rows();

  /** All stocks, ordered by symbol. */
  default List<Stock> all() {
    return rows().stream().flatMap(row -> row.content().stream()).toList();
  }

  /**
   * The first ones in the order of their symbols.
   *
   * @param after where to go on; null to begin
   */
  List<Stock> page(@Nullable Symbol after, int limit);

  Optional<Stock> find(Symbol symbol);

  /** Adds the stock if there is none of its symbol; returns whether it did. */
  boolean add(Stock stock);

  /** Replaces the stock if it is still as it was {@code before}; returns whether it did. */
  boolean replace(Stock before, Stock after);

  /**
   * Does what all the entries say, or nothing.
   *
   * @param entries no two of the same symbol
   */
  Imported saveAll(List<StockEntry> entries);

  /** Deletes what is there under this symbol; returns whether there was anything. */
  boolean delete(Symbol symbol);

  /** Deletes the stock if it is still as it was {@code before}; returns whether it did. */
  boolean delete(Stock before);
}
