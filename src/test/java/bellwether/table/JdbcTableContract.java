package bellwether.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the way to a table promises, whichever database has it. */
abstract class JdbcTableContract {
  private static final String INSERT =
      "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
          + " VALUES ('X', 'x', 1, %d, CURRENT_TIMESTAMP)";
  private static final int ATTEMPTS = 10;

  private final Tables tables;
  private final List<Connection> opened = new ArrayList<>(); // closing them is left to nobody
  private final List<Connection> aborted = new ArrayList<>();
  private final JdbcTable table;
  private int attempts;

  JdbcTableContract(Tables tables) {
    this.tables = tables;
    this.table = new JdbcTable(keptOpen(tables.dataSource()), "the table");
  }

  @AfterEach
  void closeTables() throws SQLException {
    for (Connection connection : opened) {
      connection.close();
    }
    tables.close();
  }

  @Test
  void doesAnewWhatAnotherTransactionWasInTheWayOf() throws SQLException {
    tables.execute(INSERT.formatted(1));
    int changed =
        table.together(
            connection -> {
              attempts++;
              update(connection, "UPDATE stock SET price = 2");
              if (attempts < 3) {
                update(connection, INSERT.formatted(2)); // is there
              }
              return update(connection, "UPDATE stock SET quantity = quantity + 1");
            });

    assertThat(changed).isEqualTo(1);
    assertThat(attempts).isEqualTo(3);
    assertThat(quantities()).containsExactly(2L);
    assertThatAutoCommitIsOn();
  }

  @Test
  void doesAnewWhatReferredToARowThatIsGone() {
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(
            () ->
                table.together(
                    connection -> {
                      attempts++;
                      return update(
                          connection,
                          "INSERT INTO notification_read (user_name, notification_id)"
                              + " VALUES ('ada', 1)");
                    }));

    assertThat(attempts).isEqualTo(ATTEMPTS);
    assertThatAutoCommitIsOn();
  }

  @Test
  void doesAnewWhatTheDatabaseRolledBack() {
    int result =
        table.together(
            connection -> {
              if (++attempts < ATTEMPTS) {
                throw new SQLException("a deadlock", "40P01");
              }
              return 7;
            });

    assertThat(result).isEqualTo(7);
    assertThat(attempts).isEqualTo(ATTEMPTS);
    assertThatAutoCommitIsOn();
  }

  @Test
  void doesNotTryAgainWhatWouldFailAgain() {
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(
            () ->
                table.together(
                    connection -> {
                      attempts++;
                      return update(connection, INSERT.formatted(-1));
                    }))
        .withMessageStartingWith("the table is out of reach: ");

    assertThat(attempts).isEqualTo(1);
    assertThatAutoCommitIsOn();
  }

  @Test
  void leavesNothingHalfDoneWhateverIsThrown() throws SQLException {
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(
            () ->
                table.together(
                    connection -> {
                      update(connection, INSERT.formatted(1));
                      throw new StackOverflowError();
                    }));

    assertThat(tables.count("stock")).isZero();
    for (Connection connection : opened) { // its driver may have been thrown out of step
      assertThat(connection.isClosed() || connection.getAutoCommit()).isTrue();
    }
  }

  /** Its driver may not have read the answer to what it sent. */
  @Test
  void endsAConnectionOnWhichAnErrorWasThrown() {
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(
            () ->
                table.once(
                    connection -> {
                      throw new StackOverflowError();
                    }));
    assertThat(aborted).hasSize(1);
    int answer = table.once(connection -> 1);
    assertThat(answer).isEqualTo(1);
    assertThat(aborted).as("no other one").hasSize(1);
  }

  @Test
  void saysInOneLineThatTheDatabaseIsAwayAndWhy() {
    tables.goAway("Connection refused\nand a second line");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> table.together(connection -> 1))
        .withMessage("the table is out of reach: Connection refused");
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> table.once(connection -> 1))
        .withMessage("the table is out of reach: Connection refused");
  }

  private void assertThatAutoCommitIsOn() {
    assertThat(opened)
        .isNotEmpty()
        .allSatisfy(connection -> assertThat(connection.getAutoCommit()).isTrue());
  }

  private List<Long> quantities() {
    return table.query("SELECT quantity FROM stock", statement -> {}, row -> row.getLong(1));
  }

  private static int update(Connection connection, String sql) throws SQLException {
    return JdbcTable.update(connection, sql, statement -> {});
  }

  /** Its connections stay open when they are closed, so that a test can look at them. */
  private DataSource keptOpen(DataSource source) {
    return (DataSource)
        Proxy.newProxyInstance(
            JdbcTableContract.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (self, method, arguments) -> kept(source.getConnection()));
  }

  private Connection kept(Connection connection) {
    opened.add(connection);
    return (Connection)
        Proxy.newProxyInstance(
            JdbcTableContract.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("abort")) {
                aborted.add(connection);
              }
              try {
                return method.getName().equals("close")
                    ? null
                    : method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
