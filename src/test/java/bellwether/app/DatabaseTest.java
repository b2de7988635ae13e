package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.Driver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
  @Test
  void makesTheTablesBeforeTheFirstConnectionIsHadOut() throws SQLException {
    try (Database database = inMemory(UUID.randomUUID().toString())) {
      assertThat(count(database.dataSource(), "stock")).isZero();
      assertThat(count(database.dataSource(), "notification")).isZero();
    }
  }

  @Test
  void keepsWhatIsThereWhenOpenedAgain(@TempDir Path directory) throws SQLException {
    String url = "jdbc:h2:file:" + directory.resolve("tables") + ";WRITE_DELAY=0";
    try (Database database = new Database(url, "sa", "");
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
              + " VALUES ('X', 'x', 1, 1, CURRENT_TIMESTAMP)");
    }
    try (Database database = new Database(url, "sa", "")) {
      assertThat(count(database.dataSource(), "stock")).isEqualTo(1);
    }
  }

  /** While the servers of a cluster are upgraded one after the other. */
  @Test
  void worksWithTablesThatANewerVersionHasChanged(@TempDir Path directory) throws SQLException {
    String url = "jdbc:h2:file:" + directory.resolve("tables");
    try (Database database = new Database(url, "sa", "");
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE stock ADD later INT");
      statement.execute(
          "INSERT INTO \"bellwether_schema_history\" SELECT 1000, '1000', 'later', \"type\","
              + " 'V1000__later.sql', 1, \"installed_by\", CURRENT_TIMESTAMP, 1, TRUE"
              + " FROM \"bellwether_schema_history\" WHERE \"version\" = '1'");
    }
    try (Database database = new Database(url, "sa", "")) {
      assertThat(count(database.dataSource(), "stock")).isZero();
    }
  }

  @Test
  void takesASchemaThatHasOtherTables(@TempDir Path directory) throws SQLException {
    String url = "jdbc:h2:file:" + directory.resolve("tables");
    try (Database database = new Database(url, "sa", "");
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP ALL OBJECTS");
      statement.execute("CREATE TABLE somebody_elses (id INT)");
    }
    try (Database database = new Database(url, "sa", "")) {
      assertThat(count(database.dataSource(), "stock")).isZero();
      assertThat(count(database.dataSource(), "somebody_elses")).isZero();
    }
  }

  @Test
  void mayBeOpenedAndClosedWhileTheDatabaseIsAway(@TempDir Path directory) {
    String url = "jdbc:h2:file:" + directory.resolve("none") + ";IFEXISTS=TRUE";
    try (Database database = impatient(url)) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> database.dataSource().getConnection())
          .withStackTraceContaining("not found");
    }
  }

  @Test
  void worksOnceTheDatabaseIsThere(@TempDir Path directory) throws SQLException {
    String file = "jdbc:h2:file:" + directory.resolve("late");
    try (Database database = impatient(file + ";IFEXISTS=TRUE")) {
      assertThatExceptionOfType(SQLException.class)
          .isThrownBy(() -> database.dataSource().getConnection());

      DriverManager.registerDriver(new Driver());
      DriverManager.getConnection(file, "sa", "").close(); // made by somebody else
      assertThat(count(database.dataSource(), "stock")).isZero();
    }
  }

  @Test
  void takesItsDriversOffTheListThatAllApplicationsShare() throws SQLException {
    try (Database database = inMemory(UUID.randomUUID().toString())) {
      database.dataSource().getConnection().close();
    }

    assertThat(DriverManager.drivers())
        .noneMatch(d -> d.getClass().getClassLoader() == Database.class.getClassLoader());
  }

  @Test
  void refusesAnyOtherDatabase() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Database("jdbc:sqlite:x", null, null))
        .withMessage("a database URL must start with jdbc:h2: or jdbc:postgresql:");
  }

  private static Database inMemory(String name) {
    return new Database("jdbc:h2:mem:" + name, "sa", "");
  }

  private static Database impatient(String url) {
    return new Database(url, "sa", "", Duration.ofMillis(250));
  }

  private static int count(DataSource dataSource, String table) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
