package bellwether.app;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that migrates the tables before it returns its first connection. If the migration
 * fails, it fails for all callers that waited for it, and the next caller tries again.
 */
final class MigratedDataSource implements DataSource {
  /** Creates the tables, or brings them up to date. */
  interface Migration {
    /**
     * Migrates.
     *
     * @return the schema that connections have to be set to; null if they find the tables anyway
     */
    @Nullable String run() throws SQLException;
  }

  private final DataSource delegate;
  private final Migration migration;
  private final Duration patience;
  private final ReentrantLock migrating = new ReentrantLock();
  private volatile boolean isMigrated; // written under the lock
  private volatile @Nullable String schema; // likewise, and before that

  /**
   * @param patience how long to wait for a migration that another thread runs
   */
  MigratedDataSource(DataSource delegate, Migration migration, Duration patience) {
    this.delegate = delegate;
    this.migration = migration;
    this.patience = patience;
  }

  @Override
  public Connection getConnection() throws SQLException {
    migrate();
    return set(delegate.getConnection());
  }

  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    migrate();
    return set(delegate.getConnection(username, password));
  }

  private void migrate() throws SQLException {
    if (isMigrated) {
      return;
    }
    boolean isBusy = migrating.isLocked();
    if (!lock()) {
      throw new SQLTransientConnectionException("the tables are still being made");
    }
    try {
      if (isMigrated) {
        return;
      }
      if (isBusy) { // many callers, each trying in turn, would wait far too long
        throw new SQLTransientConnectionException("the tables could not be made just now");
      }
      schema = migration.run();
      isMigrated = true;
    } finally {
      migrating.unlock();
    }
  }

  private Connection set(Connection connection) throws SQLException {
    String name = schema;
    if (name != null) {
      try {
        connection.setSchema(name);
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  private boolean lock() throws SQLException {
    try {
      return migrating.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted while the tables are made", e);
    }
  }

  @Override
  public ConnectionBuilder createConnectionBuilder() throws SQLException {
    throw new SQLFeatureNotSupportedException("no connection builder: it would not migrate");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return delegate.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    delegate.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    delegate.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return delegate.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return delegate.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return delegate.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return delegate.isWrapperFor(type);
  }
}
