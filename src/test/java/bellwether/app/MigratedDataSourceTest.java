package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MigratedDataSourceTest {
  private final AtomicInteger migrations = new AtomicInteger();

  @Test
  void migratesOnce() throws SQLException {
    var dataSource = new MigratedDataSource(tables(), () -> counted(null), Duration.ofSeconds(5));
    dataSource.getConnection().close();
    dataSource.getConnection().close();

    assertThat(migrations).hasValue(1);
  }

  private @Nullable String counted(@Nullable String schema) {
    migrations.incrementAndGet();
    return schema;
  }

  @Test
  void setsEachConnectionToTheSchemaOfTheTables() throws SQLException {
    var dataSource =
        new MigratedDataSource(
            tables(), () -> counted("INFORMATION_SCHEMA"), Duration.ofSeconds(5));
    try (Connection connection = dataSource.getConnection()) {
      assertThat(connection.getSchema()).isEqualTo("INFORMATION_SCHEMA");
    }
  }

  @Test
  void triesUntilItWorks() throws SQLException {
    var dataSource =
        new MigratedDataSource(
            tables(),
            () -> {
              if (migrations.incrementAndGet() < 3) {
                throw new SQLException("away");
              }
              return null;
            },
            Duration.ofSeconds(5));

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(SQLException.class).isThrownBy(dataSource::getConnection);
    }
    dataSource.getConnection().close();
    assertThat(migrations).hasValue(3);
  }

  @Test
  void doesNotWaitForEverForAnotherThreadsMigration() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    var dataSource =
        new MigratedDataSource(
            tables(),
            () -> {
              begun.countDown();
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new SQLException(e);
              }
              return null;
            },
            Duration.ofMillis(1));
    var executor = Executors.newSingleThreadExecutor();
    try {
      var first = executor.submit(() -> dataSource.getConnection());
      begun.await();
      assertThatExceptionOfType(SQLTransientConnectionException.class)
          .isThrownBy(dataSource::getConnection)
          .withMessage("the tables are still being made");

      end.countDown();
      first.get().close();
      dataSource.getConnection().close();
    } finally {
      executor.shutdownNow();
    }
  }

  private static DataSource tables() {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL("jdbc:h2:mem:");
    return dataSource;
  }
}
