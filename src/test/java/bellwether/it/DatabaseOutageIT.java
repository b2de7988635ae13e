package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.ForeignProgram;
import bellwether.harness.OpenStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that goes away stops nothing but its own feeds, and they go on when it is back. */
@Tag("soak")
class DatabaseOutageIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path directory = Path.of("");

  @Test
  void theStreamsOutliveTheDatabaseAndTellWhatChangedMeanwhile() throws SQLException {
    Server database = database(0);
    int port = database.getPort();
    try (Bellwether server =
        Bellwether.start(
            Container.TOMCAT_11,
            settings ->
                settings
                    .setting(
                        "bellwether.database.url", "jdbc:h2:tcp://localhost:" + port + "/./tables")
                    .setting("bellwether.heartbeat", "1m")
                    .setting("bellwether.stock.interval", "100ms")
                    .setting("bellwether.notification.interval", "100ms")
                    .setting("bellwether.clock.interval", "100ms"))) {
      String acme = "{\"name\":\"Acme\",\"price\":1,\"quantity\":1}";
      assertThat(server.json("PUT", "api/stocks/ACME", acme).statusCode()).isEqualTo(201);
      try (OpenStream stock = server.stream("topic", "stocks/ACME");
          OpenStream clock = server.stream("topic", "clock")) {
        assertThat(stock.next().data()).contains("\"quantity\":1,");
        stock.opened();

        database.stop();
        server.awaitReadiness(503);
        // Both: a look that only waits for a connection would never know that there was an outage.
        server.process().awaitLog("The stock feed stands still", LIMIT);
        server.process().awaitLog("The notification feed stands still", LIMIT);
        assertThat(server.get("health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> refusal = server.get("api/stocks");
        assertThat(refusal.statusCode()).isEqualTo(503);
        assertThat(refusal.headers().firstValue("content-type"))
            .hasValue("application/problem+json");
        clock.rest();
        clock.nextData(10);
        assertThat(stock.client().hasEnded()).isFalse();

        changeBehindItsBack();
        database = database(port);
        server.process().awaitLog("The stock feed goes on", LIMIT);
        server.process().awaitLog("The notification feed goes on", LIMIT);
        server.awaitReadiness(200);
        assertThat(stock.next().data()).contains("\"quantity\":2,");
      }
      assertThat(lines(server, "WARNING|SEVERE"))
          .satisfiesExactlyInAnyOrder(
              line -> assertThat(line).startsWith("WARNING: The stock feed stands still: "),
              line -> assertThat(line).startsWith("WARNING: The notification feed stands still: "));
      assertThat(lines(server, "INFO").filter(line -> line.contains("goes on"))).hasSize(2);
    } finally {
      database.stop();
    }
  }

  private Server database(int port) throws SQLException {
    return Server.createTcpServer(
            "-tcpPort",
            Integer.toString(port),
            "-ifNotExists",
            "-baseDir",
            directory.toAbsolutePath().toString())
        .start();
  }

  private void changeBehindItsBack() throws SQLException {
    String url = "jdbc:h2:file:" + directory.toAbsolutePath().resolve("tables");
    try (Connection connection = ForeignProgram.connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE stock SET quantity = 2");
    }
  }

  /** What was logged at these levels, without the line before it that says when and by whom. */
  private static Stream<String> lines(Bellwether server, String levels) {
    return Pattern.compile("^(?:" + levels + "): .*$", Pattern.MULTILINE)
        .matcher(server.process().log())
        .results()
        .map(MatchResult::group);
  }
}
