package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes in the stock table, by the API or behind its back, is seen on the streams. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class StockIT {
  private static final String ACME = "{\"name\":\"Acmé\",\"price\":12.50,\"quantity\":7}";

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(server -> server.setting("bellwether.stock.interval", "100ms"));

  private final Bellwether server;

  StockIT(Container container) {
    server = servers.on(container);
  }

  @AfterEach
  void clear() {
    try (OpenStream board = server.stream("topic", "stocks")) {
      server.sql("DELETE FROM stock");
      awaitBoard(board, "\"stocks\":[]");
    }
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void theApiKeepsAndShowsAStockAndForgetsIt() {
    HttpResponse<String> made = server.json("PUT", "api/stocks/ACME", ACME);
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("location")).hasValue("/api/stocks/ACME");
    assertThat(json(made.body()).getString("name")).isEqualTo("Acmé");
    assertThat(server.json("PUT", "api/stocks/ACME", ACME).statusCode()).isEqualTo(200);

    HttpResponse<String> read = server.get("api/stocks/ACME");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(read.headers().firstValue("access-control-allow-origin")).hasValue("*");
    assertThat(read.body()).contains("\"symbol\":\"ACME\"", "\"price\":12.50,", "\"quantity\":7");
    assertThat(json(server.get("api/stocks").body()).getJsonArray("stocks")).hasSize(1);

    assertThat(server.json("DELETE", "api/stocks/ACME", "").statusCode()).isEqualTo(204);
    assertThat(server.get("api/stocks/ACME").statusCode()).isEqualTo(404);
    assertThat(server.json("DELETE", "api/stocks/ACME", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aChangeByTheApiIsPublishedOnTheStocksTopicAndOnTheBoard() {
    try (OpenStream one = server.stream("topic", "stocks/ACME");
        OpenStream any = server.stream("topic", "stocks/{symbol}");
        OpenStream board = server.stream("topic", "stocks")) {
      server.json("PUT", "api/stocks/ACME", ACME);
      assertThat(json(nextStock(one).data()).getInt("quantity")).isEqualTo(7);
      assertThat(json(nextStock(any, "quantity\":7").data()).getString("symbol")).isEqualTo("ACME");
      awaitBoard(board, "\"symbol\":\"ACME\"");
    }
  }

  @Test
  void aChangeByAnotherProgramIsPublishedToo() {
    server.json("PUT", "api/stocks/ACME", ACME);
    try (OpenStream stream = server.stream("topic", "stocks/ACME");
        OpenStream board = server.stream("topic", "stocks")) {
      nextStock(stream, "12.50");
      server.sql("UPDATE stock SET price = 99.125, quantity = 3 WHERE symbol = 'ACME'");
      MessageEvent event = nextStock(stream, "99.125");
      assertThat(json(event.data()).getInt("quantity")).isEqualTo(3);
      awaitBoard(board, "99.125");
    }
  }

  @Test
  void aRowOfAnotherProgramThatIsNoStockStopsNothing() {
    try (OpenStream board = server.stream("topic", "stocks")) {
      server.sql(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
              + " VALUES ('no stock', 'x', 1, 1, CURRENT_TIMESTAMP), ('BROKEN', '\u0007', 1, 1, CURRENT_TIMESTAMP)");
      server.json("PUT", "api/stocks/ACME", ACME);
      awaitBoard(board, "\"symbol\":\"ACME\"");
    }
    assertThat(server.get("health/ready").statusCode()).isEqualTo(200);
    assertThat(json(server.get("api/stocks").body()).getJsonArray("stocks")).hasSize(1);
    assertThat(server.get("api/stocks/BROKEN").statusCode()).isEqualTo(404);
    assertThat(server.json("DELETE", "api/stocks/BROKEN", "").statusCode()).isEqualTo(204);
    assertThat(server.json("DELETE", "api/stocks/BROKEN", "").statusCode()).isEqualTo(404);
  }

  @Test
  void aStockThatGoesLeavesWordOfIt() {
    server.json("PUT", "api/stocks/GONE", ACME);
    server.json("PUT", "api/stocks/SOLD", ACME);
    try (OpenStream stream =
        server.stream("topic", "stocks/GONE", "topic", "stocks/SOLD", "topic", "clock")) {
      nextStock(stream, "GONE");
      nextStock(stream, "SOLD");
      server.json("DELETE", "api/stocks/GONE", "");
      assertThat(nextStock(stream, "GONE").data())
          .isEqualTo("{\"symbol\":\"GONE\",\"deleted\":true}");
      server.sql("DELETE FROM stock WHERE symbol = 'SOLD'");
      assertThat(nextStock(stream, "SOLD").data())
          .isEqualTo("{\"symbol\":\"SOLD\",\"deleted\":true}");
    }
    try (OpenStream late = server.stream("topic", "stocks/GONE")) {
      assertThat(late.next().data()).as("the retained state").contains("\"deleted\":true");
    }
  }

  @Test
  void theClockIsThereAtOnce() {
    try (OpenStream stream = server.stream("topic", "clock")) {
      assertThat(stream.next().data()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z");
    }
  }

  private static MessageEvent nextStock(OpenStream stream) {
    return nextStock(stream, "price");
  }

  /** The next event of a stock with this in its data. */
  private static MessageEvent nextStock(OpenStream stream, String part) {
    MessageEvent event = stream.next();
    while (!event.type().equals("stock") || !event.data().contains(part)) {
      event = stream.next();
    }
    return event;
  }

  private static void awaitBoard(OpenStream board, String part) {
    MessageEvent event = board.next();
    while (!event.data().contains(part)) {
      event = board.next();
    }
    assertThat(event.type()).as("what onmessage receives").isEqualTo("message");
    assertThat(json(event.data())).containsOnlyKeys("stocks", "timestamp");
  }

  private static JsonObject json(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}
