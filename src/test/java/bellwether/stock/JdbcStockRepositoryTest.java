package bellwether.stock;

import bellwether.fixtures.Tables;

/** On H2. */
class JdbcStockRepositoryTest extends StockRepositoryContract {
  JdbcStockRepositoryTest() {
    super(new Tables());
  }
}
