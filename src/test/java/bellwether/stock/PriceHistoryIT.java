package bellwether.stock;

import bellwether.fixtures.Tables;

/** On PostgreSQL. */
class PriceHistoryIT extends PriceHistoryContract {
  PriceHistoryIT() {
    super(Tables.onPostgres());
  }
}
