package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TradingSimulatorTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");

  private final MemoryStockRepository repository = new MemoryStockRepository();
  private final ManualScheduler scheduler = new ManualScheduler();
  private final List<Stock> soldOut = new ArrayList<>();
  private final TradingSimulator simulator = simulator(soldOut::add);

  @Test
  void furnishesAnEmptyTable() {
    simulator.step();

    assertThat(repository.all())
        .hasSize(30)
        .extracting(Stock::symbol)
        .contains(new Symbol("AAPL"), new Symbol("WMT"));
  }

  @Test
  void furnishesTheRestWhenTheDatabaseLeftHalfWay() {
    MemoryStockRepository leaving =
        new MemoryStockRepository() {
          private int additions;

          @Override
          public boolean add(Stock stock) {
            additions++;
            setAway(additions == 10);
            return super.add(stock);
          }
        };
    var interrupted =
        new TradingSimulator(
            leaving,
            soldOut::add,
            () -> true,
            Duration.ofMillis(400),
            scheduler,
            new Random(1),
            () -> TIME);
    interrupted.step();
    leaving.setAway(false);
    assertThat(leaving.all()).hasSize(9);

    interrupted.step();
    assertThat(leaving.all()).hasSize(30);
  }

  @Test
  void leavesTheStocksThatAreThere() {
    repository.save(stock("MINE", "10.00", 5, TIME));
    steps(100);

    assertThat(repository.all()).extracting(Stock::symbol).containsExactly(new Symbol("MINE"));
  }

  @Test
  void staysPlausibleOverTenThousandSteps() {
    Map<Symbol, Stock> seeds = new HashMap<>();
    WellKnownStocks.at(TIME).forEach(stock -> seeds.put(stock.symbol(), stock));
    Set<Symbol> moved = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      simulator.step();
      for (Stock stock : repository.all()) {
        Stock seed = Objects.requireNonNull(seeds.get(stock.symbol()));
        double ratio = stock.price().doubleValue() / seed.price().doubleValue();
        assertThat(ratio).as("%s", stock).isBetween(0.7, 1.4);
        assertThat(stock.price().scale()).isEqualTo(2);
        assertThat(stock.quantity()).isBetween(0L, 300L);
        if (stock.price().compareTo(seed.price()) != 0) {
          moved.add(stock.symbol());
        }
      }
    }

    assertThat(moved).hasSize(30);
    assertThat(soldOut).hasSizeBetween(50, 2000);
    assertThat(soldOut).allSatisfy(stock -> assertThat(stock.quantity()).isZero());
    assertThat(repository.all()).anySatisfy(stock -> assertThat(stock.quantity()).isPositive());
  }

  @Test
  void restocksWhatWasSoldOut() {
    repository.save(stock("X", "10.00", 0, TIME));
    steps(30);

    assertThat(repository.find(new Symbol("X")).orElseThrow().quantity()).isPositive();
    assertThat(soldOut).isEmpty();
  }

  @Test
  void tradesAroundAPriceThatSomebodyElseHasSet() {
    repository.save(stock("X", "10.00", 100, TIME));
    steps(100);
    repository.save(stock("X", "5000.00", 100, TIME));
    steps(1000);

    assertThat(price("X")).isBetween(new BigDecimal("3500"), new BigDecimal("7000"));
  }

  @Test
  void leavesPricesAloneThatCentsDoNotFit() {
    repository.save(stock("FREE", "0", 1_000_000, TIME));
    repository.save(stock("TINY", "0.00000001", 1_000_000, TIME));
    repository.save(stock("HUGE", "99999999999.99999999", 1_000_000, TIME));
    steps(500);

    assertThat(price("FREE")).isEqualByComparingTo("0");
    assertThat(price("TINY")).isEqualByComparingTo("0.00000001");
    assertThat(price("HUGE")).isEqualByComparingTo("99999999999.99999999");
  }

  @Test
  void standsStillQuietlyWhileTheDatabaseIsAwayAndThenGoesOn() {
    try (LogLines log = new LogLines(TradingSimulator.class)) {
      simulator.start();
      scheduler.advance(Duration.ofSeconds(1));
      List<Stock> before = repository.all();
      repository.setAway(true);
      scheduler.advance(Duration.ofSeconds(10));
      repository.setAway(false);
      assertThat(repository.all()).isEqualTo(before);

      scheduler.advance(Duration.ofSeconds(2));
      assertThat(repository.all()).isNotEqualTo(before);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void goesOnWhenItsListenerFails() {
    try (LogLines log = new LogLines(TradingSimulator.class)) {
      repository.save(stock("X", "10.00", 1, TIME));
      var failing =
          simulator(
              stock -> {
                throw new IllegalStateException("a fault of ours");
              });
      for (int i = 0; i < 1000; i++) {
        failing.step();
      }

      assertThat(log.lines()).isNotEmpty().allMatch("WARNING No trading with a stack"::equals);
    }
  }

  @Test
  void isStillOnceClosed() {
    simulator.start();
    simulator.close();
    scheduler.advance(Duration.ofSeconds(5));

    assertThat(repository.all()).isEmpty();
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      simulator.step();
    }
  }

  private BigDecimal price(String symbol) {
    return repository.find(new Symbol(symbol)).orElseThrow().price();
  }

  private TradingSimulator simulator(Consumer<Stock> listener) {
    return new TradingSimulator(
        repository,
        listener,
        () -> true,
        Duration.ofMillis(400),
        scheduler,
        new Random(7),
        () -> TIME);
  }
}
