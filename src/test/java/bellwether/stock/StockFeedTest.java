package bellwether.stock;

import bellwether.fixtures.Tables;

/** On H2. */
class StockFeedTest extends StockFeedContract {
  StockFeedTest() {
    super(new Tables());
  }
}
