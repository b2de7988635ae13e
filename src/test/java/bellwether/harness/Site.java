package bellwether.harness;

import bellwether.fixtures.Postgres;
import bellwether.harness.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The WAR with what its pages show: the server, and its tables as another program sees them. With
 * {@code -Dbellwether.nodes=3} it is three servers that share one log, behind a balancer that gives
 * each connection to the next of them.
 */
public final class Site implements AutoCloseable {
  private static final int NODES = Integer.getInteger("bellwether.nodes", 1);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final TemporaryDirectory data;
  private final String tables;
  private final List<ServerProcess> servers = new ArrayList<>();
  private final @Nullable TcpProxy balancer;

  private Site(
      TemporaryDirectory data,
      String tables,
      Container container,
      String contextPath,
      boolean demo) {
    this.data = data;
    this.tables = tables;
    for (int i = 0; i < NODES; i++) {
      ServerProcess.Builder builder =
          ServerProcess.on(container)
              .contextPath(contextPath)
              .jvmArgument("-XX:TieredStopAtLevel=1") // it lives too briefly for more
              .setting("bellwether.log.sync", "never") // no test cuts the power
              .setting("bellwether.demo", Boolean.toString(demo))
              .setting("bellwether.data", data.path().resolve("node" + i).toString())
              .setting("bellwether.database.url", tables)
              // So that nothing a person would not mind waiting for holds up a test.
              .setting("bellwether.stock.interval", "100ms")
              .setting("bellwether.notification.interval", "100ms")
              .setting("bellwether.clock.interval", "500ms")
              .setting("bellwether.retry", "100ms");
      servers.add((NODES > 1 ? builder.setting("bellwether.log", "postgres") : builder).start());
    }
    balancer = NODES > 1 ? new TcpProxy(servers.get(0).port()) : null;
    if (balancer != null) {
      balancer.targets(servers.stream().map(ServerProcess::port).toList());
    }
    for (int i = 0; i < NODES; i++) {
      Await.until("readiness", LIMIT, () -> get("health/ready").statusCode() == 200);
    }
  }

  public static Site start(Container container, String contextPath) {
    return start(container, contextPath, false);
  }

  /** With its tables in a PostgreSQL, in a new schema. */
  public static Site onPostgres(Container container) {
    String schema = "site_" + UUID.randomUUID().toString().replace("-", "");
    try {
      Postgres.execute("CREATE SCHEMA " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return start(container, "", false, Postgres.url() + "&currentSchema=" + schema);
  }

  /** In demo mode: trading is simulated, and the pages may publish. */
  public static Site demo(Container container) {
    return demo(container, "");
  }

  public static Site demo(Container container, String contextPath) {
    return start(container, contextPath, true);
  }

  private static Site start(Container container, String contextPath, boolean demo) {
    return start(container, contextPath, demo, null);
  }

  /**
   * @param url of the database; null for an H2 file
   */
  private static Site start(
      Container container, String contextPath, boolean demo, @Nullable String url) {
    TemporaryDirectory data = TemporaryDirectory.create("bellwether-data");
    String file = "jdbc:h2:file:" + data.path().resolve("tables");
    String tables = url == null ? file + ";AUTO_SERVER=TRUE;WRITE_DELAY=0" : url;
    tables = NODES > 1 ? newDatabase() : tables;
    try {
      return new Site(data, tables, container, contextPath, demo);
    } catch (RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  private static String newDatabase() {
    String name = "site_" + UUID.randomUUID().toString().replace("-", "");
    try {
      Postgres.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Postgres.url().replace("/postgres?", "/" + name + "?");
  }

  public URI page(String path) {
    return page(path, port());
  }

  /** The page as a browser asks for it at another port: that of a proxy. */
  public URI page(String path, int port) {
    ServerProcess first = servers.get(0);
    return URI.create(first.uri(path).toString().replace(":" + first.port(), ":" + port));
  }

  public int port() {
    return balancer == null ? servers.get(0).port() : balancer.port();
  }

  public HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(page(path)));
  }

  public HttpResponse<String> post(String path, String json) {
    return send(
        HttpRequest.newBuilder(page(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /** Sends a form, from this machine and without a key. */
  public HttpResponse<String> postForm(String path, String form) {
    return send(
        HttpRequest.newBuilder(page(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
  }

  /** A metric of all servers together. */
  public double metric(String name) {
    return servers.stream()
        .map(server -> send(HttpRequest.newBuilder(server.uri("metrics"))).body())
        .flatMap(String::lines)
        .filter(line -> line.startsWith(name + ' '))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .sum();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  /** Changes the tables past the server, over JDBC from this very process. */
  public void sql(String statement, Object... parameters) {
    try (Connection connection = connect();
        PreparedStatement prepared = prepare(connection, statement, parameters)) {
      prepared.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(statement, e);
    }
  }

  /** To its tables, for a program that does much with them. */
  public Connection connect() throws SQLException {
    return ForeignProgram.connect(tables);
  }

  /** What the table of stocks holds, in the order and the words of the board. */
  public List<String> board() {
    List<String> rows = new ArrayList<>();
    String query = "SELECT symbol, name, price, quantity FROM stock ORDER BY symbol";
    try (Connection connection = connect();
        PreparedStatement prepared = prepare(connection, query);
        ResultSet stock = prepared.executeQuery()) {
      while (stock.next()) {
        rows.add(
            "%s|%s|%,.2f|%,d"
                .formatted(
                    stock.getString(1),
                    stock.getString(2),
                    stock.getBigDecimal(3),
                    stock.getLong(4)));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
    return rows;
  }

  private static PreparedStatement prepare(
      Connection connection, String statement, Object... parameters) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(statement);
    for (int i = 0; i < parameters.length; i++) {
      prepared.setObject(i + 1, parameters[i]);
    }
    return prepared;
  }

  @Override
  public void close() {
    if (balancer != null) {
      balancer.close();
    }
    servers.forEach(ServerProcess::close);
    data.close();
  }
}
