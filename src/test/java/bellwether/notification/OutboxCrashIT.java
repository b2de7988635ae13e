package bellwether.notification;

import bellwether.fixtures.Postgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** On PostgreSQL. */
class OutboxCrashIT extends OutboxCrashContract {
  @Override
  String url(Path empty) throws SQLException {
    String schema = "crash" + UUID.randomUUID().toString().replace("-", "");
    Postgres.execute("CREATE SCHEMA " + schema);
    return Postgres.url() + "&currentSchema=" + schema;
  }

  @Override
  @Nullable String user() {
    return null; // the URL says it
  }
}
