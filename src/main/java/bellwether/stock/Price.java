package bellwether.stock;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What a stock cost from some time on.
 *
 * @param at when the feed saw it; kept to the microsecond, as the databases do
 * @param amount kept as {@link Stock#price} is
 */
public record Price(Instant at, BigDecimal amount) {
  public Price {
    at = at.truncatedTo(ChronoUnit.MICROS);
    amount = Stock.normalised(amount);
  }
}
