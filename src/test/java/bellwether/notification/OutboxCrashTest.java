package bellwether.notification;

import bellwether.app.Database;
import java.nio.file.Path;
import java.sql.SQLException;

/** On H2, in a file. */
class OutboxCrashTest extends OutboxCrashContract {
  @Override
  String makeTables(Path empty) throws SQLException {
    String url = "jdbc:h2:file:" + empty.resolve("tables") + ";WRITE_DELAY=0";
    try (Database database = new Database(url, "sa", "")) {
      database.dataSource().getConnection().close();
    }
    return url;
  }
}
