package bellwether.stock;

import bellwether.wire.PlainText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Currency;

/**
 * A stock on the board. Every instance is valid; the message of the constructor's {@link
 * IllegalArgumentException} is fit for API users.
 *
 * @param name 1 to 200 characters, none of them a control character
 * @param price not negative, with up to 11 digits before the point and 8 after it: more than
 *     currencies have, since exchange rates and prices of small coins need them. Normalised to at
 *     least two digits after the point, without further trailing zeros, so that equal amounts are
 *     equal
 * @param quantity the number in stock; not negative
 * @param currency the price's currency
 * @param updatedAt when it last changed, to the microsecond, as in the databases
 */
public record Stock(
    Symbol symbol,
    String name,
    BigDecimal price,
    long quantity,
    Currency currency,
    Instant updatedAt) {

  /** The currency of a stock for which none was given. */
  public static final Currency DEFAULT_CURRENCY = Currency.getInstance("USD");

  private static final int MAX_NAME_LENGTH = 200;
  private static final int MAX_INTEGER_DIGITS = 11; // with the next, the size of the table's column
  private static final int MAX_FRACTION_DIGITS = 8;
  private static final int MIN_FRACTION_DIGITS = 2;

  public Stock {
    requireName(name);
    price = normalised(price);
    if (quantity < 0) {
      throw new IllegalArgumentException("quantity is negative");
    }
    updatedAt = updatedAt.truncatedTo(ChronoUnit.MICROS);
  }

  /** Creates a stock in the default currency. */
  public Stock(Symbol symbol, String name, BigDecimal price, long quantity, Instant updatedAt) {
    this(symbol, name, price, quantity, DEFAULT_CURRENCY, updatedAt);
  }

  Stock trade(BigDecimal newPrice, long newQuantity, Instant when) {
    return new Stock(symbol, name, newPrice, newQuantity, currency, when);
  }

  Stock in(Currency newCurrency) {
    return new Stock(symbol, name, price, quantity, newCurrency, updatedAt);
  }

  /**
   * Returns whether both stocks look the same to readers of the board: everything but the time of
   * the last change is equal.
   */
  boolean saysTheSameAs(Stock other) {
    return symbol.equals(other.symbol)
        && name.equals(other.name)
        && price.compareTo(other.price) == 0
        && quantity == other.quantity
        && currency.equals(other.currency);
  }

  private static void requireName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name is empty");
    }
    PlainText.require("name", name, MAX_NAME_LENGTH);
  }

  /**
   * Checks and normalises a price. It checks the number of digits before it computes with them:
   * written out, 1e1000000000 would fill the memory.
   */
  static BigDecimal normalised(BigDecimal given) {
    if (given.signum() < 0) {
      throw new IllegalArgumentException("price is negative");
    }
    BigDecimal price = given.stripTrailingZeros(); // 1.50 and 1.500000000 are the same
    if (price.scale() > MAX_FRACTION_DIGITS) {
      throw new IllegalArgumentException(
          "price has more than " + MAX_FRACTION_DIGITS + " digits after the point");
    }
    if ((long) price.precision() - price.scale() > MAX_INTEGER_DIGITS) {
      throw new IllegalArgumentException(
          "price has more than " + MAX_INTEGER_DIGITS + " digits before the point");
    }
    return price.setScale(Math.max(MIN_FRACTION_DIGITS, price.scale()));
  }
}
