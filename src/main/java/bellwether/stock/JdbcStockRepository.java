package bellwether.stock;

import static bellwether.stock.JdbcStockRow.bind;
import static bellwether.stock.JdbcStockRow.bindContent;

import bellwether.table.JdbcTable;
import bellwether.table.JdbcTable.Binding;
import bellwether.table.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keeps stocks in a table, with SQL for both H2 and PostgreSQL. */
public final class JdbcStockRepository implements StockRepository {
  private static final String DELETE = "DELETE FROM stock WHERE symbol = ?";
  private static final String OF_SYMBOL = " WHERE symbol = ?";
  private static final String FIRST_ONES = " ORDER BY symbol FETCH FIRST ? ROWS ONLY";

  private final JdbcTable table;

  /**
   * Creates a repository. The connections of {@code dataSource} must be in auto-commit mode, as
   * they are by default.
   */
  public JdbcStockRepository(DataSource dataSource) {
    this.table = new JdbcTable(dataSource, "the stock table");
  }

  @Override
  public List<Row<String, Stock>> rows() {
    List<Row<String, Stock>> rows = query(JdbcStockRow.SELECT, statement -> {});
    rows.sort(Comparator.comparing(Row::key)); // cheaper than asking for the order
    return rows;
  }

  @Override
  public List<Stock> page(@Nullable Symbol after, int limit) {
    List<Stock> page = new ArrayList<>();
    List<Row<String, Stock>> rows = rows(after == null ? "" : after.name(), limit);
    rows.forEach(row -> row.content().ifPresent(page::add));
    while (page.size() < limit
        && rows.size() == limit) { // some are broken: others take their place
      rows = rows(rows.get(limit - 1).key(), limit);
      rows.forEach(row -> row.content().ifPresent(page::add));
    }
    return page.subList(0, Math.min(limit, page.size()));
  }

  @Override
  public Optional<Stock> find(Symbol symbol) {
    String sql = JdbcStockRow.SELECT + OF_SYMBOL;
    return query(sql, statement -> statement.setString(1, symbol.name())).stream()
        .flatMap(row -> row.content().stream())
        .findFirst();
  }

  /**
   * Adds the stock after looking for a row of its symbol: a broken row is replaced by the stock.
   */
  @Override
  public boolean add(Stock stock) {
    return table.together(
        connection -> {
          List<Row<String, Stock>> present =
              JdbcTable.query(
                  connection,
                  JdbcStockRow.SELECT + OF_SYMBOL + " FOR UPDATE",
                  statement -> statement.setString(1, stock.symbol().name()),
                  JdbcStockRow::read);
          if (present.stream().anyMatch(row -> row.content().isPresent())) {
            return false;
          }
          String sql = present.isEmpty() ? JdbcStockRow.INSERT : JdbcStockRow.UPDATE;
          return change(connection, sql, statement -> bind(statement, stock));
        });
  }

  @Override
  public boolean replace(Stock before, Stock after) {
    return change(
        JdbcStockRow.UPDATE + JdbcStockRow.UNCHANGED,
        statement -> {
          bind(statement, after);
          bindContent(statement, 7, before);
        });
  }

  @Override
  public Imported saveAll(List<StockEntry> entries) {
    List<StockEntry> ordered =
        entries.stream().sorted(Comparator.comparing(StockEntry::symbol)).toList();
    return table.together(connection -> new JdbcStockImport(connection).save(ordered));
  }

  @Override
  public boolean delete(Symbol symbol) {
    return change(DELETE, statement -> statement.setString(1, symbol.name()));
  }

  @Override
  public boolean delete(Stock before) {
    return change(
        DELETE + JdbcStockRow.UNCHANGED,
        statement -> {
          statement.setString(1, before.symbol().name());
          bindContent(statement, 2, before);
        });
  }

  private boolean change(String sql, Binding binding) {
    return table.once(connection -> change(connection, sql, binding));
  }

  private static boolean change(Connection connection, String sql, Binding binding)
      throws SQLException {
    return JdbcTable.update(connection, sql, binding) == 1;
  }

  private List<Row<String, Stock>> rows(String after, int limit) {
    return query(
        JdbcStockRow.SELECT + " WHERE symbol > ?" + FIRST_ONES,
        statement -> {
          statement.setString(1, after);
          statement.setInt(2, limit);
        });
  }

  private List<Row<String, Stock>> query(String sql, Binding binding) {
    return table.query(sql, binding, JdbcStockRow::read);
  }
}
