package bellwether.stock;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class JdbcPriceHistoryIT extends PriceHistoryContract {
  JdbcPriceHistoryIT() {
    super(Tables.onPostgres());
  }
}
