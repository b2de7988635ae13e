package bellwether.app;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells the connection pool which errors mean that a connection is broken, or leads to the wrong
 * server. The pool does not know them, and does not test a connection that was in use within the
 * last half second: a feed that polls more often than that would get the same one for ever.
 */
final class BrokenSessions implements SQLExceptionOverride {
  private static final Set<String> STATES =
      Set.of(
          "25006", // PostgreSQL: it takes no changes, since another server took its place
          "90007", // H2: the object is closed
          "90067", // the connection is broken
          "90098", // the database has been closed
          "90121"); // the database is closed already

  @java.lang.Override // the interface has an enum of that name
  public Override adjudicate(SQLException e) {
    return STATES.contains(String.valueOf(e.getSQLState()))
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}
