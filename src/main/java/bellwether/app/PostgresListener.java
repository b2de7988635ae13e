package bellwether.app;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the feeds look as soon as PostgreSQL says that their tables have changed. It only saves
 * waiting: where it cannot be had, for instance through a proxy that shares sessions, the feeds
 * look by themselves each interval.
 */
final class PostgresListener implements AutoCloseable {
  /*
   * One thread with a connection of its own, since a session of the pool belongs to somebody else
   * the next moment. It waits at the socket; closing ends the connection under it. What happened
   * while there was none is unknown, so every new one begins by having every feed look.
   */
  private static final Logger logger = LoggerFactory.getLogger(PostgresListener.class);

  private static final Duration QUIET = Duration.ofSeconds(30); // then asks whether it still lives
  private static final Duration LOGIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5); // for any answer
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String url;
  private final Properties properties = new Properties();
  private final Map<String, Runnable> looks;
  private final Duration retry;
  private final Thread thread = new Thread(this::run, "bellwether-listener");
  private final CountDownLatch closed = new CountDownLatch(1);

  // Written by the thread, read by whoever closes.
  private volatile @Nullable Connection connection;

  // Confined to the thread.
  private boolean isSilent; // the log has been told that there is no connection

  /**
   * @param looks what to run, by the channel that asks for it; must neither block nor throw
   */
  PostgresListener(String url, String user, String password, Map<String, Runnable> looks) {
    this(url, user, password, looks, RETRY);
  }

  PostgresListener(
      String url, String user, String password, Map<String, Runnable> looks, Duration retry) {
    this.url = url;
    this.looks = Map.copyOf(looks);
    this.retry = retry;
    if (!user.isEmpty()) { // else the URL says it
      properties.setProperty("user", user);
      properties.setProperty("password", password);
    }
    properties.setProperty("ApplicationName", "bellwether-listener");
    properties.setProperty("connectTimeout", String.valueOf(PATIENCE.toSeconds()));
    // With it the driver waits for the server on a thread of its own, and we can be interrupted.
    properties.setProperty("loginTimeout", String.valueOf(LOGIN.toSeconds()));
    properties.setProperty("socketTimeout", String.valueOf(PATIENCE.toSeconds()));
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    abort(connection);
    thread.interrupt();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Driver driver = new org.postgresql.Driver();
    while (!isClosed()) {
      try (Connection opened = driver.connect(url, properties)) {
        connection = opened;
        listen(opened);
      } catch (SQLException e) {
        say(e);
      } finally {
        connection = null;
      }
      pause();
    }
  }

  private void listen(Connection opened) throws SQLException {
    try (Statement statement = opened.createStatement()) {
      for (String channel : looks.keySet()) {
        statement.execute("LISTEN " + channel);
      }
    }
    isSilent = false;
    logger.debug("The database tells of changes");
    looks.values().forEach(Runnable::run);
    PGConnection source = opened.unwrap(PGConnection.class);
    while (!isClosed()) {
      PGNotification[] notifications = source.getNotifications((int) QUIET.toMillis());
      if (notifications == null || notifications.length == 0) {
        requireAlive(opened);
      } else {
        tell(notifications);
      }
    }
  }

  private void tell(PGNotification[] notifications) {
    for (PGNotification notification : notifications) {
      Runnable look = looks.get(notification.getName());
      if (look != null) {
        look.run();
      }
    }
  }

  /** A connection that a firewall has forgotten stays silent for ever. */
  private static void requireAlive(Connection opened) throws SQLException {
    if (!opened.isValid((int) PATIENCE.toSeconds())) {
      throw new SQLException("the connection no longer answers");
    }
  }

  private void say(SQLException e) {
    if (!isSilent && !isClosed()) {
      logger.info(
          "The database does not tell of changes, the feeds look each interval: {}",
          e.getMessage());
    }
    isSilent = true;
  }

  private void pause() {
    try {
      var unused = closed.await(retry.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      closed.countDown(); // nobody else would ask this thread to end
    }
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
