package bellwether.stock;

/**
 * A stock as a request describes it.
 *
 * @param stock the stock, complete with defaults, to be saved if it is new
 * @param saysCurrency whether the request gave the currency; if not, an existing stock keeps its
 *     own
 */
public record StockEntry(Stock stock, boolean saysCurrency) {
  public Symbol symbol() {
    return stock.symbol();
  }

  /**
   * Returns an existing stock after the change by this entry: the same instance, with its old time,
   * if the entry changes nothing. So sending known data again does not invalidate anybody's entity
   * tag.
   */
  public Stock over(Stock before) {
    Stock after = saysCurrency ? stock : stock.in(before.currency());
    return after.saysTheSameAs(before) ? before : after;
  }
}
