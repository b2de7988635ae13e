package bellwether.stock;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcStockRepositoryIT extends StockRepositoryContract {
  JdbcStockRepositoryIT() {
    super(Tables.onPostgres());
  }
}
