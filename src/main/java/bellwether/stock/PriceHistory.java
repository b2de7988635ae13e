package bellwether.stock;

import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.Map;

/**
 * What prices were: for each stock on the board the newest, and nothing of a stock that is gone.
 * Every method throws {@link SourceUnavailableException} when the place is out of reach.
 */
public interface PriceHistory {
  /** How many prices of one stock are certain to be kept; there may be a few more for a while. */
  int KEPT = 500;

  /**
   * Adds a price to each of these stocks, all or none; unless it is the newest that is kept anyway,
   * or the stock is gone.
   */
  void record(Map<Symbol, Price> prices);

  /** The newest of one stock, at most {@code limit}, the oldest of them first. */
  List<Price> of(Symbol symbol, int limit);

  /** The same for each stock that has any, ordered by symbol. */
  Map<Symbol, List<Price>> ofAll(int limit);
}
