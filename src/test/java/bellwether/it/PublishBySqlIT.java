package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.wire.MessageEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Publishing by SQL, in anybody's transaction, whichever log the server has. */
@Tag("soak")
class PublishBySqlIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final String database = "sql_" + UUID.randomUUID().toString().replace("-", "");

  @BeforeEach
  void makeDatabase() throws SQLException {
    Postgres.execute("CREATE DATABASE " + database);
  }

  private String url(String user) {
    return Postgres.url().replaceFirst("/postgres\\?.*", "/" + database + "?user=" + user);
  }

  private Connection connect(String user) throws SQLException {
    return new org.postgresql.Driver().connect(url(user), new Properties());
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = connect("postgres")) {
      execute(connection, sql);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Bellwether server(String user, String log) {
    return Bellwether.start(Container.OWN, builder -> settings(builder, user, log));
  }

  private ServerProcess.Builder settings(ServerProcess.Builder builder, String user, String log) {
    return builder
        .setting("bellwether.database.url", url(user))
        .setting("bellwether.log", log)
        .setting("bellwether.notification.interval", "100ms");
  }

  /** The schema is made by the first look, which comes after the server is ready. */
  private void awaitFunction() {
    Await.until(
        "the function",
        LIMIT,
        () -> {
          try {
            execute("SELECT 'bellwether.publish(text, text, text, boolean, text)'::regprocedure");
            return true;
          } catch (SQLException e) {
            return false;
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"file", "postgres"})
  void isToldWhenTheTransactionCommitsInTheOrderOfTheCalls(String log) throws SQLException {
    try (Bellwether server = server("postgres", log);
        Connection connection = connect("postgres")) {
      awaitFunction();
      connection.setAutoCommit(false);
      try (OpenStream reader = server.stream("topic", "orders/17").opened()) {
        execute(connection, "SELECT bellwether.publish('orders/17', 'never')");
        connection.rollback();
        execute(connection, "SELECT bellwether.publish('orders/17', '{\"state\":\"paid\"}')");
        execute(
            connection,
            "SELECT bellwether.publish('orders/17', jsonb_build_object('n', 2), type => 'update')");
        execute(connection, "SELECT bellwether.publish('orders/17', 'three', key => 'k')");
        execute("SELECT bellwether.publish('orders/17', 'earlier')");
        assertThat(reader.nextData(1)).as("it commits first").containsExactly("earlier");
        connection.commit();
        assertThat(reader.next().data()).isEqualTo("{\"state\":\"paid\"}");
        MessageEvent second = reader.next();
        assertThat(second.type()).isEqualTo("update");
        assertThat(second.data()).isEqualTo("{\"n\": 2}");
        assertThat(reader.nextData(1)).containsExactly("three");

        execute("SELECT bellwether.publish('orders/17', 'three again', key => 'k')");
        execute("SELECT bellwether.publish('orders/17', 'secret', private => true)");
        execute("SELECT bellwether.publish('orders/17', 'last')");
        assertThat(reader.nextData(1)).containsExactly("last");
      }
    }
  }

  @Test
  void aTriggerMakesATableALiveTopic() throws SQLException {
    try (Bellwether server = server("postgres", "memory")) {
      awaitFunction();
      execute("CREATE TABLE orders (id INT PRIMARY KEY, state TEXT)");
      execute(
          "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " PERFORM bellwether.publish('orders/' || NEW.id, to_jsonb(NEW));"
              + " RETURN NULL; END $$");
      execute(
          "CREATE TRIGGER tell AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION"
              + " tell()");
      try (OpenStream reader = server.stream("topic", "orders/{id}").opened()) {
        execute("INSERT INTO orders VALUES (1, 'new'), (2, 'new')");
        execute("UPDATE orders SET state = 'paid' WHERE id = 2");
        assertThat(reader.nextData(3))
            .containsExactly(
                "{\"id\": 1, \"state\": \"new\"}",
                "{\"id\": 2, \"state\": \"new\"}",
                "{\"id\": 2, \"state\": \"paid\"}");
      }
    }
  }

  @Test
  void refusesWhatHttpRefusesAndWhoMayNotExecuteIt() throws SQLException {
    try (Bellwether server = server("postgres", "memory")) {
      awaitFunction();
      server.process().kill(); // so that what is not refused stays
      String[][] refused = {
        {"''", "'x'", "topic is empty"},
        {"'*'", "'x'", "cannot be published to"},
        {"'stocks/ACME'", "'x'", "only the server publishes to topic stocks/ACME"},
        {"'clock'", "'x'", "only the server"},
        {"E'a\\nb'", "'x'", "topic contains a control character"},
        {"repeat('x', 1025)", "'x'", "topic is longer"},
        {"'a'", "'x', 'gap'", "type gap is reserved"},
        {"'/.well-known/mercure/subscriptions/a'", "'x'", "in the namespace of the hub itself"},
        {"'https://a.example/.well-known/mercure'", "'x'", "in the namespace of the hub itself"},
        {"'mercure/subscriptions/a'", "'x'", "in the namespace of the hub itself"},
        {"'a'", "'x', 'mercure'", "type mercure is reserved"},
        {"'a'", "'x', E'a\\nb'", "type contains a line end"},
        {"'a'", "'x', key => E'a\\tb'", "key contains a control character"},
        {"'a'", "repeat('x', 1048577)", "data is larger than 1 MiB"},
      };
      for (String[] call : refused) {
        assertThatThrownBy(
                () -> execute("SELECT bellwether.publish(" + call[0] + ", " + call[1] + ")"))
            .as(call[2])
            .isInstanceOf(SQLException.class)
            .hasMessageContaining(call[2]);
      }
      String guest = "guest_" + database;
      execute("CREATE ROLE " + guest + " LOGIN");
      execute("GRANT USAGE ON SCHEMA bellwether TO " + guest);
      try (Connection connection = connect(guest)) {
        assertThatThrownBy(() -> execute(connection, "SELECT bellwether.publish('a', 'x')"))
            .hasMessageContaining("permission denied");
      }
      execute("DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM bellwether.outbox); END $$");
    }
  }

  @Test
  void aUserOfThatNameFindsItsTablesAgain() throws SQLException {
    execute(
        "DO $$ BEGIN CREATE ROLE bellwether LOGIN; EXCEPTION WHEN duplicate_object THEN END $$");
    execute("ALTER DATABASE " + database + " OWNER TO bellwether");
    execute("GRANT ALL ON SCHEMA public TO bellwether");
    String acme = "{\"name\":\"Acme\",\"price\":1,\"quantity\":7}";
    try (Bellwether server = server("bellwether", "memory")) {
      assertThat(server.json("PUT", "api/stocks/ACME", acme).statusCode()).isEqualTo(201);
      awaitFunction();
      server.stopAndStart();
      assertThat(server.get("api/stocks").body()).contains("ACME");
      try (OpenStream reader = server.stream("topic", "news").opened()) {
        execute("SELECT bellwether.publish('news', 'x')");
        assertThat(reader.nextData(1)).containsExactly("x");
      }
    }
  }

  @Test
  void aUserWhoMayNotMakeTheSchemaIsToldWhatToRun() throws SQLException {
    String user = "poor_" + database;
    execute("CREATE ROLE " + user + " LOGIN");
    execute("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC");
    execute("GRANT CONNECT ON DATABASE " + database + " TO " + user);
    execute("GRANT ALL ON SCHEMA public TO " + user);
    try (Bellwether server = server(user, "memory")) {
      String run = "CREATE SCHEMA bellwether AUTHORIZATION \"" + user + '"';
      server.process().awaitLog(run, LIMIT);
      execute(run);
      awaitFunction();
      try (OpenStream reader = server.stream("topic", "news").opened()) {
        execute("SELECT bellwether.publish('news', 'x')");
        assertThat(reader.nextData(1)).containsExactly("x");
      }
    }
  }
}
