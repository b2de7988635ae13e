package bellwether.stock;

import bellwether.table.JdbcTable;
import bellwether.table.JdbcTable.Binding;
import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;

/**
 * The table of the recent prices of each stock on the board. The prices of a deleted stock are
 * deleted too. Every method throws {@link SourceUnavailableException} if the database is out of
 * reach. Its SQL is for both H2 and PostgreSQL.
 */
public final class JdbcPriceHistory {
  /*
   * The database decides whether a price is new: so a server that starts need not know what it
   * recorded before, and several servers on one database do not record everything several times.
   * (Two of them at the same moment may: then a chart has a point twice.)
   *
   * Old prices of a symbol are deleted at random, once in many recordings of that symbol on
   * average. So no recording has much to do, and nothing has to be remembered between them.
   */
  private static final String INSERT =
      "INSERT INTO stock_price (symbol, price, seen_at)"
          + " SELECT s.symbol, CAST(? AS NUMERIC(19, 8)), CAST(? AS TIMESTAMP WITH TIME ZONE)"
          + " FROM stock s WHERE s.symbol = ? AND NOT EXISTS ("
          + "SELECT 1 FROM stock_price p WHERE p.symbol = s.symbol AND p.price = ? AND p.id = ("
          + "SELECT MAX(q.id) FROM stock_price q WHERE q.symbol = s.symbol))";
  private static final String PRUNE =
      "DELETE FROM stock_price WHERE symbol = ? AND id <= ("
          + "SELECT q.id FROM stock_price q WHERE q.symbol = ?"
          + " ORDER BY q.symbol DESC, q.id DESC OFFSET ? ROWS FETCH NEXT 1 ROW ONLY)";
  private static final String OF_ONE =
      "SELECT symbol, price, seen_at FROM stock_price WHERE symbol = ?"
          + " ORDER BY symbol DESC, id DESC FETCH FIRST ? ROWS ONLY";
  // Finds the id at which each symbol's newest prices begin: numbering all rows would read the
  // whole table. The inner OFFSET skips nothing; it keeps the database from finding those ids anew
  // for each row.
  private static final String OF_ALL =
      "SELECT p.symbol, p.price, p.seen_at FROM (SELECT s.symbol, COALESCE(("
          + "SELECT q.id FROM stock_price q WHERE q.symbol = s.symbol"
          + " ORDER BY q.symbol DESC, q.id DESC OFFSET ? ROWS FETCH NEXT 1 ROW ONLY), 0) AS first"
          + " FROM stock s ORDER BY s.symbol OFFSET 0 ROWS) f"
          + " JOIN stock_price p ON p.symbol = f.symbol AND p.id >= f.first"
          + " ORDER BY p.symbol, p.id";

  /**
   * The number of prices of one stock that are kept at least; there may be a few more for a while.
   */
  static final int KEPT = 500;

  private static final int RECORDINGS_TO_PRUNING = 100;

  private final JdbcTable table;
  private final RandomGenerator random;

  public JdbcPriceHistory(DataSource dataSource, RandomGenerator random) {
    this.table = new JdbcTable(dataSource, "the table of prices");
    this.random = random;
  }

  /**
   * Records a price for each of these stocks, all or none. It skips a price that equals the newest
   * recorded one, and a stock that no longer exists.
   */
  public void record(Map<Symbol, Price> prices) {
    Map<Symbol, Price> ordered = new TreeMap<>(prices); // the order in which rows are locked
    var unused =
        table.together(
            connection -> {
              insert(connection, ordered);
              prune(connection, ordered);
              return true;
            });
  }

  /** Returns the newest prices of one stock, at most {@code limit}, the oldest of them first. */
  public List<Price> of(Symbol symbol, int limit) {
    List<Price> prices = new ArrayList<>();
    Binding binding =
        statement -> {
          statement.setString(1, symbol.name());
          statement.setInt(2, limit);
        };
    query(OF_ONE, binding, line -> prices.add(line.price()));
    Collections.reverse(prices);
    return prices;
  }

  /**
   * Returns the newest prices of each stock that has any, at most {@code limit} each, ordered by
   * symbol.
   */
  public Map<Symbol, List<Price>> ofAll(int limit) {
    Map<Symbol, List<Price>> prices = new LinkedHashMap<>();
    query(
        OF_ALL,
        statement -> statement.setInt(1, limit - 1),
        line -> prices.computeIfAbsent(line.symbol(), s -> new ArrayList<>()).add(line.price()));
    return prices;
  }

  /** A price and its symbol, as a row of the table has them. */
  private record Line(Symbol symbol, Price price) {}

  /** Runs a query and skips broken rows: the feed warns of broken stocks. */
  private void query(String sql, Binding binding, Consumer<Line> sink) {
    table.query(sql, binding, JdbcPriceHistory::read).forEach(row -> row.content().ifPresent(sink));
  }

  private static Row<String, Line> read(ResultSet row) throws SQLException {
    String symbol = row.getString("symbol");
    return JdbcTable.row(
        symbol,
        row,
        r -> {
          Instant seenAt = JdbcTable.requiredInstant(r, "seen_at");
          return new Line(new Symbol(symbol), new Price(seenAt, r.getBigDecimal("price")));
        });
  }

  private static void insert(Connection connection, Map<Symbol, Price> prices) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
      for (Map.Entry<Symbol, Price> entry : prices.entrySet()) {
        BigDecimal amount = entry.getValue().amount();
        statement.setBigDecimal(1, amount);
        statement.setObject(2, entry.getValue().at().atOffset(ZoneOffset.UTC));
        statement.setString(3, entry.getKey().name());
        statement.setBigDecimal(4, amount);
        statement.addBatch();
      }
      var unused = statement.executeBatch();
    }
  }

  private void prune(Connection connection, Map<Symbol, Price> prices) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(PRUNE)) {
      boolean isDue = false;
      for (Symbol symbol : prices.keySet()) {
        if (random.nextInt(RECORDINGS_TO_PRUNING) == 0) {
          statement.setString(1, symbol.name());
          statement.setString(2, symbol.name());
          statement.setInt(3, KEPT);
          statement.addBatch();
          isDue = true;
        }
      }
      if (isDue) {
        var unused = statement.executeBatch();
      }
    }
  }
}
