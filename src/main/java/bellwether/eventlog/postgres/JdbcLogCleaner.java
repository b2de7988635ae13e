package bellwether.eventlog.postgres;

import bellwether.eventlog.Report;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from the database what the log no longer has, on a thread of its own: it may take long,
 * and nobody waits for it. What fails is done another time.
 */
final class JdbcLogCleaner implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(JdbcLogCleaner.class);
  private static final Report report = new Report(logger);

  private static final Duration PATIENCE = Duration.ofMinutes(1); // for an answer of the server
  private static final Duration END = Duration.ofSeconds(5);

  private final DataSource dataSource;
  private final String sweep;
  private final String drop;
  private final Thread thread = new Thread(this::run, "bellwether-log-cleaning");
  private final AtomicBoolean isStarted = new AtomicBoolean();
  private final BlockingQueue<Boolean> asked = new ArrayBlockingQueue<>(1);
  private volatile boolean isClosed;

  JdbcLogCleaner(DataSource dataSource, String schema) {
    this.dataSource = dataSource;
    this.sweep = "SELECT " + schema + ".sweep_v1()";
    this.drop = "SELECT " + schema + ".drop_part_v1()";
    thread.setDaemon(true);
  }

  void start() {
    if (isStarted.compareAndSet(false, true) && !isClosed) {
      thread.start();
    }
  }

  /** Has it done soon. */
  void ask() {
    var unused = asked.offer(true); // else it is about to be done
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    try {
      thread.join(END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isClosed) {
      try {
        var unused = asked.take();
        clean();
      } catch (InterruptedException e) {
        isClosed = true; // no other code would ask this thread to end
      } catch (SQLException e) {
        logger.debug("What the log has dropped is still in the database", e);
      } catch (Throwable e) { // out of here, it would end the thread
        report.error("What the log has dropped could not be cleared away; trying again", e);
      }
    }
  }

  private void clean() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement sweeping = connection.prepareStatement(sweep);
        PreparedStatement dropping = connection.prepareStatement(drop)) {
      connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
      sweeping.execute();
      boolean isMore = true;
      while (isMore && !isClosed) { // each in a transaction of its own, which others wait for
        try (ResultSet rows = dropping.executeQuery()) {
          isMore = rows.next() && rows.getBoolean(1);
        }
      }
    }
  }
}
