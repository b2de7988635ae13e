package bellwether.notification;

import bellwether.fixtures.Tables;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** On PostgreSQL. */
@Tag("soak")
class OutboxCrashIT extends OutboxCrashContract {
  private final Tables tables = Tables.onPostgres();

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Override
  String makeTables(Path empty) {
    return tables.url();
  }
}
