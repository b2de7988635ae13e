package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.access.CredentialGate;
import bellwether.access.Gate;
import bellwether.access.Origins;
import bellwether.access.SessionServlet;
import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.Revocations;
import bellwether.eventlog.MemoryEventLog;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.Tables;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.mercure.ActiveSubscriptions;
import bellwether.mercure.MercureServlet;
import bellwether.mercure.SubscriptionDirectory;
import bellwether.mercure.SubscriptionsServlet;
import bellwether.mercure.TopicBase;
import bellwether.notification.JdbcNotificationRepository;
import bellwether.notification.JdbcReadMarks;
import bellwether.notification.NotificationsServlet;
import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import bellwether.operate.RevocationsServlet;
import bellwether.stock.JdbcPriceHistory;
import bellwether.stock.JdbcStockRepository;
import bellwether.stock.StocksServlet;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a header says, the answer is one of ours, and never that it is our fault. */
class OddHeadersTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T08:00:00Z"));

  /** Each is also sent cut off, at several places. */
  private static final List<String> ODD =
      List.of(
          "",
          ";",
          ",",
          "=",
          "\"",
          "\\",
          "\"\\",
          ";;,,==",
          "*/*;q",
          "*/*;q=",
          "text/event-stream;q=2, ;q=0.5, /, */, /*, a/b/c",
          "application/json;a=\"b,c;d\\\"\";q=0.1",
          "wait",
          "wait=\"25",
          "wait=99999999999999999999, wait=-1",
          "W/\"a\", \"b\", *, W/, \"",
          "Bearer",
          "Bearer  ",
          "bearer\ta",
          "Bearer a b\u0085c",
          "Basic YTpi",
          "mercureAuthorization=; a==b; =; ;",
          "null",
          "http://",
          "http://[",
          "https://a_b:99999/%zz",
          "bytes=0-, 5-1, -",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
          "gzip;q=x, ,",
          "caf\u00e9 \u00c3\u00a9 \u00ff\u00fe",
          "bwi8gsp3qfj-99999999999999999999",
          "-1",
          "9".repeat(5000),
          ",".repeat(5000),
          "\"a\"".repeat(2000),
          "a;".repeat(2000));

  private static final List<String> ENDPOINTS =
      List.of(
          "GET /events",
          "HEAD /events",
          "POST /events",
          "GET /.well-known/mercure",
          "QUERY /.well-known/mercure",
          "POST /.well-known/mercure",
          "GET /.well-known/mercure/subscriptions",
          "GET /api/stocks",
          "PUT /api/stocks",
          "GET /api/stocks/A",
          "PUT /api/stocks/A",
          "DELETE /api/stocks/A",
          "GET /api/notifications",
          "POST /api/notifications",
          "POST /session",
          "POST /admin/drain",
          "POST /admin/revocations");

  private final ManualScheduler scheduler = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(1000);
  private final Tables tables = new Tables();
  private final ConnectionRegistry registry = new ConnectionRegistry(100_000, new Metrics());
  private ApiServlet[] servlets = {};

  @BeforeEach
  void open(@TempDir Path directory) throws IOException {
    Hub hub = Hubs.over(log, scheduler);
    Retry retry = new Retry(Duration.ofSeconds(1), new Random(1));
    StreamContext context =
        new StreamContext(
            registry,
            new FailedRequests(),
            new Metrics(),
            scheduler,
            scheduler::nanoTime,
            retry::next);
    StreamRights rights = new StreamRights(registry, scheduler, CLOCK, token -> false);
    Gate gate = gate();
    StreamOpener streams = Openers.of(hub, context, retry, retry::nextWhenRefused, scheduler);
    Publishing publishing =
        new Publishing(
            hub, topic -> false, topic -> false, ClientLimits.none(), 100, TestExchanges.of(1000));
    PollOpener polls = Openers.polls(hub, context, retry::nextWhenRefused, scheduler);
    TopicBase base = new TopicBase(null);
    servlets =
        new ApiServlet[] {
          new EventsServlet(publishing, streams, polls, gate, gate, TestExchanges.of(1000), CLOCK),
          new MercureServlet(
              publishing,
              streams,
              gate,
              gate,
              base,
              null,
              ClientLimits.none(),
              TestExchanges.of(1000),
              CLOCK),
          new SubscriptionsServlet(
              new ActiveSubscriptions(hub, SubscriptionDirectory.NONE, scheduler, UUID::randomUUID),
              hub,
              gate,
              base,
              TestExchanges.of(1000)),
          new StocksServlet(
              gate,
              new JdbcStockRepository(tables.dataSource()),
              new JdbcPriceHistory(tables.dataSource(), new Random(1)),
              () -> {},
              TestExchanges.of(1000),
              CLOCK),
          new NotificationsServlet(
              gate,
              new JdbcNotificationRepository(tables.dataSource(), CLOCK),
              new JdbcReadMarks(tables.dataSource(), CLOCK),
              () -> {},
              TestExchanges.of(1000),
              CLOCK),
          new SessionServlet(gate, CLOCK),
          new RevocationsServlet(
              gate,
              Revocations.open(directory.resolve("revoked"), CLOCK),
              rights,
              TestExchanges.of(1000))
        };
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Content-Encoding",
        "Content-Type",
        "Cookie",
        "Host",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
        "Last-Event-ID",
        "Origin",
        "Prefer",
        "Range",
        "Referer",
        "Sec-Fetch-Site",
        "traceparent",
        "X-Forwarded-For",
      })
  void whateverAHeaderSays(String header) {
    for (String value : values()) {
      for (String endpoint : ENDPOINTS) {
        Exchange exchange = send(endpoint, header, value);
        if (exchange.isOpen()) {
          continue; // a poll, which is answered later
        }
        assertThat(exchange.status())
            .as(endpoint + ' ' + header + ": " + value)
            .isIn(200, 201, 204, 304, 400, 401, 403, 404, 406, 409, 412, 415);
      }
    }
  }

  @Test
  void aSemicolonIsNoMediaTypeAndNoFault() {
    assertThat(send("GET /events", "Accept", ";").status()).isEqualTo(406);
    assertThat(send("GET /events", "Accept", ";,text/event-stream").status()).isEqualTo(200);
  }

  @Test
  void whatIsInQuotesSeparatesNothing() {
    Exchange poll = send("HEAD /events", "Accept", "application/json;a=\",text/event-stream,\"");
    assertThat(poll.header("Content-Type")).isEqualTo("application/json");
  }

  private static List<String> values() {
    List<String> values = new ArrayList<>();
    for (String odd : ODD) {
      values.add(odd);
      for (int end = 1; end < Math.min(odd.length(), 100); end += 7) {
        values.add(odd.substring(0, end));
      }
    }
    return values;
  }

  private Exchange send(String endpoint, String header, String value) {
    String method = endpoint.substring(0, endpoint.indexOf(' '));
    String path = endpoint.substring(endpoint.indexOf(' ') + 1);
    boolean isStock = path.endsWith("/A");
    boolean isForm = !path.startsWith("/api");
    Exchange exchange =
        new Exchange(method, isStock ? "/api/stocks" : path, isStock ? "/A" : null)
            .query("topic=a")
            .async(new FakeResponse(new Random(1), 0))
            .json("{}");
    if (isForm) {
      exchange.with("Content-Type", "application/x-www-form-urlencoded").body(new byte[0]);
    }
    exchange.with(header, value);
    exchange.through(servletOf(path));
    registry.forEach(
        held -> {
          if (held instanceof StreamConnection stream) { // a poll would be answered anew
            stream.close(CloseReason.GONE);
          }
        });
    return exchange;
  }

  private ApiServlet servletOf(String path) {
    return switch (path) {
      case "/events" -> servlets[0];
      case "/.well-known/mercure" -> servlets[1];
      case "/.well-known/mercure/subscriptions" -> servlets[2];
      case "/api/notifications" -> servlets[4];
      case "/session" -> servlets[5];
      case "/admin/drain", "/admin/revocations" -> servlets[6];
      default -> servlets[3];
    };
  }

  private Gate gate() {
    Gate byCredentials =
        new CredentialGate(
            null,
            text -> {
              throw new InvalidTokenException("none is valid");
            },
            true,
            new Origins(List.of("https://trusted.example")),
            scheduler::nanoTime);
    return request -> {
      Grant shown = byCredentials.grantOf(request);
      return shown.equals(Grant.NONE) ? Grant.ALL : shown;
    };
  }
}
