package bellwether.eventlog.postgres;

import bellwether.eventlog.shared.FencedException;
import bellwether.eventlog.shared.StoreException;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;

/** Says what a failure of the database means for what was asked. */
final class JdbcFailures {
  private static final String BROKEN = "08"; // the class of states of a broken connection
  private static final String STOPPED = "57P"; // of a server or a session that an operator ends

  private static final String FENCED = "BW002"; // from append_v1

  private JdbcFailures() {}

  /** Returns the failure of something that changes nothing, or may happen twice. */
  static StoreException harmless(SQLException e) {
    return new StoreException(message(e), e, false);
  }

  /** Returns the failure of a change that was sent to the server in a transaction of its own. */
  static StoreException ofChange(SQLException e) {
    if (FENCED.equals(e.getSQLState())) {
      return new FencedException(e);
    }
    return new StoreException(message(e), e, !isRefused(e));
  }

  /**
   * Returns whether the server has answered that it rolled the change back. An error after which
   * the connection broke says less: a session may be ended after its commit, while it waits for
   * another server.
   */
  private static boolean isRefused(SQLException e) {
    boolean isAnswer = e instanceof PSQLException p && p.getServerErrorMessage() != null;
    for (SQLException each = e; each != null; each = each.getNextException()) {
      String state = String.valueOf(each.getSQLState());
      isAnswer &= !state.startsWith(BROKEN) && !state.startsWith(STOPPED);
    }
    return isAnswer;
  }

  private static String message(SQLException e) {
    String text = String.valueOf(e.getMessage());
    return "the log's database: " + text.lines().findFirst().orElse(text);
  }
}
