package bellwether.stock;

import bellwether.stock.StockRepository.Imported;
import bellwether.table.JdbcTable;
import bellwether.table.Row;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Saves many stocks in one transaction, which the caller commits or rolls back. */
final class JdbcStockImport {
  /*
   * Existing rows are locked as they are read, in the order of their symbols, by every import: so
   * no row changes before it is written, and of two imports one waits, without a deadlock. A row
   * that another client inserts meanwhile causes a unique violation, and the caller starts again.
   */
  private static final String LOCKING =
      JdbcStockRow.SELECT + " WHERE symbol = ANY(?) ORDER BY symbol FOR UPDATE";

  private final Connection connection;

  JdbcStockImport(Connection connection) {
    this.connection = connection;
  }

  Imported save(List<StockEntry> entries) throws SQLException {
    Map<String, Row<String, Stock>> present = lock(entries);
    List<Stock> created = new ArrayList<>();
    List<Stock> changed = new ArrayList<>();
    for (StockEntry entry : entries) {
      Row<String, Stock> row = present.get(entry.symbol().name());
      if (row == null) {
        created.add(entry.stock());
        continue;
      }
      Optional<Stock> before = row.content(); // empty for a broken row
      Stock after = before.map(entry::over).orElse(entry.stock());
      if (!before.equals(Optional.of(after))) {
        changed.add(after);
      }
    }
    write(JdbcStockRow.UPDATE, changed);
    write(JdbcStockRow.INSERT, created);
    return new Imported(created.size(), present.size());
  }

  private Map<String, Row<String, Stock>> lock(List<StockEntry> entries) throws SQLException {
    Object[] symbols = entries.stream().map(entry -> entry.symbol().name()).toArray();
    Array array = connection.createArrayOf("varchar", symbols);
    try {
      Map<String, Row<String, Stock>> present = new HashMap<>();
      JdbcTable.query(
              connection, LOCKING, statement -> statement.setArray(1, array), JdbcStockRow::read)
          .forEach(row -> present.put(row.key(), row));
      return present;
    } finally {
      array.free();
    }
  }

  private void write(String sql, List<Stock> stocks) throws SQLException {
    if (stocks.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Stock stock : stocks) {
        JdbcStockRow.bind(statement, stock);
        statement.addBatch();
      }
      var unused = statement.executeBatch();
    }
  }
}
