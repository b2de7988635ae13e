package bellwether.stock;

import bellwether.fixtures.Tables;

/** On H2. */
class PriceHistoryTest extends PriceHistoryContract {
  PriceHistoryTest() {
    super(new Tables());
  }
}
