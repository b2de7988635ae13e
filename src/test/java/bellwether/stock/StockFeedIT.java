package bellwether.stock;

import bellwether.fixtures.Tables;
import org.junit.jupiter.api.Tag;

/** On PostgreSQL. */
@Tag("soak")
class StockFeedIT extends StockFeedContract {
  StockFeedIT() {
    super(Tables.onPostgres());
  }
}
