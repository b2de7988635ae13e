package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ProcessOutput;
import bellwether.harness.TemporaryDirectory;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes work behind PgBouncer, which gives each transaction another session. */
@Tag("soak")
class PoolingProxyIT {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int EVENTS = 50;

  private final String database = "pooled_" + UUID.randomUUID().toString().replace("-", "");
  private TemporaryDirectory directory;
  private Process proxy;
  private ProcessOutput output;
  private int port;

  @BeforeEach
  void startProxy() throws IOException, SQLException {
    if (!Files.isExecutable(PROGRAM)) {
      if (System.getProperty("bellwether.balancers", "").equals("required")) {
        throw new AssertionError("PgBouncer is not installed");
      }
      System.err.println("POOLING PROXY TEST SKIPPED: PgBouncer is not installed");
      Assumptions.abort("PgBouncer is not installed");
    }
    Postgres.execute("CREATE DATABASE " + database);
    directory = TemporaryDirectory.create("bellwether-pgbouncer");
    Files.setPosixFilePermissions(
        directory.path(), PosixFilePermissions.fromString("rwxr-xr-x")); // for its own user
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path file = directory.path().resolve("pgbouncer.ini");
    Files.writeString(
        file,
        """
        [databases]
        * = host=127.0.0.1 port=%d user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        default_pool_size = 10
        max_client_conn = 200
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(URI.create(Postgres.url().substring("jdbc:".length())).getPort(), port));
    proxy = new ProcessBuilder(command(file)).start();
    output = new ProcessOutput("pgbouncer", proxy);
    Await.until("the proxy accepts connections", LIMIT, this::accepts);
  }

  /** It refuses to run as root. */
  private static List<String> command(Path file) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
    }
    command.addAll(List.of(PROGRAM.toString(), file.toString()));
    return command;
  }

  private boolean accepts() {
    if (!proxy.isAlive()) {
      throw new AssertionError("PgBouncer has ended; it said:\n" + output.text());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void stopProxy() {
    if (proxy != null) {
      proxy.destroyForcibly();
      output.awaitEnd();
    }
    if (directory != null) {
      directory.close();
    }
  }

  private Bellwether node(String name) {
    return Bellwether.start(
        Container.OWN,
        builder ->
            builder
                .setting("bellwether.log", "postgres")
                .setting("bellwether.node", name)
                .setting("bellwether.clock.interval", "1h")
                .setting(
                    "bellwether.database.url",
                    "jdbc:postgresql://127.0.0.1:"
                        + port
                        + '/'
                        + database
                        + "?user=postgres&prepareThreshold=0"));
  }

  @Test
  void nodesBehindAPoolingProxyAreOneHub() {
    try (Bellwether a = node("a");
        Bellwether b = node("b");
        OpenStream reader = b.stream("topic", "news")) {
      MessageEvent cursor = reader.next();
      for (int i = 0; i < EVENTS; i++) {
        a.publish("topic", "news", "data", "n" + i);
      }
      assertThat(reader.nextData(EVENTS))
          .isEqualTo(IntStream.range(0, EVENTS).mapToObj(i -> "n" + i).toList());
      try (OpenStream resumed = a.stream("topic", "news", "lastEventId", cursor.lastEventId())) {
        assertThat(resumed.nextData(2)).isEqualTo(List.of("n0", "n1"));
      }
      HttpResponse<String> sent =
          b.json("POST", "api/notifications", "{\"title\":\"t\",\"body\":\"\"}");
      assertThat(sent.statusCode()).as(sent.body()).isEqualTo(201);
      try (OpenStream told = a.stream("topic", "notifications", "lastEventId", "earliest")) {
        assertThat(told.next().data()).contains("\"title\":\"t\"");
      }
      HttpResponse<String> drained =
          a.send(
              a.request("admin/drain?node=b", "Authorization", "Bearer " + Bellwether.KEY)
                  .POST(BodyPublishers.noBody()));
      assertThat(drained.body()).contains("\"told\":1");
    }
  }
}
