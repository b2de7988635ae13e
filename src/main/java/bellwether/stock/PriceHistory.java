package bellwether.stock;

import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.Map;

/**
 * The recent prices of each stock on the board. The prices of a deleted stock are deleted too.
 * Every method throws {@link SourceUnavailableException} if the database is out of reach.
 */
public interface PriceHistory {
  /**
   * The number of prices of one stock that are kept at least; there may be a few more for a while.
   */
  int KEPT = 500;

  /**
   * Records a price for each of these stocks, all or none. It skips a price that equals the newest
   * recorded one, and a stock that no longer exists.
   */
  void record(Map<Symbol, Price> prices);

  /** Returns the newest prices of one stock, at most {@code limit}, the oldest of them first. */
  List<Price> of(Symbol symbol, int limit);

  /**
   * Returns the newest prices of each stock that has any, at most {@code limit} each, ordered by
   * symbol.
   */
  Map<Symbol, List<Price>> ofAll(int limit);
}
