package bellwether.stock;

import bellwether.hub.SourceUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** Stocks in a table, by SQL that H2 and PostgreSQL understand alike. */
public final class JdbcStockRepository implements StockRepository {
  private static final String SELECT =
      "SELECT symbol, name, price, quantity, updated_at FROM stock";
  private static final String INSERT =
      "INSERT INTO stock (name, price, quantity, updated_at, symbol) VALUES (?, ?, ?, ?, ?)";
  private static final String UPDATE =
      "UPDATE stock SET name = ?, price = ?, quantity = ?, updated_at = ? WHERE symbol = ?";

  private static final String UNIQUE_VIOLATION = "23505"; // the SQLState of both databases
  private static final int ATTEMPTS = 10; // each lost to another's insert or delete in between

  private final DataSource dataSource;

  /** The connections of {@code dataSource} must be in auto-commit mode, as they are by default. */
  public JdbcStockRepository(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  @Override
  public List<Stock> all() {
    // Sorted here: in which order a database puts dots and hyphens depends on its locale.
    return query(SELECT, statement -> {}).stream()
        .sorted(Comparator.comparing(Stock::symbol))
        .toList();
  }

  @Override
  public Optional<Stock> find(Symbol symbol) {
    return query(SELECT + " WHERE symbol = ?", statement -> statement.setString(1, symbol.name()))
        .stream()
        .findFirst();
  }

  @Override
  public boolean save(Stock stock) {
    return with(connection -> save(connection, stock));
  }

  @Override
  public boolean replace(Stock before, Stock after) {
    String sql = UPDATE + " AND name = ? AND price = ? AND quantity = ?";
    return change(
        sql,
        statement -> {
          bind(statement, after);
          statement.setString(6, before.name());
          statement.setBigDecimal(7, before.price());
          statement.setLong(8, before.quantity());
        });
  }

  @Override
  public boolean delete(Symbol symbol) {
    String sql = "DELETE FROM stock WHERE symbol = ?";
    return change(sql, statement -> statement.setString(1, symbol.name()));
  }

  /**
   * Updates, or else inserts, or else, somebody having inserted meanwhile, updates again. One of
   * the statements at most changes anything and each commits by itself, so there is nothing for a
   * transaction to hold together; and on PostgreSQL the failed insert would have ended it.
   */
  private static boolean save(Connection connection, Stock stock) throws SQLException {
    SQLException lost = new SQLException("no attempt was made");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (change(connection, UPDATE, statement -> bind(statement, stock))) {
        return false;
      }
      try {
        return change(connection, INSERT, statement -> bind(statement, stock));
      } catch (SQLException e) {
        if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
          throw e;
        }
        lost = e;
      }
    }
    throw lost;
  }

  private static void bind(PreparedStatement statement, Stock stock) throws SQLException {
    statement.setString(1, stock.name());
    statement.setBigDecimal(2, stock.price());
    statement.setLong(3, stock.quantity());
    statement.setObject(4, stock.updatedAt().atOffset(ZoneOffset.UTC));
    statement.setString(5, stock.symbol().name());
  }

  private static Stock stock(ResultSet row) throws SQLException {
    String symbol = row.getString("symbol");
    Instant updatedAt = row.getObject("updated_at", OffsetDateTime.class).toInstant();
    try {
      return new Stock(
          new Symbol(symbol),
          row.getString("name"),
          row.getBigDecimal("price"),
          row.getLong("quantity"),
          updatedAt);
    } catch (IllegalArgumentException e) { // written by somebody else, past our checks
      throw new SQLException("row " + symbol + " is no stock of ours: " + e.getMessage());
    }
  }

  private boolean change(String sql, Binding binding) {
    return with(connection -> change(connection, sql, binding));
  }

  private static boolean change(Connection connection, String sql, Binding binding)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      return statement.executeUpdate() == 1;
    }
  }

  private List<Stock> query(String sql, Binding binding) {
    return with(
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            List<Stock> stocks = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                stocks.add(stock(rows));
              }
            }
            return stocks;
          }
        });
  }

  private <T> T with(Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new SourceUnavailableException("the stock table", e);
    }
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }
}
