package bellwether.stock;

/**
 * What a request says of a stock.
 *
 * @param stock as it shall be if it is new
 * @param saysCurrency whether the request said the currency; if not, a stock keeps its own
 */
public record StockEntry(Stock stock, boolean saysCurrency) {
  public Symbol symbol() {
    return stock.symbol();
  }

  /**
   * What becomes of the stock that is there: the very same, down to its time, if the entry says
   * nothing new. So sending again what is known changes nothing that others hold to.
   */
  public Stock over(Stock before) {
    Stock after = saysCurrency ? stock : stock.in(before.currency());
    return after.saysTheSameAs(before) ? before : after;
  }
}
