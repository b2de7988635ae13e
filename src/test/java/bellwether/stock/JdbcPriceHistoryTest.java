package bellwether.stock;

import bellwether.fixtures.Tables;

/** On H2. */
class JdbcPriceHistoryTest extends PriceHistoryContract {
  JdbcPriceHistoryTest() {
    super(new Tables());
  }
}
