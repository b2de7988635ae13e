package bellwether.stock;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Tables;
import bellwether.table.Row;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** On PostgreSQL. */
@Tag("soak")
class JdbcStockRepositoryIT extends StockRepositoryContract {
  JdbcStockRepositoryIT() {
    super(Tables.onPostgres());
  }

  @Test
  void leavesOutWhatOnlyPostgresCanHold() throws SQLException {
    tables.execute(
        "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES"
            + " ('A', 'a', 'NaN', 1, CURRENT_TIMESTAMP),"
            + " ('B', 'b', 1, 1, 'infinity'),"
            + " ('C', 'c', 1, 1, '-infinity')");

    var rows = new JdbcStockRepository(tables.dataSource()).rows();

    assertThat(rows).hasSize(3).allSatisfy(row -> assertThat(row).isInstanceOf(Row.Broken.class));
  }
}
