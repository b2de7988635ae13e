package bellwether.table;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** A lease in a table of one row, with SQL for both H2 and PostgreSQL. */
public final class JdbcLease implements LeaseTable {
  /** An SQL condition that the holder, its one parameter, has the lease. */
  static final String IS_HELD = "EXISTS (SELECT 1 FROM bellwether_lease WHERE holder = ?)";

  private static final String END = "CURRENT_TIMESTAMP + INTERVAL '15' SECOND"; // equals LENGTH
  private static final String CLAIM =
      "UPDATE bellwether_lease SET log_name = ?, holder = ?, ends_at = "
          + END
          + " WHERE (holder = ? OR ends_at <= CURRENT_TIMESTAMP OR log_name = ?)";
  private static final String FIRST =
      "INSERT INTO bellwether_lease (id, log_name, holder, ends_at) VALUES (1, ?, ?, " + END + ')';
  private static final String RELEASE =
      "UPDATE bellwether_lease SET ends_at = CURRENT_TIMESTAMP WHERE holder = ?";
  private static final String LOG = "SELECT log_name FROM bellwether_lease";

  private final JdbcTable table;
  private final String log;
  private final String holder;

  /**
   * Creates a lease in the database of {@code dataSource}, whose connections must be in auto-commit
   * mode, as they are by default.
   *
   * @param log the name of this server's event log
   * @param holder a name for this life of the server, which no other server has
   */
  public JdbcLease(DataSource dataSource, String log, String holder) {
    this.table = new JdbcTable(dataSource, "the lease table");
    this.log = log;
    this.holder = holder;
  }

  @Override
  public Optional<String> claim(boolean isSuccessor) {
    return table.once(
        connection -> {
          if (update(connection, isSuccessor)) {
            return Optional.empty();
          }
          List<String> other = logs(connection);
          if (!other.isEmpty()) {
            return Optional.of(other.get(0));
          }
          return insert(connection) ? Optional.empty() : logs(connection).stream().findFirst();
        });
  }

  @Override
  public void release() {
    var unused =
        table.once(
            connection ->
                JdbcTable.update(connection, RELEASE, statement -> statement.setString(1, holder)));
  }

  private boolean update(Connection connection, boolean isSuccessor) throws SQLException {
    return JdbcTable.update(
            connection,
            CLAIM,
            statement -> {
              statement.setString(1, log);
              statement.setString(2, holder);
              statement.setString(3, holder);
              statement.setString(4, isSuccessor ? log : null); // in SQL, null equals nothing
            })
        == 1;
  }

  private static List<String> logs(Connection connection) throws SQLException {
    return JdbcTable.query(connection, LOG, statement -> {}, row -> row.getString(1));
  }

  /** Inserts the row; returns whether this server was the first. */
  private boolean insert(Connection connection) throws SQLException {
    try {
      return JdbcTable.update(
              connection,
              FIRST,
              statement -> {
                statement.setString(1, log);
                statement.setString(2, holder);
              })
          == 1;
    } catch (SQLException e) {
      if (JdbcTable.isUniqueViolation(e)) {
        return false;
      }
      throw e;
    }
  }
}
