package bellwether.stock;

import bellwether.table.JdbcTable;
import bellwether.table.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;

/** Converts between stocks and rows of the stock table. */
final class JdbcStockRow {
  static final String SELECT =
      "SELECT symbol, name, price, quantity, currency, updated_at FROM stock";
  static final String INSERT =
      "INSERT INTO stock (name, price, quantity, currency, updated_at, symbol)"
          + " VALUES (?, ?, ?, ?, ?, ?)";
  static final String UPDATE =
      "UPDATE stock SET name = ?, price = ?, quantity = ?, currency = ?, updated_at = ?"
          + " WHERE symbol = ?";

  /**
   * A condition for a row that is still as it was read. It compares all columns, so that a change
   * that was undone is noticed by its time.
   */
  static final String UNCHANGED =
      " AND name = ? AND price = ? AND quantity = ? AND currency = ? AND updated_at = ?";

  private JdbcStockRow() {}

  /** Sets the parameters of {@link #INSERT} or {@link #UPDATE}. */
  static void bind(PreparedStatement statement, Stock stock) throws SQLException {
    bindContent(statement, 1, stock);
    statement.setString(6, stock.symbol().name());
  }

  /**
   * Sets the parameters of {@link #UNCHANGED}, of which the first is number {@code first} of the
   * statement.
   */
  static void bindContent(PreparedStatement statement, int first, Stock stock) throws SQLException {
    statement.setString(first, stock.name());
    statement.setBigDecimal(first + 1, stock.price());
    statement.setLong(first + 2, stock.quantity());
    statement.setString(first + 3, stock.currency().getCurrencyCode());
    statement.setObject(first + 4, stock.updatedAt().atOffset(ZoneOffset.UTC));
  }

  /** Reads a row of {@link #SELECT}. Its key is the text in the symbol's column, valid or not. */
  static Row<String, Stock> read(ResultSet row) throws SQLException {
    return JdbcTable.row(row.getString("symbol"), row, JdbcStockRow::stock);
  }

  private static Stock stock(ResultSet row) throws SQLException {
    return new Stock(
        new Symbol(row.getString("symbol")),
        row.getString("name"),
        row.getBigDecimal("price"),
        row.getLong("quantity"),
        StockJson.currency(row.getString("currency")),
        JdbcTable.requiredInstant(row, "updated_at"));
  }
}
