package bellwether.stock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.EntityTag;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.Tables;
import bellwether.fixtures.TestExchanges;
import bellwether.topic.TopicSelector;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StocksServletTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");
  private static final String APPLE = "{\"name\":\"Apple Inc.\",\"price\":189.3,\"quantity\":120}";
  private static final String APPLE_KEPT =
      "{\"symbol\":\"AAPL\",\"name\":\"Apple Inc.\",\"price\":189.30,\"quantity\":120,"
          + "\"currency\":\"USD\",\"updatedAt\":\"2026-11-21T05:24:00Z\"}";

  private final Tables tables = new Tables();
  private final StockRepository stocks = new JdbcStockRepository(tables.dataSource());
  private final JdbcPriceHistory history =
      new JdbcPriceHistory(tables.dataSource(), new SplittableRandom(1));
  private Grant grant = Grant.ALL;
  private int wakeUps;
  private final StocksServlet servlet =
      new StocksServlet(
          request -> grant, stocks, history, this::woken, TestExchanges.of(1000), () -> TIME);

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void createsAStockAndSaysWhereItIs() {
    Exchange put = put("/AAPL", APPLE);

    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo("/shop/api/stocks/AAPL");
    assertThat(put.header("Content-Type")).isEqualTo("application/json");
    assertThat(put.header("Cache-Control")).isEqualTo("no-store");
    assertThat(put.text()).isEqualTo(APPLE_KEPT);
    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void replacesAStock() {
    put("/AAPL", APPLE);
    Exchange put = put("/AAPL", "{\"name\":\"Apple\",\"price\":1,\"quantity\":0}");

    assertThat(put.status()).isEqualTo(200);
    assertThat(put.header("Location")).isNull();
    assertThat(get("/AAPL").text()).contains("\"name\":\"Apple\",\"price\":1.00,\"quantity\":0");
    assertThat(wakeUps).isEqualTo(2);
  }

  @Test
  void showsOneStockAndTheBoard() {
    put("/AAPL", APPLE);
    String board = "{\"stocks\":[" + APPLE_KEPT + "],\"timestamp\":\"2026-11-21T05:24:00Z\"}";

    assertThat(get("/AAPL").text()).isEqualTo(APPLE_KEPT);
    assertThat(get(null).text()).isEqualTo(board);
  }

  @ParameterizedTest
  @ValueSource(strings = {"^GSPC", "EURUSD=X", "BRK.B", "M&M.NS", "A B", "0#.SPX", "A+B"})
  void whatAGetGaveMayBePutBack(String symbol) {
    String path = "/" + symbol;
    String uri = "/shop/api/stocks/" + new Symbol(symbol).inUrl();
    Exchange put = new Exchange("PUT", "/api/stocks", path).uri(uri).json(APPLE).through(servlet);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo(uri);
    Exchange got = new Exchange("GET", "/api/stocks", path).uri(uri).through(servlet);
    String board = get(null).text();
    String page = new Exchange("GET", "/api/stocks", null).query("limit=1").through(servlet).text();

    Exchange back =
        new Exchange("PUT", "/api/stocks", path)
            .uri(uri)
            .with("If-Match", String.valueOf(got.header("ETag")))
            .json(got.text())
            .through(servlet);

    assertThat(back.status()).isEqualTo(200);
    assertThat(back.text()).isEqualTo(got.text());
    assertThat(back.header("ETag")).isEqualTo(got.header("ETag"));
    assertThat(put(null, "[" + got.text() + "]").text())
        .isEqualTo("{\"created\":0,\"replaced\":1}");
    assertThat(put(null, board).text()).isEqualTo("{\"created\":0,\"replaced\":1}");
    assertThat(put(null, page).text()).isEqualTo("{\"created\":0,\"replaced\":1}");
    assertThat(get(null).text()).isEqualTo(board);
  }

  @Test
  void aPageThatSaysWhatFollowsMayBePutBackToo() {
    put("/AAPL", APPLE);
    put("/MSFT", APPLE);
    String page = new Exchange("GET", "/api/stocks", null).query("limit=1").through(servlet).text();
    assertThat(page).contains("\"next\":\"AAPL\"");
    assertThat(put(null, page).text()).isEqualTo("{\"created\":0,\"replaced\":1}");
  }

  @Test
  void whatIsOfOneStockIsNotPutAtAnother() {
    put("/AAPL", APPLE);
    assertProblem(put("/MSFT", get("/AAPL").text()), 400, "symbol is not MSFT, as the URL says");
    assertThat(stocks.find(new Symbol("MSFT"))).isEmpty();
  }

  @Test
  void aSymbolThatNeedsItIsEncodedInTheLinkToTheNextPage() {
    put("/^GSPC", APPLE);
    put("/M&M.NS", APPLE);
    put("/Z", APPLE);
    Exchange page = new Exchange("GET", "/api/stocks", null).query("limit=1").through(servlet);
    assertThat(page.header("Link")).isEqualTo("<?limit=1&after=M%26M.NS>; rel=\"next\"");
    Exchange next =
        new Exchange("GET", "/api/stocks", null).query("limit=9&after=M%26M.NS").through(servlet);
    assertThat(next.text()).contains("\"Z\"", "\"^GSPC\"").doesNotContain("M&M.NS");
  }

  @Test
  void refusesParametersThatAreMisspelt() {
    for (String query : List.of("Limit=1", "limit[]=1", "afters=A", "AFTER=A")) {
      assertThat(new Exchange("GET", "/api/stocks", null).query(query).through(servlet).status())
          .as(query)
          .isEqualTo(400);
    }
    assertThat(new Exchange("GET", "/api/stocks", null).query("_=1").through(servlet).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%FF", "/caf%E9", "/%ED%A0%BD", "/A%C0%AF"})
  void refusesAPathThatIsNoUtf8(String path) {
    Exchange get =
        new Exchange("GET", "/api/stocks", "/\ufffd")
            .uri("/shop/api/stocks" + path)
            .through(servlet);
    assertProblem(get, 400, "what is percent-encoded is not well-formed UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/AAPL/", "/AAPL/prices/", "/prices/"})
  void noPathEndsInASlash(String path) {
    put("/AAPL", APPLE);
    for (String method : List.of("GET", "PUT", "DELETE", "POST")) {
      assertThat(send(method, path).status()).as(method).isEqualTo(404);
    }
  }

  @Test
  void answersHeadWithoutTheBody() {
    Exchange head = new Exchange("HEAD", "/api/stocks", null).through(servlet);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(get(null).header("Content-Length"));
    assertThat(head.text()).isEmpty();
  }

  @Test
  void deletesOnce() {
    put("/AAPL", APPLE);

    assertThat(send("DELETE", "/AAPL").status()).isEqualTo(204);
    assertThat(wakeUps).isEqualTo(2);
    assertProblem(send("DELETE", "/AAPL"), 404, "no stock AAPL");
    assertProblem(get("/AAPL"), 404, "no stock AAPL");
    assertThat(wakeUps).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "/aapl, 400",
    "/A%2FB, 400",
    "/A/B, 404",
    "//, 404",
    "/ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456, 400"
  })
  void refusesWhatIsNoSymbol(String path, int status) {
    assertThat(get(path).status()).isEqualTo(status);
    assertThat(put(path, APPLE).status()).isEqualTo(status);
    assertThat(send("DELETE", path).status()).isEqualTo(status);
    assertThat(wakeUps).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"x\",\"price\":1e1000000000,\"quantity\":1}",
        "{\"name\":\"x\",\"price\":1,\"quantity\":1e1000000000}",
        "{\"name\":\"x\",\"price\":-1,\"quantity\":1}",
        "{\"name\":\"x\",\"price\":1,\"quantity\":1,\"more\":1}",
        "{\"name\":\"x\",\"price\":1}",
        "{\"name\":\"x\",\"price\":1,\"quantity\":1,\"price\":2}",
        "[]"
      })
  void keepsNothingOfABadBody(String body) {
    Exchange put = put("/X", body);

    assertThat(put.status()).isEqualTo(400);
    assertThat(put.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(stocks.all()).isEmpty();
    assertThat(wakeUps).isZero();
  }

  @Test
  void refusesABodyThatIsTooLargeOrOfAnotherType() {
    assertThat(put("/X", " ".repeat(1001)).status()).isEqualTo(413);
    Exchange text = new Exchange("PUT", "/api/stocks", "/X").with("Content-Type", "text/plain");
    assertThat(text.through(servlet).status()).isEqualTo(415);
  }

  @Test
  void asksForAKeyWhenNoneWasShown() {
    grant = Grant.NONE;
    Exchange put = put("/AAPL", "not even looked at");

    assertProblem(put, 401, "a key or token is needed: Authorization: Bearer");
    assertThat(put.header("WWW-Authenticate"))
        .startsWith("Bearer realm=\"bellwether\"")
        .doesNotContain("error=");
    assertThat(send("DELETE", "/AAPL").status()).isEqualTo(401);
    assertThat(get(null).status()).isEqualTo(200);
  }

  @Test
  void refusesAKeyThatDoesNotDo() {
    grant = Grant.NONE;
    Exchange delete =
        new Exchange("DELETE", "/api/stocks", "/AAPL").with("Authorization", "Bearer x");

    assertProblem(delete.through(servlet), 403, "the key or token does not allow this");
    assertThat(delete.header("WWW-Authenticate")).contains("error=\"insufficient_scope\"");
  }

  @Test
  void whoMayPublishToAStocksTopicMayChangeTheStock() {
    grant = publisherOf("stocks/AAPL");
    assertThat(send("DELETE", "/AAPL").status()).isNotIn(401, 403);
    assertThat(send("DELETE", "/MSFT").status()).isEqualTo(401);
    assertThat(put(null, "[]").status()).isEqualTo(401);

    grant = publisherOf("stocks");
    assertThat(put(null, "[]").status()).isNotIn(401, 403);
    assertThat(send("DELETE", "/AAPL").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "POST,   ,      'GET, HEAD, PUT, OPTIONS'",
        "DELETE, ,      'GET, HEAD, PUT, OPTIONS'",
        "TRACE,  ,      'GET, HEAD, PUT, OPTIONS'",
        "PUT,    /prices,      'GET, HEAD, OPTIONS'",
        "DELETE, /AAPL/prices, 'GET, HEAD, OPTIONS'",
        "POST,   /AAPL, 'GET, HEAD, PUT, DELETE, OPTIONS'",
        "PATCH,  /AAPL, 'GET, HEAD, PUT, DELETE, OPTIONS'",
      })
  void saysWhatIsAllowed(String method, @Nullable String path, String allowed) {
    Exchange refused = send(method, path);

    assertProblem(refused, 405, "allowed here: " + allowed);
    assertThat(refused.header("Allow")).isEqualTo(allowed);
    Exchange options = send("OPTIONS", path);
    assertThat(options.status()).isEqualTo(204);
    assertThat(options.header("Allow")).isEqualTo(allowed);
  }

  @Test
  void asksToComeBackWhenTheDatabaseIsAway() {
    tables.goAway("Connection refused to db.internal");
    Exchange get = get(null);

    assertProblem(get, 503, "the database is out of reach; try again");
    assertThat(get.header("Retry-After")).isEqualTo("5");
    assertThat(get.header("Cache-Control")).isEqualTo("no-store");
    assertThat(put("/AAPL", APPLE).status()).isEqualTo(503);
    assertThat(wakeUps).isZero();
  }

  @Test
  void keepsItsFaultsToItself() {
    var faulty =
        new StocksServlet(
            request -> {
              throw new IllegalStateException("secret");
            },
            stocks,
            history,
            () -> {},
            TestExchanges.of(1000),
            () -> TIME);
    try (LogLines log = new LogLines(ApiServlet.class)) {
      Exchange delete = new Exchange("DELETE", "/api/stocks", "/X").through(faulty);

      assertProblem(delete, 500, "this is our fault; the server's log says more");
      assertThat(log.lines())
          .containsExactly("SEVERE Could not answer DELETE /api/stocks/* with a stack");
    }
  }

  @Test
  void tellsAProblemAsItsStandardHasIt() {
    assertThat(get("/" + new Symbol("NONE")).text())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"detail\":\"no stock NONE\"}");
  }

  @Test
  void keepsTheCurrencyThatAPutDoesNotSay() {
    put("/SAP", "{\"name\":\"SAP SE\",\"price\":214.9,\"quantity\":1,\"currency\":\"EUR\"}");
    Exchange put = put("/SAP", "{\"name\":\"SAP SE\",\"price\":215,\"quantity\":1}");

    assertThat(put.text()).contains("\"price\":215.00,\"quantity\":1,\"currency\":\"EUR\"");
    assertThat(get("/SAP").text()).isEqualTo(put.text());
  }

  @Test
  void tagsAStockBothWhenItIsReadAndWhenItIsWritten() {
    String tag = tag(put("/AAPL", APPLE));
    assertThat(tag).matches("\"[A-Za-z0-9_-]{16}\"");
    assertThat(tag(get("/AAPL"))).isEqualTo(tag);
    assertThat(get("/AAPL").header("Cache-Control")).isEqualTo("no-cache");
    assertThat(tag(put("/AAPL", APPLE))).as("nothing new").isEqualTo(tag);

    String other = tag(put("/AAPL", "{\"name\":\"Apple\",\"price\":1,\"quantity\":0}"));
    assertThat(other).isNotEqualTo(tag).isEqualTo(tag(get("/AAPL")));
  }

  @Test
  void leavesOutWhatAReaderHasAlready() {
    String tag = tag(put("/AAPL", APPLE));
    Exchange known = send("GET", "/AAPL", "If-None-Match", "W/" + tag);

    assertThat(known.status()).isEqualTo(304);
    assertThat(known.text()).isEmpty();
    assertThat(tag(known)).isEqualTo(tag);
    assertThat(send("GET", "/AAPL", "If-None-Match", "*").status()).isEqualTo(304);
    assertThat(send("GET", "/AAPL", "If-None-Match", "\"other\"").text()).isEqualTo(APPLE_KEPT);
    assertThat(send("GET", "/NONE", "If-None-Match", "*").status()).isEqualTo(404);
  }

  @Test
  void changesOnlyTheStateThatTheClientHasSeen() {
    String seen = tag(put("/AAPL", APPLE));
    String changed = "{\"name\":\"Apple\",\"price\":1,\"quantity\":0}";
    assertThat(put("/AAPL", changed, "If-Match", seen).status()).isEqualTo(200);

    Exchange late = put("/AAPL", APPLE, "If-Match", seen);
    assertThat(late.status()).isEqualTo(412);
    assertThat(late.text()).contains("Precondition Failed", "If-Match: the resource has changed");
    assertThat(send("DELETE", "/AAPL", "If-Match", seen).status()).isEqualTo(412);
    assertThat(get("/AAPL").text()).contains("\"name\":\"Apple\"");
    assertThat(wakeUps).isEqualTo(2);
    assertThat(send("DELETE", "/AAPL", "If-Match", tag(get("/AAPL"))).status()).isEqualTo(204);
  }

  @Test
  void replacesOnlyWhatIsThereIfAsked() {
    assertProblem(
        put("/AAPL", APPLE, "If-Match", "*"), 412, "If-Match: the resource does not exist");
    assertThat(send("DELETE", "/AAPL", "If-Match", "*").status()).isEqualTo(404);
    put("/AAPL", APPLE);

    assertThat(put("/AAPL", APPLE, "If-Match", "*").status()).isEqualTo(200);
    assertThat(send("DELETE", "/AAPL", "If-Match", "*").status()).isEqualTo(204);
  }

  @Test
  void createsOnlyWhatIsNotThereIfAsked() {
    assertThat(put("/AAPL", APPLE, "If-None-Match", "*").status()).isEqualTo(201);

    Exchange second = put("/AAPL", APPLE, "If-None-Match", "*");
    assertThat(second.status()).isEqualTo(412);
    assertThat(second.text()).contains("If-None-Match: the resource exists");
  }

  @Test
  void losesNoChangeHoweverManyClientsCompete() throws Exception {
    put("/N", numbered(0));
    int clients = 4;
    long rounds = 25;
    var executor = Executors.newFixedThreadPool(clients);
    try {
      List<Callable<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        all.add(
            () ->
                Stream.generate(this::incremented).filter(done -> done).limit(rounds).count()
                    == rounds);
      }
      for (var result : executor.invokeAll(all)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      executor.shutdownNow();
    }

    assertThat(quantity()).isEqualTo(clients * rounds);
  }

  private boolean incremented() {
    Stock seen = stocks.find(new Symbol("N")).orElseThrow();
    String tag = EntityTag.of(StockJson.text(seen));
    Exchange put =
        new Exchange("PUT", "/api/stocks", "/N")
            .with("If-Match", tag)
            .json(numbered(seen.quantity() + 1))
            .through(
                new StocksServlet(
                    r -> grant, stocks, history, () -> {}, TestExchanges.of(1000), () -> TIME));
    return put.status() == 200;
  }

  private long quantity() {
    return stocks.find(new Symbol("N")).orElseThrow().quantity();
  }

  private static String numbered(long quantity) {
    return "{\"name\":\"n\",\"price\":1,\"quantity\":" + quantity + "}";
  }

  @Test
  void savesManyStocksAtOnceAndWakesTheFeedOnce() {
    put("/A", APPLE);
    Exchange bulk =
        put(
            null,
            "[{\"symbol\":\"A\",\"name\":\"a\",\"price\":1,\"quantity\":1},"
                + "{\"symbol\":\"B\",\"name\":\"b\",\"price\":2,\"quantity\":2,\"currency\":\"EUR\"}]");

    assertThat(bulk.status()).isEqualTo(200);
    assertThat(bulk.text()).isEqualTo("{\"created\":1,\"replaced\":1}");
    assertThat(get("/B").text()).contains("\"price\":2.00,\"quantity\":2,\"currency\":\"EUR\"");
    assertThat(wakeUps).isEqualTo(2);
    assertThat(put(null, "[]").text()).isEqualTo("{\"created\":0,\"replaced\":0}");
  }

  @Test
  void savesManyStocksOutOfCsv() {
    Exchange bulk =
        new Exchange("PUT", "/api/stocks", null)
            .with("Content-Type", "text/csv; charset=utf-8")
            .body("symbol,name,price,quantity\r\nA,\"é, a\",1.5,2\r\n".getBytes(UTF_8))
            .through(servlet);

    assertThat(bulk.text()).isEqualTo("{\"created\":1,\"replaced\":0}");
    assertThat(get("/A").text()).contains("\"name\":\"é, a\",\"price\":1.50,\"quantity\":2");
    assertThat(wakeUps).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1                                            | the body is not a JSON array",
        "{}                                           | stocks is missing",
        "{'stocks':1}                                 | the body is neither",
        "{'stocks':[OK],'more':1}                     | the body is neither",
        "[1]                                          | row 1 is not a JSON object",
        "[{'symbol':'A','symbol':'B'}]                | row 1: field symbol is given twice",
        "[{'name':'a'}]                               | row 1: symbol must be",
        "[{'symbol':'a'}]                             | row 1: symbol must be",
        "[OK,{'symbol':'A'}]                          | row 2 (A): name is missing",
        "[OK,OK]                                      | row 2 (OK): the symbol is given twice",
        "[OK,{'symbol':'A','name':'a','price':-1,'quantity':1}] | row 2 (A): price is negative",
        "[OK,{'symbol':'A','updated':1}]              | row 2 (A): unknown field",
        "[OK                                          | the body is not valid JSON",
        "[OK] []                                      | the body is not valid JSON",
      })
  void keepsNothingOfAListWithABadRow(String body, String detail) {
    String good = "{'symbol':'OK','name':'ok','price':1,'quantity':1}";
    String text = body.replace("[OK", "[" + good).replace(",OK", "," + good).replace('\'', '"');
    Exchange bulk = put(null, text);

    assertThat(bulk.status()).isEqualTo(400);
    assertThat(bulk.text()).contains("\"detail\":\"" + detail);
    assertThat(stocks.all()).isEmpty();
    assertThat(wakeUps).isZero();
  }

  @Test
  void refusesAListOfAnotherTypeOrWithoutAKey() {
    Exchange text = new Exchange("PUT", "/api/stocks", null).with("Content-Type", "text/plain");
    assertProblem(text.through(servlet), 415, "Content-Type must be application/json or text/csv");
    assertThat(text.header("Accept")).isEqualTo("application/json, text/csv");

    grant = Grant.NONE;
    assertThat(put(null, "[]").status()).isEqualTo(401);
  }

  @Test
  void goesThroughTheBoardPageByPage() {
    for (String symbol : List.of("/A", "/B", "/C")) {
      put(symbol, APPLE);
    }
    Exchange first = page("2", null);
    Exchange second = page("2", "B");

    assertThat(first.text())
        .contains("\"A\"", "\"B\"", "\"timestamp\":")
        .endsWith(",\"next\":\"B\"}");
    assertThat(first.header("Link")).isEqualTo("<?limit=2&after=B>; rel=\"next\"");
    assertThat(second.text()).contains("\"C\"").doesNotContain("\"B\"", "next");
    assertThat(second.header("Link")).isNull();
    assertThat(page("3", null).header("Link")).isNull();
    assertThat(page("5000", "C").text()).startsWith("{\"stocks\":[],");
  }

  @ParameterizedTest
  @CsvSource({"0,", "5001,", "x,", "1,lower", "1,''", "'',"})
  void refusesWhatIsNoPage(String limit, @Nullable String after) {
    assertThat(page(limit, after).status()).isEqualTo(400);
  }

  @Test
  void showsRecentPrices() {
    put("/AAPL", APPLE);
    Symbol symbol = new Symbol("AAPL");
    history.record(Map.of(symbol, new Price(TIME, BigDecimal.ONE)));
    history.record(Map.of(symbol, new Price(TIME.plusSeconds(1), BigDecimal.TEN)));
    String newest = "{\"at\":\"2026-11-21T05:24:01Z\",\"price\":10.00}";

    assertThat(get("/AAPL/prices").text())
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"currency\":\"USD\",\"prices\":"
                + "[{\"at\":\"2026-11-21T05:24:00Z\",\"price\":1.00},"
                + newest
                + "]}");
    assertThat(limited("/AAPL/prices", "1").text()).endsWith("\"prices\":[" + newest + "]}");
    assertThat(limited("/prices", "1").text())
        .isEqualTo("{\"prices\":{\"AAPL\":[" + newest + "]}}");
    assertProblem(get("/NONE/prices"), 404, "no stock NONE");
    assertThat(get("/A/B/prices").status()).isEqualTo(404);
    assertThat(get("/a/prices").status()).isEqualTo(400);
    assertThat(limited("/AAPL/prices", "501").status()).isEqualTo(400);
    assertThat(limited("/prices", "0").status()).isEqualTo(400);
  }

  private Exchange page(String limit, @Nullable String after) {
    Exchange page = new Exchange("GET", "/api/stocks", null).parameter("limit", limit);
    return (after == null ? page : page.parameter("after", after)).through(servlet);
  }

  private Exchange limited(String path, String limit) {
    return new Exchange("GET", "/api/stocks", path).parameter("limit", limit).through(servlet);
  }

  private static String tag(Exchange exchange) {
    return Objects.requireNonNull(exchange.header("ETag"));
  }

  private static void assertProblem(Exchange exchange, int status, String detail) {
    assertThat(exchange.status()).isEqualTo(status);
    assertThat(exchange.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(exchange.text()).contains("\"status\":" + status, "\"detail\":\"" + detail + "\"");
  }

  private Exchange get(@Nullable String path) {
    return send("GET", path);
  }

  private Exchange put(@Nullable String path, String body) {
    return new Exchange("PUT", "/api/stocks", path).json(body).through(servlet);
  }

  private Exchange put(String path, String body, String header, String value) {
    return new Exchange("PUT", "/api/stocks", path).with(header, value).json(body).through(servlet);
  }

  private Exchange send(String method, String path, String header, String value) {
    return new Exchange(method, "/api/stocks", path).with(header, value).through(servlet);
  }

  private Exchange send(String method, @Nullable String path) {
    return new Exchange(method, "/api/stocks", path).through(servlet);
  }

  private void woken() {
    wakeUps++;
  }

  private static Grant publisherOf(String topic) {
    return new Grant(
        TopicSelector.parse(List.of(topic)), new TopicSelector(List.of()), false, null);
  }
}
