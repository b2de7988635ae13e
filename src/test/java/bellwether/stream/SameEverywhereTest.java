package bellwether.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.auth.Revocations;
import bellwether.demo.CutServlet;
import bellwether.demo.OtherDemos;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.Tables;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.mercure.MercureServlet;
import bellwether.mercure.TopicBase;
import bellwether.notification.JdbcNotificationRepository;
import bellwether.notification.JdbcReadMarks;
import bellwether.notification.NotificationsServlet;
import bellwether.observe.Metrics;
import bellwether.operate.RevocationsServlet;
import bellwether.stock.JdbcPriceHistory;
import bellwether.stock.JdbcStockRepository;
import bellwether.stock.StocksServlet;
import bellwether.wire.UriText;
import jakarta.servlet.http.HttpServlet;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same value is judged alike in every format, at every URL that takes a body. */
class SameEverywhereTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T08:00:00Z"));
  private static final int MAX_BODY = 10_000;
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String JSON = "application/json";
  private static final String LINES = "application/x-ndjson";
  private static final String CSV = "text/csv";

  private final ManualScheduler scheduler = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(1000);
  private final Tables tables = new Tables();
  private final Hub hub = Hubs.over(log, scheduler);
  private final Retry retry = new Retry(Duration.ofSeconds(1), new Random(1));
  private final ConnectionRegistry registry = new ConnectionRegistry(10, new Metrics());
  private final StreamContext context =
      new StreamContext(
          registry,
          new FailedRequests(),
          new Metrics(),
          scheduler,
          scheduler::nanoTime,
          retry::next);
  private final StreamRights rights = new StreamRights(registry, scheduler, CLOCK, token -> false);
  private final Gate gate = request -> Grant.ALL;
  private Endpoints endpoints;

  /** What takes a body, each with a way to put a text value into one of its own. */
  private record Endpoints(
      HttpServlet events,
      HttpServlet mercure,
      HttpServlet stocks,
      HttpServlet notifications,
      HttpServlet revocations,
      HttpServlet cut) {}

  /**
   * A URL and a format that it takes.
   *
   * @param body where {@code VALUE} stands for a text, as this format writes it
   */
  private record Way(String method, String path, String sub, String type, String body) {
    Exchange with(byte[] bytes) {
      return new Exchange(method, path, sub.isEmpty() ? null : sub)
          .with("Content-Type", type)
          .body(bytes);
    }

    byte[] saying(byte[] value) {
      int at = body.indexOf("VALUE");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(body.substring(0, at).getBytes(UTF_8));
      bytes.writeBytes(value);
      bytes.writeBytes(body.substring(at + "VALUE".length()).getBytes(UTF_8));
      return bytes.toByteArray();
    }

    Exchange saying(String value) {
      return with(saying(value.getBytes(UTF_8)));
    }

    boolean isForm() {
      return type.equals(FORM);
    }

    boolean isJson() {
      return type.equals(JSON) || type.equals(LINES);
    }

    @Override
    public String toString() {
      return method + ' ' + path + sub + ' ' + type;
    }
  }

  private static List<Way> ways() {
    String stock = "{\"name\":\"VALUE\",\"price\":1,\"quantity\":1}";
    return List.of(
        new Way("POST", "/events", "", FORM, "topic=a&data=VALUE"),
        new Way("POST", "/events", "", JSON, "[{\"topic\":\"a\",\"data\":\"VALUE\"}]"),
        new Way("POST", "/events", "", LINES, "{\"topic\":\"a\",\"data\":{\"x\":[\"VALUE\"]}}\n"),
        new Way("POST", "/.well-known/mercure", "", FORM, "topic=a&data=VALUE"),
        new Way("PUT", "/api/stocks", "/A", JSON, stock),
        new Way(
            "PUT", "/api/stocks", "", JSON, "[" + stock.replace("{", "{\"symbol\":\"A\",") + "]"),
        new Way("PUT", "/api/stocks", "", CSV, "symbol,name,price,quantity\nA,VALUE,1,1\n"),
        new Way("POST", "/api/notifications", "", JSON, "{\"title\":\"VALUE\"}"),
        new Way("POST", "/api/notifications", "/read", JSON, "{\"user\":\"VALUE\",\"upTo\":1}"),
        new Way("POST", "/admin/revocations", "", FORM, "user=VALUE"),
        new Way("POST", "/demo/cut", "", FORM, "topic=VALUE"));
  }

  private static Stream<Way> forms() {
    return ways().stream().filter(Way::isForm);
  }

  private static Stream<Way> jsons() {
    return ways().stream().filter(Way::isJson);
  }

  @BeforeEach
  void open(@TempDir Path directory) throws Exception {
    Publishing publishing =
        new Publishing(
            hub, topic -> false, topic -> false, ClientLimits.none(), 100, TestExchanges.of(1000));
    StreamOpener streams = Openers.of(hub, context, retry, retry::nextWhenRefused, scheduler);
    JdbcStockRepository stocks = new JdbcStockRepository(tables.dataSource());
    endpoints =
        new Endpoints(
            new EventsServlet(
                publishing,
                streams,
                Openers.polls(hub, context, retry::nextWhenRefused, scheduler),
                gate,
                gate,
                TestExchanges.of(MAX_BODY),
                CLOCK),
            new MercureServlet(
                publishing,
                streams,
                gate,
                gate,
                new TopicBase(null),
                null,
                ClientLimits.none(),
                TestExchanges.of(MAX_BODY),
                CLOCK),
            new StocksServlet(
                gate,
                stocks,
                new JdbcPriceHistory(tables.dataSource(), new Random(1)),
                () -> {},
                TestExchanges.of(MAX_BODY),
                CLOCK),
            new NotificationsServlet(
                gate,
                new JdbcNotificationRepository(tables.dataSource(), CLOCK),
                new JdbcReadMarks(tables.dataSource(), CLOCK),
                () -> {},
                TestExchanges.of(MAX_BODY),
                CLOCK),
            new RevocationsServlet(
                gate,
                Revocations.open(directory.resolve("revoked"), CLOCK),
                rights,
                TestExchanges.of(1000)),
            new CutServlet(registry, OtherDemos.NONE, TestExchanges.of(1000)));
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void takesPlainText(Way way) {
    assertThat(send(way.saying("fine")).status()).isIn(200, 201, 204);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void takesAByteOrderMarkBeforeABody(Way way) {
    byte[] body = way.saying("fine".getBytes(UTF_8));
    assertThat(send(way.with(concat("\ufeff".getBytes(UTF_8), body))).status()).isIn(200, 201, 204);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void takesCharactersBeyondAscii(Way way) {
    assertThat(send(way.saying("caf\u00e9 \ud83d\udd14")).status()).isIn(200, 201, 204);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void refusesBytesThatAreNoUtf8(Way way) {
    for (byte[] bytes :
        List.of(
            "caf\u00e9".getBytes(ISO_8859_1),
            new byte[] {'a', (byte) 0xed, (byte) 0xa0, (byte) 0xbd}, // a surrogate by itself
            new byte[] {'a', (byte) 0xc0, (byte) 0xaf}, // overlong
            new byte[] {'a', (byte) 0xe2, (byte) 0x82})) { // cut off
      assertRefused(send(way.with(way.saying(bytes))), 400, "UTF-8");
    }
  }

  @ParameterizedTest
  @MethodSource("forms")
  void refusesPercentEncodedBytesThatAreNoUtf8(Way way) {
    for (String value : List.of("caf%E9", "%ed%a0%bd", "%C0%AF", "%e2%82", "%FF")) {
      assertRefused(send(way.saying(value)), 400, "UTF-8");
    }
  }

  @ParameterizedTest
  @MethodSource("jsons")
  void refusesHalfOfASurrogatePair(Way way) {
    for (String value : List.of("\\ud83d", "a\\uDD14", "\\udd14\\ud83d", "\\ud83d\\\\udd14")) {
      assertRefused(send(way.saying(value)), 400, "Unicode");
    }
    assertThat(send(way.saying("\\ud83d\\udd14")).status()).isIn(200, 201, 204);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void takesParametersOfTheMediaType(Way way) {
    for (String parameters :
        List.of(
            ";charset=UTF-8",
            "; Charset=\"utf-8\"",
            " ; header=present",
            ";header=present; charset=utf-8;",
            ";x=\"a;charset=latin1\"",
            ";")) {
      Exchange exchange = way.saying("fine").with("Content-Type", way.type() + parameters);
      assertThat(send(exchange).status()).as(parameters).isIn(200, 201, 204);
      Exchange large = way.saying("fine").with("Content-Type", upper(way.type()) + parameters);
      assertThat(send(large).status()).as(parameters).isIn(200, 201, 204);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void refusesAnotherCharset(Way way) {
    for (String charset : List.of("utf-16", "ISO-8859-1", "\"windows-1252\"", "us-ascii")) {
      Exchange exchange =
          way.saying("fine").with("Content-Type", way.type() + ";charset=" + charset);
      assertRefused(send(exchange), 415, "charset");
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void refusesABodyThatIsCompressedAndSaysWhatItTakes(Way way) {
    for (String coding : List.of("gzip", "br", "GZIP", "identity, gzip", "deflate", "zstd", "x")) {
      Exchange sent = send(way.saying("fine").with("Content-Encoding", coding));
      assertRefused(sent, 415, "Content-Encoding must be identity");
      assertThat(sent.header("Accept-Encoding")).isEqualTo("identity");
    }
    assertThat(send(way.saying("fine").with("Content-Encoding", "Identity")).status())
        .isIn(200, 201, 204);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void refusesAnotherMediaType(Way way) {
    for (String type : List.of("text/plain", "", ";", "multipart/form-data", way.type() + "x")) {
      Exchange sent = send(way.saying("fine").with("Content-Type", type));
      assertRefused(sent, 415, "Content-Type must be");
      assertThat(sent.header("Accept")).contains(way.type());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, true",
    "6.44e-06, true",
    "1E2, true",
    "1e+2, true",
    "0, true",
    "-0, true",
    "0.10, true",
    "1.5000000000, true",
    "0e1000000000, true",
    "01, false",
    "+1, false",
    ".5, false",
    "1., false",
    "1e, false",
    "1e5.5, false",
    "0x10, false",
    "1_000, false",
    "NaN, false",
    "Infinity, false",
    "-1, false",
    "1e1000000000, false",
    "1e-1000000000, false",
    "1e99999999999, false",
    "1.234567891, false",
    "\u0661, false",
  })
  void aNumberIsTheSameInJsonAndCsv(String price, boolean isTaken) {
    int status = isTaken ? 200 : 400;
    String json = "{\"name\":\"n\",\"price\":" + price + ",\"quantity\":1}";
    String csv = "symbol,name,price,quantity\nA,n," + price + ",1\n";
    String list = "[" + json.replace("{", "{\"symbol\":\"A\",") + "]";

    assertThat(put("/A", JSON, json).status()).isEqualTo(isTaken ? 201 : 400);
    String kept = get("/A").text();
    assertThat(put("", JSON, list).status()).isEqualTo(status);
    assertThat(put("", CSV, csv).status()).isEqualTo(status);
    assertThat(get("/A").text()).isEqualTo(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "0, true",
    "1500, true",
    "1.5e3, true",
    "1500.0, true",
    "999999999, true",
    "1000000000, false",
    "-1, false",
    "1.5, false",
    "01500, false",
    "+1500, false",
    "1e1000000000, false",
  })
  void aWholeNumberIsTheSameInJsonAndForms(String retry, boolean isTaken) {
    int status = isTaken ? 200 : 400;
    String json = "{\"topic\":\"a\",\"retry\":" + retry + "}";
    String form = "topic=a&retry=" + retry.replace("+", "%2B");

    assertThat(post("/events", FORM, form).status()).isEqualTo(status);
    assertThat(post("/.well-known/mercure", FORM, form).status()).isEqualTo(status);
    assertThat(post("/events", JSON, "[" + json + "]").status()).isEqualTo(status);
    assertThat(post("/events", LINES, json).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "topics",
        "Topic",
        "TOPIC",
        "topic[]",
        "topic[0]",
        "topic[a][b]",
        "to_pic",
        "to-pic",
        "topic ",
        "Topics[]",
        "amp;topic",
        "?topic",
        "\u00a0topic"
      })
  void aFieldThatIsMisspeltIsRefusedByName(String name) {
    for (String path : List.of("/events", "/.well-known/mercure")) {
      Exchange sent = post(path, FORM, "topic=a&" + name.replace(" ", "+") + "=b&data=x");
      assertRefused(sent, 400, name + ": write topic, repeated");
    }
    assertThat(log.newest()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Data", "types", "ID", "Retry", "PRIVATE", "private[]"})
  void everyFieldOfAPublicationIsSpeltRight(String name) {
    assertRefused(post("/events", FORM, "topic=a&" + name + "=1"), 400, name + ": write ");
    assertThat(log.newest()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "topic=b", "private[]=1", "Type=x"})
  void whatBelongsInTheBodyIsNotPassedOverInTheQuery(String query) {
    for (String path : List.of("/events", "/.well-known/mercure")) {
      Exchange publish = new Way("POST", path, "", FORM, "").with("topic=a&data=1".getBytes(UTF_8));
      assertRefused(send(publish.query(query)), 400, "is in the query: it belongs in the body");
    }
    assertThat(log.newest()).isZero();
    Exchange other = new Way("POST", "/events", "", FORM, "").with("topic=a".getBytes(UTF_8));
    assertThat(send(other.query("_=1&access_token=x")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/notifications, '', {\"title\":\"for ada\"}, user=ada",
    "POST, /api/notifications, '', {\"title\":\"for ada\"}, Users[]=ada",
    "POST, /api/notifications, /read, '{\"user\":\"ada\",\"upTo\":1}', upTo=1",
    "POST, /api/notifications, /1/read, {\"user\":\"ada\"}, user=bob",
    "PUT, /api/stocks, /A, '{\"name\":\"A\",\"price\":1,\"quantity\":1}', currency=EUR",
    "PUT, /api/stocks, '', [], symbol=A"
  })
  void whatIsSaidInJsonIsNotPassedOverInTheQuery(
      String method, String path, String sub, String body, String query) {
    Exchange asked = new Way(method, path, sub, JSON, "").with(body.getBytes(UTF_8)).query(query);
    assertRefused(send(asked), 400, "is in the query: it belongs in the body");
  }

  @Test
  void whomToRevokeIsNotPassedOverInTheQuery() {
    Way form = new Way("POST", "/admin/revocations", "", FORM, "");
    Exchange asked = form.with("token=t".getBytes(UTF_8)).query("user=bob");
    assertRefused(send(asked), 400, "user is in the query: it belongs in the body");
  }

  private static Stream<Way> objects() {
    String event = "{\"topic\":\"a\",\"type\":\"t\",\"id\":\"i\",\"retry\":1,\"private\":true}";
    String stock =
        "{\"symbol\":\"A\",\"name\":\"n\",\"price\":1,\"quantity\":1,"
            + "\"currency\":\"EUR\",\"updatedAt\":\"2026-11-25T08:00:00Z\"}";
    String notification =
        "{\"user\":\"u\",\"title\":\"t\",\"body\":\"b\",\"severity\":\"warning\","
            + "\"link\":\"https://a.example/\",\"expiresAt\":\"2030-01-01T00:00:00Z\"}";
    return Stream.of(
        new Way("POST", "/events", "", JSON, '[' + event + ']'),
        new Way("POST", "/events", "", LINES, event),
        new Way("PUT", "/api/stocks", "/A", JSON, stock),
        new Way("PUT", "/api/stocks", "", JSON, '[' + stock + ']'),
        new Way("POST", "/api/notifications", "", JSON, notification),
        new Way("POST", "/api/notifications", "/read", JSON, "{\"user\":\"u\",\"upTo\":1}"),
        new Way("POST", "/api/notifications", "/1/read", JSON, "{\"user\":\"u\"}"));
  }

  @ParameterizedTest
  @MethodSource("objects")
  void aFieldThatIsNullCountsAsLeftOut(Way way) {
    assertThat(send(way.with(way.body().getBytes(UTF_8))).status()).isIn(200, 201, 204, 404);
    Matcher field = Pattern.compile("(\"\\w+\":)(\"[^\"]*\"|[^,}]+),?").matcher(way.body());
    while (field.find()) {
      String body = way.body();
      String isNull = body.substring(0, field.end(1)) + "null" + body.substring(field.end(2));
      String without = body.substring(0, field.start()) + body.substring(field.end());
      Exchange sent = send(way.with(isNull.getBytes(UTF_8)));
      Exchange expected = send(way.with(without.replace(",}", "}").getBytes(UTF_8)));
      assertThat(sent.status()).as(isNull + sent.text()).isEqualTo(expected.status());
      if (sent.status() == 400) {
        assertThat(sent.text()).as(isNull).isEqualTo(expected.text());
      }
      if (way.path().equals("/api/stocks")) {
        assertThat(get("/A").text()).contains("\"currency\":\"EUR\"");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("objects")
  void anUnknownFieldIsRefusedAlsoIfItIsNull(Way way) {
    String body = way.body().replace("}", ",\"other\":null}");
    assertRefused(send(way.with(body.getBytes(UTF_8))), 400, "unknown field \\\"other\\\"");
  }

  @Test
  void ofDataNullIsAValueLikeAnyOther() {
    assertThat(post("/events", JSON, "[{\"topic\":\"a\",\"data\":null}]").status()).isEqualTo(200);
    ReadResult.Batch kept = (ReadResult.Batch) log.read(Place.at(0), 1, entry -> true, 1);
    assertThat(kept.entries().get(0).publication().data()).isEqualTo("null");
  }

  @Test
  void everyNameThatATokenMayHaveCanBeRevoked() {
    String encoded = UriText.encode("\ud83d\udd14".repeat(1024)); // in a form, the longest
    String until = "&expires=2026-12-26T01:39:03.123456789Z";
    assertThat(post("/admin/revocations", FORM, "user=" + encoded).status()).isEqualTo(200);
    assertThat(post("/admin/revocations", FORM, "token=" + encoded + until).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void whetherThereIsAStreamIsSaidToHeadAsToGet(String method) {
    assertRefused(send(new Exchange(method, "/events", null).query("topic[]=a")), 400, "");
    Exchange poll = new Exchange(method, "/events", null).query("since=tomorrow");
    assertRefused(send(poll.with("Accept", "application/json")), 400, "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"timestamp\":1,\"timestamp\":2,",
        "\"timestamp\":{\"n\":1,\"n\":2},",
        "\"next\":\"\\ud83d\","
      })
  void whatDoesNotMatterAroundAListIsJudgedAllTheSame(String members) {
    Exchange sent = put("", JSON, '{' + members + "\"stocks\":[]}");
    assertThat(sent.status()).isEqualTo(400);
  }

  @Test
  void otherFieldsDoNotMatter() {
    assertThat(post("/events", FORM, "topic=a&_=1&v=2&subtopic=x&[]=y&[=z").status())
        .isEqualTo(200);
  }

  @Test
  void aNameGivenTwiceDropsNothingHoweverDeepItIs() {
    Exchange sent = post("/events", JSON, "[{\"topic\":\"a\",\"data\":{\"x\":{\"n\":1,\"n\":2}}}]");
    assertThat(sent.status()).isEqualTo(400);
    assertThat(log.newest()).isZero();
  }

  private static String upper(String type) {
    return type.toUpperCase(Locale.ROOT);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(first);
    bytes.writeBytes(second);
    return bytes.toByteArray();
  }

  private Exchange put(String sub, String type, String body) {
    return send(new Way("PUT", "/api/stocks", sub, type, "").with(body.getBytes(UTF_8)));
  }

  private Exchange get(String sub) {
    return send(new Exchange("GET", "/api/stocks", sub));
  }

  private Exchange post(String path, String type, String body) {
    return send(new Way("POST", path, "", type, "").with(body.getBytes(UTF_8)));
  }

  private Exchange send(Exchange exchange) {
    String path = exchange.request().getServletPath();
    HttpServlet servlet =
        switch (path) {
          case "/events" -> endpoints.events();
          case "/api/stocks" -> endpoints.stocks();
          case "/api/notifications" -> endpoints.notifications();
          case "/admin/revocations" -> endpoints.revocations();
          case "/demo/cut" -> endpoints.cut();
          default -> endpoints.mercure();
        };
    return exchange.through(servlet);
  }

  private static void assertRefused(Exchange exchange, int status, String words) {
    assertThat(exchange.status()).as(exchange.text()).isEqualTo(status);
    assertThat(exchange.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(exchange.text()).contains(words);
  }
}
