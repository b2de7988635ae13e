package bellwether.stock;

import bellwether.feed.JdbcTable;
import bellwether.stock.StockRepository.Imported;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Many stocks in one transaction, whose end is its caller's. */
final class JdbcStockImport {
  /*
   * The rows that are there are locked while they are read, in the order of their symbols, as every
   * import does: so none changes before it is written, and two imports wait for each other instead
   * of blocking each other. A row that somebody else inserts meanwhile is a unique violation, and
   * the caller begins again.
   */
  private static final String LOCKING =
      JdbcStockRow.SELECT + " WHERE symbol = ANY(?) ORDER BY symbol FOR UPDATE";

  private final Connection connection;

  JdbcStockImport(Connection connection) {
    this.connection = connection;
  }

  Imported save(List<StockEntry> entries) throws SQLException {
    Map<Symbol, Stock> present = lock(entries);
    List<Stock> created = new ArrayList<>();
    List<Stock> changed = new ArrayList<>();
    for (StockEntry entry : entries) {
      Stock before = present.get(entry.symbol());
      if (before == null) {
        created.add(entry.stock());
      } else if (!entry.over(before).equals(before)) {
        changed.add(entry.over(before));
      }
    }
    write(JdbcStockRow.UPDATE, changed);
    write(JdbcStockRow.INSERT, created);
    return new Imported(created.size(), present.size());
  }

  private Map<Symbol, Stock> lock(List<StockEntry> entries) throws SQLException {
    Object[] symbols = entries.stream().map(entry -> entry.symbol().name()).toArray();
    Array array = connection.createArrayOf("varchar", symbols);
    try {
      Map<Symbol, Stock> present = new HashMap<>();
      JdbcTable.query(
              connection, LOCKING, statement -> statement.setArray(1, array), JdbcStockRow::read)
          .forEach(stock -> present.put(stock.symbol(), stock));
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
