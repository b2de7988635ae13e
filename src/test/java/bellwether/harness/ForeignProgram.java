package bellwether.harness;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.h2.jdbcx.JdbcDataSource;

/** What any program may do with a PostgreSQL, or with an H2 file that is open to others. */
public final class ForeignProgram {
  private ForeignProgram() {}

  /** Connects by itself: an application that ended in this JVM may have deregistered its driver. */
  public static Connection connect(String url) throws SQLException {
    if (url.startsWith("jdbc:postgresql:")) {
      return new org.postgresql.Driver().connect(url, new Properties());
    }
    JdbcDataSource tables = new JdbcDataSource();
    tables.setURL(url);
    tables.setUser("sa");
    tables.setPassword("");
    return tables.getConnection();
  }
}
