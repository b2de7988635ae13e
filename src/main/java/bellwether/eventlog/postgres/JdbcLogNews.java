package bellwether.eventlog.postgres;

import bellwether.eventlog.Report;
import bellwether.table.JdbcTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes of new entries, and hears of theirs, by PostgreSQL's notifications. It only
 * saves time: what fails here is tried again, and otherwise ignored.
 */
final class JdbcLogNews implements AutoCloseable {
  /*
   * One thread tells. It does so after the append's commit and in a transaction of its own that does
   * not wait for the disk, because the server takes a lock that all notifying transactions share, up
   * to the end of their commit. Even so, each makes the server write to the disk once more, at the
   * appends' cost: with one every 2 ms, there was room for a third of the appends. So many appends
   * are told of together, and who hears of one expects others until the next notification can come.
   *
   * Another thread listens, with a connection of its own, since a pooled session has another user
   * the next moment. What happened while there was none is unknown, so each new connection begins
   * with a call.
   */
  private static final Logger logger = LoggerFactory.getLogger(JdbcLogNews.class);
  private static final Report report = new Report(logger);

  private static final Duration PAUSE = Duration.ofMillis(20); // between two notifications
  private static final int[] LOOKS = {2, 3, 5, 8}; // ms; after a notification, and from then on
  private static final int IDLE = 500; // ms; then looks whether the log was closed
  private static final Duration QUIET = Duration.ofSeconds(30); // then checks the connection
  private static final Duration PATIENCE = Duration.ofSeconds(5); // for an answer

  private final DataSource telling;
  private final DataSource listening;
  private final String channel;
  private final Duration retry;
  private final String self = UUID.randomUUID().toString(); // so that it need not hear of itself
  private final Thread teller = new Thread(this::tellAll, "bellwether-log-telling");
  private final Thread listener = new Thread(this::listenAlways, "bellwether-log-listening");
  private final AtomicBoolean isStarted = new AtomicBoolean();
  private final BlockingQueue<Boolean> untold = new ArrayBlockingQueue<>(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  // Written before the listener starts.
  private Runnable onNews = () -> {};

  // Written by the listener, read by the thread that closes.
  private volatile @Nullable Connection connection;

  JdbcLogNews(DataSource telling, DataSource listening, String schema, Duration retry) {
    this.retry = retry;
    this.telling = telling;
    this.listening = listening;
    this.channel = "bellwether_log_" + schema;
    teller.setDaemon(true);
    listener.setDaemon(true);
  }

  /** Begins to tell. */
  void start() {
    if (isStarted.compareAndSet(false, true) && !isClosed()) {
      teller.start();
    }
  }

  /** Tells other nodes soon, on another thread. */
  void tell() {
    var unused = untold.offer(true); // else it is about to be told already
  }

  void listen(Runnable action) {
    onNews = action;
    listener.start();
  }

  @Override
  public void close() {
    closed.countDown();
    abort(connection);
    end(teller);
    end(listener);
  }

  private static void end(Thread thread) {
    thread.interrupt();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tellAll() {
    while (!isClosed()) {
      try {
        var unused = untold.take();
        tellNow();
        await(PAUSE);
      } catch (InterruptedException e) {
        closed.countDown(); // no other code would ask this thread to end
      }
    }
  }

  private void tellNow() {
    String sql = "SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, ?)";
    try {
      var unused =
          JdbcTable.on(
              telling,
              pooled -> {
                pooled.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
                try (PreparedStatement statement = pooled.prepareStatement(sql)) {
                  statement.setString(1, channel);
                  statement.setString(2, self);
                  return statement.execute();
                }
              });
    } catch (SQLException e) {
      logger.debug("Other nodes have to find the new entries by themselves", e);
    } catch (Throwable e) { // out of here, it would end the thread
      report.error("Other nodes could not be told of new entries; trying again", e);
    }
  }

  private void listenAlways() {
    while (!isClosed()) {
      try (Connection opened = listening.getConnection()) {
        connection = opened;
        listen(opened);
      } catch (SQLException e) {
        logger.debug("There is no connection that tells of new entries", e);
      } catch (Throwable e) { // as above
        report.error("New entries of other nodes could not be heard of; trying again", e);
      } finally {
        connection = null;
      }
      try {
        await(retry);
      } catch (InterruptedException e) {
        closed.countDown();
      }
    }
  }

  private void listen(Connection opened) throws SQLException {
    opened.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
    try (Statement statement = opened.createStatement()) {
      statement.execute("LISTEN " + channel);
    }
    onNews.run();
    PGConnection source = opened.unwrap(PGConnection.class);
    long heard = System.nanoTime();
    int looks = LOOKS.length; // since the last notification
    while (!isClosed()) {
      PGNotification[] notifications =
          source.getNotifications(looks < LOOKS.length ? LOOKS[looks] : IDLE);
      if (isOfOthers(notifications)) {
        onNews.run();
        looks = 0;
        heard = System.nanoTime();
      } else if (looks < LOOKS.length) {
        onNews.run();
        looks++;
      } else if (System.nanoTime() - heard > QUIET.toNanos()) {
        requireAlive(opened);
        heard = System.nanoTime();
      }
    }
  }

  private boolean isOfOthers(PGNotification @Nullable [] notifications) {
    if (notifications != null) {
      for (PGNotification notification : notifications) {
        if (!notification.getParameter().equals(self)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Checks that the connection still works: one that a firewall has dropped would stay silent for
   * ever.
   */
  private static void requireAlive(Connection opened) throws SQLException {
    if (!opened.isValid((int) PATIENCE.toSeconds())) {
      throw new SQLException("the connection no longer answers");
    }
  }

  private void await(Duration time) throws InterruptedException {
    var unused = closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private static void abort(@Nullable Connection open) {
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        logger.debug("Could not end the listening connection", e);
      }
    }
  }
}
