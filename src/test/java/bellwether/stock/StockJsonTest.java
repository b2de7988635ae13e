package bellwether.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StockJsonTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");
  private static final Symbol SYMBOL = new Symbol("AAPL");

  @Test
  void writesAStock() {
    Stock stock = new Stock(SYMBOL, "Apple Inc.", new BigDecimal("189.3"), 120, TIME);

    assertThat(StockJson.text(stock))
        .isEqualTo(
            "{\"symbol\":\"AAPL\",\"name\":\"Apple Inc.\",\"price\":189.30,\"quantity\":120,"
                + "\"currency\":\"USD\",\"updatedAt\":\"2026-11-21T05:24:00Z\"}");
  }

  @Test
  void writesASmallPriceWithoutAnExponent() {
    Stock stock = new Stock(SYMBOL, "x", new BigDecimal("1E-8"), 0, TIME);

    assertThat(StockJson.text(stock)).contains("\"price\":0.00000001,");
  }

  @Test
  void escapesTheName() {
    Stock stock = new Stock(SYMBOL, "\"\\ </script> é \ud83d\udc11", BigDecimal.ONE, 0, TIME);

    assertThat(object(StockJson.text(stock)).getString("name")).isEqualTo(stock.name());
  }

  @Test
  void writesTheBoard() {
    Stock stock = new Stock(SYMBOL, "x", BigDecimal.ONE, 0, TIME);
    JsonObject board = object(StockJson.board(List.of(stock, stock), TIME));

    assertThat(board.getJsonArray("stocks")).hasSize(2);
    assertThat(board.getString("timestamp")).isEqualTo("2026-11-21T05:24:00Z");
    assertThat(StockJson.board(List.of(), TIME))
        .isEqualTo("{\"stocks\":[],\"timestamp\":\"2026-11-21T05:24:00Z\"}");
  }

  @Test
  void readsAStock() {
    Stock stock = parse("{\"name\":\"Apple Inc.\",\"price\":189.30,\"quantity\":120}");

    assertThat(stock)
        .isEqualTo(new Stock(SYMBOL, "Apple Inc.", new BigDecimal("189.3"), 120, TIME));
  }

  @Test
  void keepsTheCurrencyThatARequestDoesNotSay() {
    Stock euros = euros("189.30", TIME);
    StockEntry silent = entry("{'name':'x','price':1,'quantity':1}");
    StockEntry pounds = entry("{'name':'x','price':1,'quantity':1,'currency':'GBP'}");

    assertThat(silent.stock().currency()).isEqualTo(Stock.DEFAULT_CURRENCY);
    assertThat(silent.over(euros).currency().getCurrencyCode()).isEqualTo("EUR");
    assertThat(pounds.over(euros).currency().getCurrencyCode()).isEqualTo("GBP");
  }

  @Test
  void leavesAStockAsItIsWhenARequestSaysNothingNew() {
    Stock before = euros("189.30", TIME.minusSeconds(9));
    StockEntry same = entry("{'name':'Apple Inc.','price':189.3,'quantity':120}");

    assertThat(same.over(before)).isEqualTo(before);
  }

  @Test
  void writesPrices() {
    Price first = new Price(TIME, new BigDecimal("189.30000000"));
    Price second = new Price(TIME.plusMillis(1500), new BigDecimal("1E-8"));
    String list =
        "[{\"at\":\"2026-11-21T05:24:00Z\",\"price\":189.30},"
            + "{\"at\":\"2026-11-21T05:24:01.500Z\",\"price\":0.00000001}]";

    assertThat(StockJson.prices(euros("1", TIME), List.of(first, second)))
        .isEqualTo("{\"symbol\":\"AAPL\",\"currency\":\"EUR\",\"prices\":" + list + "}");
    assertThat(StockJson.prices(Map.of(SYMBOL, List.of(first, second))))
        .isEqualTo("{\"prices\":{\"AAPL\":" + list + "}}");
    assertThat(StockJson.prices(Map.of())).isEqualTo("{\"prices\":{}}");
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "7.0, 7", "7e2, 700", "0, 0", "9223372036854775807, 9223372036854775807"})
  void readsAQuantityHoweverItIsWritten(String written, long quantity) {
    String body = "{\"name\":\"x\",\"price\":1,\"quantity\":" + written + "}";

    assertThat(parse(body).quantity()).isEqualTo(quantity);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.5", "9223372036854775808", "1e19", "1e1000000000", "1e2147483647", "1e-9"})
  void refusesAQuantityThatIsNoWholeNumber(String written) {
    String body = "{\"name\":\"x\",\"price\":1,\"quantity\":" + written + "}";

    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(body))
        .withMessage("quantity must be a whole number below 2^63");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'price':1,'quantity':1}                      | name is missing",
        "{'name':'x','quantity':1}                     | price is missing",
        "{'name':'x','price':1}                        | quantity is missing",
        "{'name':1,'price':1,'quantity':1}             | name must be a string",
        "{'name':null,'price':1,'quantity':1}          | name is missing",
        "{'name':'x','price':'1','quantity':1}         | price must be a number",
        "{'name':'x','price':[1],'quantity':1}         | price must be a number",
        "{'name':'x','price':1,'quantity':true}        | quantity must be a number",
        "{'name':'x','price':-1,'quantity':1}          | price is negative",
        "{'name':'x','price':1,'quantity':-1}          | quantity is negative",
        "{'name':'','price':1,'quantity':1}            | name is empty",
        "{'name':'x','price':1,'quantity':1,'symbol':1}| symbol must be a string",
        "{'name':'x','price':1,'quantity':1,'currency':1}    | currency must be a string",
        "{'name':'x','price':1,'quantity':1,'currency':'eur'}"
            + "| currency must be an ISO 4217 code, such as EUR",
        "{'name':'x','price':1,'quantity':1,'currency':''}"
            + "| currency must be an ISO 4217 code, such as EUR",
      })
  void saysWhichFieldIsWrong(String body, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> parse(body.replace('\'', '"')))
        .withMessage(message);
  }

  private static Stock euros(String price, Instant updatedAt) {
    Currency euro = Currency.getInstance("EUR");
    return new Stock(SYMBOL, "Apple Inc.", new BigDecimal(price), 120, euro, updatedAt);
  }

  private static StockEntry entry(String body) {
    return StockJson.parse(SYMBOL, object(body.replace('\'', '"')), TIME);
  }

  private static Stock parse(String body) {
    return StockJson.parse(SYMBOL, object(body), TIME).stock();
  }

  private static JsonObject object(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readObject();
    }
  }
}
