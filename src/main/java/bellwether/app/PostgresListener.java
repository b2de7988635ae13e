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
 * Wakes the feeds as soon as PostgreSQL notifies of changes in their tables. It only saves time:
 * where notifications do not work, for instance through a proxy that shares sessions, the feeds
 * poll at each interval.
 */
final class PostgresListener implements AutoCloseable {
  /*
   * It has one thread with a connection of its own, since a pooled session has another user the
   * next moment. The thread waits for the socket; closing ends its connection. Changes while there
   * is no connection are unknown, so each new connection begins by waking every feed.
   */
  private static final Logger logger = LoggerFactory.getLogger(PostgresListener.class);

  private static final Duration QUIET = Duration.ofSeconds(30); // then checks the connection
  private static final Duration LOGIN = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(5); // for an answer
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String url;
  private final Properties properties = new Properties();
  private final Map<String, Runnable> looks;
  private final Duration retry;
  private final Thread thread = new Thread(this::run, "bellwether-listener");
  private final CountDownLatch closed = new CountDownLatch(1);

  // Written by the thread, read by the one that closes.
  private volatile @Nullable Connection connection;

  // Confined to the thread.
  private boolean isSilent; // whether the log has said that there is no connection

  /**
   * @param looks the action for each channel, which wakes a feed; must neither block nor throw
   */
  PostgresListener(String url, String user, String password, Map<String, Runnable> looks) {
    this(url, user, password, looks, RETRY);
  }

  PostgresListener(
      String url, String user, String password, Map<String, Runnable> looks, Duration retry) {
    this.url = url;
    this.looks = Map.copyOf(looks);
    this.retry = retry;
    if (!user.isEmpty()) { // otherwise it is in the URL
      properties.setProperty("user", user);
      properties.setProperty("password", password);
    }
    properties.setProperty("ApplicationName", "bellwether-listener");
    properties.setProperty("connectTimeout", String.valueOf(PATIENCE.toSeconds()));
    // With a login time-out the driver connects on a thread of its own, so this one can be
    // interrupted.
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
    logger.debug("The database notifies of changes");
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

  /**
   * Checks that the connection still works: one that a firewall has dropped would stay silent for
   * ever.
   */
  private static void requireAlive(Connection opened) throws SQLException {
    if (!opened.isValid((int) PATIENCE.toSeconds())) {
      throw new SQLException("the connection no longer answers");
    }
  }

  private void say(SQLException e) {
    if (!isSilent && !isClosed()) {
      logger.info(
          "The database does not notify of changes, so the feeds poll at each interval: {}",
          e.getMessage());
    }
    isSilent = true;
  }

  private void pause() {
    try {
      var unused = closed.await(retry.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      closed.countDown(); // no other code would ask this thread to end
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
