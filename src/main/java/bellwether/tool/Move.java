package bellwether.tool;

import bellwether.config.Settings;
import bellwether.eventlog.file.LogToMove;
import bellwether.eventlog.file.MovedLog;
import bellwether.eventlog.file.StoredLog;
import bellwether.eventlog.postgres.JdbcLogPlace;
import bellwether.eventlog.postgres.JdbcLogToMove;
import bellwether.eventlog.postgres.JdbcMovedLog;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Moves a log from files to PostgreSQL or back, and prints what has been moved. */
final class Move {
  /** Held, because its level would be lost if it were garbage collected. */
  private static final Logger TALKATIVE = Logger.getLogger("org.flywaydb");

  private static final String SCHEMA = "bellwether_log"; // as the server has it

  private final Writer out;
  private final JdbcLogPlace database;

  /**
   * @throws IllegalArgumentException if the URL is none of PostgreSQL
   */
  Move(Writer out, Settings.Database database) {
    TALKATIVE.setLevel(Level.WARNING);
    this.out = out;
    this.database = new JdbcLogPlace(database.url(), database.user(), database.password(), SCHEMA);
  }

  /** Moves the log in a directory to the database; returns whether that is done. */
  boolean away(Path directory) throws IOException {
    var unused = StoredLog.in(directory); // before any table is made
    try (JdbcMovedLog moved = JdbcMovedLog.in(database)) {
      CountingReceiver counting = new CountingReceiver(moved);
      LogToMove.handOver(directory, InstantSource.system(), new SecureRandom(), counting);
      counting.print(out);
    }
    return true;
  }

  /** Moves the log in the database to a directory; returns whether the files are whole. */
  boolean back(Path directory) throws IOException {
    try (MovedLog moved = MovedLog.in(directory)) {
      CountingReceiver counting = new CountingReceiver(moved);
      JdbcLogToMove.handOver(database, counting);
      counting.print(out);
    }
    return new Verification(out).run(StoredLog.in(directory));
  }
}
