package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.table.SourceUnavailableException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every database has to keep of the promises of {@link JdbcPriceHistory}. */
abstract class PriceHistoryContract {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.123456Z");
  private static final Symbol A = new Symbol("A");
  private static final Symbol B = new Symbol("B");

  private final Tables tables;
  private final StockRepository stocks;
  private final JdbcPriceHistory history;

  PriceHistoryContract(Tables tables) {
    this.tables = tables;
    this.stocks = new JdbcStockRepository(tables.dataSource());
    this.history = history(new SplittableRandom(1));
    stocks.add(stock("A", "1", 1, TIME));
    stocks.add(stock("B", "1", 1, TIME));
  }

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void givesTheNewestOldestFirst() {
    for (int i = 1; i <= 5; i++) {
      history.record(Map.of(A, price(i)));
    }

    assertThat(history.of(A, 3)).containsExactly(price(3), price(4), price(5));
    assertThat(history.of(A, 500)).hasSize(5);
    assertThat(history.of(B, 500)).isEmpty();
  }

  @Test
  void givesTheNewestOfAllInOne() {
    for (int i = 1; i <= 5; i++) {
      history.record(Map.of(A, price(i), B, price(10 + i)));
    }

    assertThat(history.ofAll(2))
        .isEqualTo(Map.of(A, List.of(price(4), price(5)), B, List.of(price(14), price(15))));
    assertThat(history.ofAll(60).get(A)).hasSize(5);
  }

  @Test
  void knowsItsOrderEvenWhenTheClockGoesBack() {
    history.record(Map.of(A, new Price(TIME, BigDecimal.ONE)));
    history.record(Map.of(A, new Price(TIME.minusSeconds(9), BigDecimal.TEN)));

    assertThat(history.of(A, 1)).extracting(Price::at).containsExactly(TIME.minusSeconds(9));
  }

  @Test
  void keepsAPriceOnceUntilThereIsAnother() {
    for (int i : new int[] {1, 1, 2, 2, 1}) {
      history.record(Map.of(A, price(i)));
    }

    assertThat(history.of(A, 9)).containsExactly(price(1), price(2), price(1));
  }

  @Test
  void leavesOutStocksThatAreGone() throws SQLException {
    history.record(Map.of(A, price(1), B, price(1)));
    tables.execute("DELETE FROM stock WHERE symbol = 'A'");
    history.record(Map.of(A, price(2), B, price(2)));

    assertThat(history.ofAll(9)).isEqualTo(Map.of(B, List.of(price(1), price(2))));
    stocks.add(stock("A", "1", 1, TIME));
    assertThat(history.of(A, 9)).isEmpty();
  }

  @Test
  void leavesOutWhatSomebodyElseWroteThatIsNoPrice() throws SQLException {
    history.record(Map.of(A, price(1)));
    tables.execute(
        "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
            + " VALUES ('no symbol', 'x', 1, 1, CURRENT_TIMESTAMP)");
    tables.execute(
        "INSERT INTO stock_price (symbol, price, seen_at) VALUES"
            + " ('A', -1, CURRENT_TIMESTAMP), ('no symbol', 1, CURRENT_TIMESTAMP)");

    assertThat(history.of(A, 9)).containsExactly(price(1));
    assertThat(history.ofAll(9)).isEqualTo(Map.of(A, List.of(price(1))));
  }

  @Test
  void forgetsWhatIsBeyondTheNewest() throws SQLException {
    tables.execute(many("A", 600));
    tables.execute(many("B", 600));
    history(neverPruning()).record(Map.of(A, price(1), B, price(1)));
    assertThat(history.of(A, 1000)).hasSize(601);

    JdbcPriceHistory pruning = history(alwaysPruning());
    pruning.record(Map.of(A, price(2)));
    assertThat(history.of(A, 1000)).hasSize(JdbcPriceHistory.KEPT).endsWith(price(1), price(2));
    assertThat(history.of(B, 1000)).hasSize(601);

    pruning.record(Map.of(A, price(3)));
    assertThat(history.of(A, 1000)).hasSize(JdbcPriceHistory.KEPT);
  }

  @Test
  void saysThatTheDatabaseIsAwayAndWhy() {
    tables.goAway("Connection refused");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> history.of(A, 1))
        .withMessage("the table of prices is out of reach: Connection refused");
  }

  private JdbcPriceHistory history(RandomGenerator random) {
    return new JdbcPriceHistory(tables.dataSource(), random);
  }

  private static String many(String symbol, int count) {
    StringBuilder sql =
        new StringBuilder("INSERT INTO stock_price (symbol, price, seen_at) VALUES");
    for (int i = 0; i < count; i++) {
      sql.append(i == 0 ? " " : ", ")
          .append("('" + symbol + "', " + (1000 + i) + ", '" + TIME + "')");
    }
    return sql.toString();
  }

  private static RandomGenerator alwaysPruning() {
    return () -> 0;
  }

  private static RandomGenerator neverPruning() {
    return () -> 1L << 40; // whatever the bound, not its zero
  }

  private static Price price(int amount) {
    return new Price(TIME.plusSeconds(amount), BigDecimal.valueOf(amount));
  }
}
