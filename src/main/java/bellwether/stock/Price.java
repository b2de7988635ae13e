package bellwether.stock;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The price of a stock from some time on.
 *
 * @param at when the feed saw it, to the microsecond, as in the databases
 * @param amount normalised as {@link Stock#price} is
 */
public record Price(Instant at, BigDecimal amount) {
  public Price {
    at = at.truncatedTo(ChronoUnit.MICROS);
    amount = Stock.normalised(amount);
  }
}
