package bellwether.stock;

import static bellwether.exchange.JsonFields.required;

import bellwether.exchange.JsonFields;
import bellwether.wire.DecimalText;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes stocks as JSON, and parses them from the JSON of requests. */
public final class StockJson {
  /*
   * The text is composed here because the library would write a price of 0.00000001 as 1E-8, which
   * is valid but surprising. Only the name can need escaping.
   */
  private static final JsonProvider json = JsonProvider.provider(); // looking it up is slow
  private static final String SYMBOL = "symbol";

  /**
   * The name of a field that requests may have and that is ignored, so that clients can send back
   * what a GET returned.
   */
  static final String UPDATED_AT = "updatedAt";

  private static final Set<String> FIELDS =
      Set.of(SYMBOL, "name", "price", "quantity", "currency", UPDATED_AT);

  private StockJson() {}

  public static String text(Stock stock) {
    return "{\"symbol\":\""
        + stock.symbol()
        + "\",\"name\":"
        + json.createValue(stock.name())
        + ",\"price\":"
        + stock.price().toPlainString()
        + ",\"quantity\":"
        + stock.quantity()
        + ",\"currency\":\""
        + stock.currency().getCurrencyCode()
        + "\",\"updatedAt\":\""
        + stock.updatedAt()
        + "\"}";
  }

  /** Returns the whole board. */
  public static String board(List<Stock> stocks, Instant timestamp) {
    return boardOf(stocks.stream().map(StockJson::text), timestamp);
  }

  /** Returns the whole board, composed of the JSON text of each stock. */
  static String boardOf(Stream<String> stocks, Instant timestamp) {
    return stocks.collect(
        Collectors.joining(",", "{\"stocks\":[", "],\"timestamp\":\"" + timestamp + "\"}"));
  }

  /**
   * Returns one page of the board.
   *
   * @param next the symbol to continue after; null on the last page
   */
  public static String page(List<Stock> stocks, Instant timestamp, @Nullable Symbol next) {
    String board = board(stocks, timestamp);
    return next == null
        ? board
        : board.substring(0, board.length() - 1) + ",\"next\":\"" + next + "\"}";
  }

  /** Returns the recent prices of one stock. */
  public static String prices(Stock stock, List<Price> prices) {
    return "{\"symbol\":\""
        + stock.symbol()
        + "\",\"currency\":\""
        + stock.currency().getCurrencyCode()
        + "\",\"prices\":"
        + list(prices)
        + "}";
  }

  /** Returns the recent prices of all stocks. */
  public static String prices(Map<Symbol, List<Price>> prices) {
    return prices.entrySet().stream()
        .map(entry -> "\"" + entry.getKey() + "\":" + list(entry.getValue()))
        .collect(Collectors.joining(",", "{\"prices\":{", "}}"));
  }

  private static String list(List<Price> prices) {
    StringBuilder text = new StringBuilder("[");
    for (Price price : prices) {
      text.append(text.length() > 1 ? "," : "")
          .append("{\"at\":\"")
          .append(price.at())
          .append("\",\"price\":")
          .append(price.amount().toPlainString())
          .append('}');
    }
    return text.append(']').toString();
  }

  /** Returns the text that is published for a deleted stock. */
  static String deleted(Symbol symbol) {
    return "{\"symbol\":\"" + symbol + "\",\"deleted\":true}";
  }

  /**
   * Parses the body of a request: {@code name}, {@code price}, {@code quantity} and optionally
   * {@code currency}. A client may send back what {@link #text} wrote: {@code symbol} must then be
   * the stock's, and {@code updatedAt} is ignored.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static StockEntry parse(Symbol symbol, JsonObject body, Instant updatedAt) {
    JsonFields fields = new JsonFields(body, FIELDS);
    String said = fields.text(SYMBOL);
    if (said != null && !said.equals(symbol.name())) {
      throw new IllegalArgumentException("symbol is not " + symbol + ", as the URL says");
    }
    return entry(symbol, fields, updatedAt);
  }

  /**
   * Parses an element of a list, which also has its {@code symbol}, and adds it to the entries.
   *
   * @throws IllegalArgumentException saying which row and field is wrong, and how
   */
  public static void parse(JsonObject element, StockEntries entries, Instant updatedAt) {
    String name = element.get(SYMBOL) instanceof JsonString string ? string.getString() : "";
    entries.add(name, symbol -> entry(symbol, new JsonFields(element, FIELDS), updatedAt));
  }

  private static StockEntry entry(Symbol symbol, JsonFields fields, Instant updatedAt) {
    return entry(
        symbol,
        required("name", fields.text("name")),
        required("price", fields.number("price")),
        required("quantity", fields.number("quantity")),
        fields.text("currency"),
        updatedAt);
  }

  /**
   * @param currency null if the request does not give it
   */
  static StockEntry entry(
      Symbol symbol,
      String name,
      BigDecimal price,
      BigDecimal quantity,
      @Nullable String currency,
      Instant updatedAt) {
    Stock stock =
        new Stock(
            symbol,
            name,
            price,
            whole(quantity),
            currency == null ? Stock.DEFAULT_CURRENCY : currency(currency),
            updatedAt);
    return new StockEntry(stock, currency != null);
  }

  static Currency currency(String code) {
    try {
      return Currency.getInstance(code);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("currency must be an ISO 4217 code, such as EUR");
    }
  }

  private static long whole(BigDecimal number) {
    Long whole = DecimalText.whole(number, Long.MIN_VALUE, Long.MAX_VALUE);
    if (whole == null) {
      throw new IllegalArgumentException("quantity must be a whole number below 2^63");
    }
    return whole;
  }
}
