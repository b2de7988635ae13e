package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.Postgres;
import bellwether.fixtures.Tables;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PostgresListenerIT {
  private static final String STOCK = "stock";
  private static final String NOTIFICATION = "notification";

  private final Tables tables = Tables.onPostgres();
  private final LinkedBlockingQueue<String> looks = new LinkedBlockingQueue<>();

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void hasTheFeedLookWhoseTableAnybodyHasChanged() throws Exception {
    try (PostgresListener listener = listener(Postgres.url())) {
      listener.start();
      awaitFirstLooks();

      String row = "('A', 'a', 1, 1, CURRENT_TIMESTAMP)";
      tables.execute("INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES " + row);
      assertThat(looks.take()).isEqualTo(STOCK);
      tables.execute("UPDATE stock SET price = 2");
      assertThat(looks.take()).isEqualTo(STOCK);
      tables.execute("DELETE FROM stock");
      assertThat(looks.take()).isEqualTo(STOCK);
      tables.execute(
          "INSERT INTO notification (title, body, created_at) VALUES ('t', 'b', CURRENT_TIMESTAMP)");
      assertThat(looks.take()).isEqualTo(NOTIFICATION);
      assertThat(looks).isEmpty();
    }
  }

  @Test
  void asksOnceForManyRowsOfOneStatement() throws Exception {
    try (PostgresListener listener = listener(Postgres.url())) {
      listener.start();
      awaitFirstLooks();

      tables.execute(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
              + " SELECT 'S' || n, 'n', n, n, CURRENT_TIMESTAMP FROM generate_series(1, 1000) n");
      assertThat(looks.take()).isEqualTo(STOCK);
      tables.execute("NOTIFY bellwether_notification"); // behind whatever else there is
      assertThat(looks.take()).isEqualTo(NOTIFICATION);
    }
  }

  @Test
  void asksForEverythingOnceItIsBackAfterALossOfTheConnection() throws Exception {
    try (LogLines log = new LogLines(PostgresListener.class);
        PostgresListener listener = listener(Postgres.url())) {
      listener.start();
      awaitFirstLooks();

      tables.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'bellwether-listener'");
      awaitFirstLooks();
      tables.execute("NOTIFY bellwether_stock");
      assertThat(looks.take()).isEqualTo(STOCK);
      assertThat(log.lines()).singleElement().asString().contains("does not notify of changes");
    }
  }

  @Test
  void saysOnceThatItCannotListenAndEndsWhenClosed() throws Exception {
    try (LogLines log = new LogLines(PostgresListener.class)) {
      PostgresListener listener = listener("jdbc:postgresql://127.0.0.1:1/none");
      listener.start();
      String line = log.await();
      listener.close();

      assertThat(line).startsWith("INFO The database does not notify of changes");
      assertThat(log.lines()).hasSize(1);
      assertThat(looks).isEmpty();
    }
  }

  @Test
  void endsItsThreadWithoutAWordWhenClosed() throws Exception {
    try (LogLines log = new LogLines(PostgresListener.class)) {
      PostgresListener listener = listener(Postgres.url());
      listener.start();
      awaitFirstLooks();
      listener.close();

      assertThat(threads()).isEmpty();
      assertThat(log.lines()).as("an end that was asked for is no loss").isEmpty();
    }
  }

  @Test
  void endsItsThreadWhenSomebodyElseInterruptsIt() throws Exception {
    try (LogLines log = new LogLines(PostgresListener.class);
        PostgresListener listener = listener("jdbc:postgresql://127.0.0.1:1/none")) {
      listener.start();
      log.await();
      Thread thread = threads().get(0);
      thread.interrupt();
      thread.join(Duration.ofSeconds(30).toMillis());

      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void endsItsThreadWhenClosedWhileTheServerIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PostgresListener listener =
          listener("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/none");
      listener.start();
      try (Socket asking = silent.accept()) {
        listener.close();
        assertThat(asking.isConnected()).isTrue();
      }
    }
    assertThat(threads()).isEmpty();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("bellwether-listener"))
        .toList();
  }

  private void awaitFirstLooks() throws InterruptedException {
    assertThat(new String[] {next(), next()}).containsExactlyInAnyOrder(STOCK, NOTIFICATION);
  }

  private String next() throws InterruptedException {
    return String.valueOf(looks.poll(30, TimeUnit.SECONDS));
  }

  private PostgresListener listener(String url) {
    return new PostgresListener(
        url,
        "",
        "",
        Map.of(
            "bellwether_stock", () -> looks.add(STOCK),
            "bellwether_notification", () -> looks.add(NOTIFICATION)),
        Duration.ofMillis(10));
  }
}
