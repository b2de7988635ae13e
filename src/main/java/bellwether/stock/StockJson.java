package bellwether.stock;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Stocks as JSON text, and out of the JSON of a request. */
public final class StockJson {
  /*
   * The text is put together here because a price has to be written out: the library would write
   * 0.00000001 as 1E-8, which is valid and surprises people. Only the name can need escaping.
   */
  private static final JsonProvider json = JsonProvider.provider(); // looking it up is slow
  private static final Set<String> FIELDS = Set.of("name", "price", "quantity");
  private static final int MAX_LONG_DIGITS = 19;

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
        + ",\"updatedAt\":\""
        + stock.updatedAt()
        + "\"}";
  }

  /** The whole board. */
  public static String board(List<Stock> stocks, Instant timestamp) {
    String list = stocks.stream().map(StockJson::text).collect(Collectors.joining(","));
    return "{\"stocks\":[" + list + "],\"timestamp\":\"" + timestamp + "\"}";
  }

  /** What is said of a stock that is no longer there. */
  static String deleted(Symbol symbol) {
    return "{\"symbol\":\"" + symbol + "\",\"deleted\":true}";
  }

  /**
   * The stock that a request describes by {@code name}, {@code price} and {@code quantity}.
   *
   * @throws IllegalArgumentException saying which field is wrong, and how
   */
  public static Stock parse(Symbol symbol, JsonObject body, Instant updatedAt) {
    for (String field : body.keySet()) {
      if (!FIELDS.contains(field)) {
        throw new IllegalArgumentException("unknown field " + json.createValue(field));
      }
    }
    return new Stock(
        symbol, string(body, "name"), number(body, "price"), quantity(body), updatedAt);
  }

  private static String string(JsonObject body, String field) {
    if (required(body, field) instanceof JsonString string) {
      return string.getString();
    }
    throw new IllegalArgumentException(field + " must be a string");
  }

  private static BigDecimal number(JsonObject body, String field) {
    if (required(body, field) instanceof JsonNumber number) {
      return number.bigDecimalValue();
    }
    throw new IllegalArgumentException(field + " must be a number");
  }

  private static long quantity(JsonObject body) {
    BigDecimal number = number(body, "quantity");
    // Asked first, in a long: the exact conversion writes the digits of 1e1000000000 out.
    if ((long) number.precision() - number.scale() <= MAX_LONG_DIGITS) {
      try {
        return number.longValueExact();
      } catch (ArithmeticException e) {
        // has a fraction, or a few too many digits
      }
    }
    throw new IllegalArgumentException("quantity must be a whole number below 2^63");
  }

  private static JsonValue required(JsonObject body, String field) {
    JsonValue value = body.get(field);
    if (value == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return value;
  }
}
