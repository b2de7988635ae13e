package bellwether.app;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells the connection pool which of H2's errors mean that a connection is broken. The pool does
 * not know them, and does not test a connection that was in use within the last half second: a feed
 * that polls more often than that would get the broken connection for ever.
 */
final class BrokenSessions implements SQLExceptionOverride {
  private static final Set<String> STATES =
      Set.of(
          "90007", // the object is closed
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
