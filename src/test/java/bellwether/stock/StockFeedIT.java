package bellwether.stock;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class StockFeedIT extends StockFeedContract {
  StockFeedIT() {
    super(Tables.onPostgres());
  }
}
