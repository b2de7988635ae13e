package bellwether.eventlog.postgres;

import bellwether.eventlog.postgres.JdbcLogTables.Age;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A place in a PostgreSQL for a log that is moved there, or away from there. */
public final class JdbcLogPlace {
  private static final int CONNECTING = 10; // seconds

  private final DataSource source;
  private final String schema;

  /**
   * @param user empty if it is in the URL
   * @throws IllegalArgumentException if the URL is none of PostgreSQL
   */
  public JdbcLogPlace(String url, String user, String password, String schema) {
    PGSimpleDataSource given = new PGSimpleDataSource();
    given.setURL(url);
    if (!user.isEmpty()) {
      given.setUser(user);
      given.setPassword(password);
    }
    given.setConnectTimeout(CONNECTING);
    given.setTcpKeepAlive(true); // a large log takes longer than any time-out
    this.source = given;
    this.schema = JdbcLogTables.requireSchema(schema);
  }

  String schema() {
    return schema;
  }

  DataSource source() {
    return source;
  }

  /** Makes the tables if they are missing, and requires that they are of this version. */
  void requireTables() throws SQLException, IOException {
    requireNotNewer(JdbcLogTables.age(source, schema));
    JdbcLogTables.migrate(source, schema);
  }

  /** Requires that there are tables of this version or an older one. */
  void requireLog() throws SQLException, IOException {
    Age age = JdbcLogTables.age(source, schema);
    requireNotNewer(age);
    if (age == Age.MISSING) {
      throw new IOException("there is no log in the schema " + schema);
    }
  }

  private void requireNotNewer(Age age) throws IOException {
    if (age == Age.NEWER) {
      throw new IOException(
          "the log in the schema " + schema + " is of a newer version; move it with that version");
    }
  }

  /** Returns a connection in whose transactions nothing waits long for a lock. */
  Connection begin() throws SQLException {
    Connection connection = source.getConnection();
    try {
      connection.setSchema(schema);
      connection.setAutoCommit(false);
      execute(connection, "SET LOCAL lock_timeout = '10s'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.execute();
    }
  }

  /** Returns a failure without the server's details, which may show what is in the log. */
  static IOException failure(SQLException e) {
    Throwable cause = e.getCause();
    String more = cause instanceof SQLException || cause == null ? "" : ": " + cause.getMessage();
    return new IOException("the database: " + e.getMessage() + more, e);
  }
}
