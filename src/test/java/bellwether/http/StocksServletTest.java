package bellwether.http;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.Tables;
import bellwether.stock.JdbcStockRepository;
import bellwether.stock.StockRepository;
import bellwether.stock.Symbol;
import java.sql.SQLException;
import java.time.Instant;
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
          + "\"updatedAt\":\"2026-11-21T05:24:00Z\"}";

  private final Tables tables = new Tables();
  private final StockRepository stocks = new JdbcStockRepository(tables.dataSource());
  private Grant grant = Grant.PUBLISHER;
  private int wakeUps;
  private final StocksServlet servlet =
      new StocksServlet(request -> grant, stocks, this::woken, 1000, () -> TIME);

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
    assertThat(get("/").text()).isEqualTo(board);
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
  @CsvSource({"/aapl, 400", "/A%2FB, 400", "/A/B, 404", "//, 404", "/0123456789ABCDEFG, 400"})
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

    assertProblem(put, 401, "a key is needed: Authorization: Bearer");
    assertThat(put.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"bellwether\"");
    assertThat(send("DELETE", "/AAPL").status()).isEqualTo(401);
    assertThat(get(null).status()).isEqualTo(200);
  }

  @Test
  void refusesAKeyThatDoesNotDo() {
    grant = Grant.NONE;
    Exchange delete =
        new Exchange("DELETE", "/api/stocks", "/AAPL").with("Authorization", "Bearer x");

    assertProblem(delete.through(servlet), 401, "the key is not right");
    assertThat(delete.header("WWW-Authenticate")).contains("invalid_token");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "POST,   ,      'GET, HEAD, OPTIONS'",
        "PUT,    ,      'GET, HEAD, OPTIONS'",
        "DELETE, /,     'GET, HEAD, OPTIONS'",
        "TRACE,  ,      'GET, HEAD, OPTIONS'",
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
            () -> {},
            1000,
            () -> TIME);
    try (LogLines log = new LogLines(ApiServlet.class)) {
      Exchange delete = new Exchange("DELETE", "/api/stocks", "/X").through(faulty);

      assertProblem(delete, 500, "this is our fault; the server's log says more");
      assertThat(log.lines())
          .containsExactly("SEVERE Could not answer DELETE /shop/api/stocks/X with a stack");
    }
  }

  @Test
  void tellsAProblemAsItsStandardHasIt() {
    assertThat(get("/" + new Symbol("NONE")).text())
        .isEqualTo(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                + "\"detail\":\"no stock NONE\"}");
  }

  private static void assertProblem(Exchange exchange, int status, String detail) {
    assertThat(exchange.status()).isEqualTo(status);
    assertThat(exchange.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(exchange.text()).contains("\"status\":" + status, "\"detail\":\"" + detail + "\"");
  }

  private Exchange get(@Nullable String path) {
    return send("GET", path);
  }

  private Exchange put(String path, String body) {
    return new Exchange("PUT", "/api/stocks", path).json(body).through(servlet);
  }

  private Exchange send(String method, @Nullable String path) {
    return new Exchange(method, "/api/stocks", path).through(servlet);
  }

  private void woken() {
    wakeUps++;
  }
}
