package bellwether.stock;

import bellwether.hub.SourceUnavailableException;
import java.util.List;
import java.util.Optional;

/**
 * Where stocks are kept. Every method returns once its change is durable, and throws {@link
 * SourceUnavailableException} when the place is out of reach.
 */
public interface StockRepository {
  /** All of them, ordered by symbol. */
  List<Stock> all();

  Optional<Stock> find(Symbol symbol);

  /** Adds the stock, or replaces the one of its symbol; returns whether it was added. */
  boolean save(Stock stock);

  /** Replaces the stock if it is still as it was {@code before}; returns whether it did. */
  boolean replace(Stock before, Stock after);

  /** Returns whether there was one. */
  boolean delete(Symbol symbol);
}
