package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.hub.SourceUnavailableException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcStockRepositoryTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.123456Z");

  private final Tables tables = new Tables();
  private final StockRepository repository = new JdbcStockRepository(tables.dataSource());

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void readsBackWhatWasWritten() {
    Stock stock =
        new Stock(
            new Symbol("BRK.B"), "Name, é \ud83d\udc11 '\"", new BigDecimal("446.1"), 65, TIME);
    repository.save(stock);

    assertThat(repository.find(stock.symbol())).contains(stock);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.00000001", "1.5", "1e3", "99999999999.99999999"})
  void keepsPricesExactly(String price) {
    Stock stock = stock("X", price, Long.MAX_VALUE, TIME);
    repository.save(stock);

    assertThat(repository.all()).containsExactly(stock);
  }

  @Test
  void keepsTheLongestName() {
    Stock stock = new Stock(new Symbol("X"), "\ud83d\udc11".repeat(100), BigDecimal.ONE, 1, TIME);
    repository.save(stock);

    assertThat(repository.all()).containsExactly(stock);
  }

  @Test
  void saysWhetherAStockIsNew() {
    assertThat(repository.save(stock("X", "1", 1, TIME))).isTrue();
    assertThat(repository.save(stock("X", "2", 2, TIME.plusSeconds(1)))).isFalse();

    assertThat(repository.all()).containsExactly(stock("X", "2", 2, TIME.plusSeconds(1)));
  }

  @Test
  void ordersBySymbolAsCharactersGo() {
    for (String symbol : List.of("AB", "A.C", "A", "B", "A-D", "A1")) {
      repository.save(stock(symbol, "1", 1, TIME));
    }

    assertThat(repository.all())
        .extracting(stock -> stock.symbol().name())
        .containsExactly("A", "A-D", "A.C", "A1", "AB", "B");
  }

  @Test
  void findsNothingUnderAnUnknownSymbol() {
    assertThat(repository.find(new Symbol("NONE"))).isEmpty();
  }

  @Test
  void deletesOnce() {
    repository.save(stock("X", "1", 1, TIME));

    assertThat(repository.delete(new Symbol("X"))).isTrue();
    assertThat(repository.delete(new Symbol("X"))).isFalse();
    assertThat(repository.all()).isEmpty();
  }

  @Test
  void replacesOnlyWhatIsStillAsItWas() {
    Stock before = stock("X", "1.50", 5, TIME);
    Stock after = stock("X", "1.60", 4, TIME.plusSeconds(1));
    repository.save(before);

    assertThat(repository.replace(before, after)).isTrue();
    assertThat(repository.replace(before, after)).isFalse();
    assertThat(repository.all()).containsExactly(after);

    repository.delete(before.symbol());
    assertThat(repository.replace(after, before)).isFalse();
    assertThat(repository.all()).isEmpty();
  }

  @Test
  void letsOneOfManyRacingInsertsBeTheFirst() throws Exception {
    int threads = 4;
    var executor = Executors.newFixedThreadPool(threads);
    CyclicBarrier together = new CyclicBarrier(threads);
    try {
      for (int round = 0; round < 50; round++) {
        String symbol = "X" + round;
        List<Callable<Boolean>> racers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          Stock stock = stock(symbol, "1", i, TIME);
          racers.add(
              () -> {
                together.await();
                return repository.save(stock);
              });
        }
        int first = 0;
        for (var result : executor.invokeAll(racers)) {
          first += result.get() ? 1 : 0;
        }
        assertThat(first).isEqualTo(1);
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(repository.all()).hasSize(50);
  }

  @Test
  void saysThatTheDatabaseIsAwayAndWhy() {
    tables.goAway("Connection refused");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(repository::all)
        .withMessage("the stock table is out of reach: Connection refused");
    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> repository.save(stock("X", "1", 1, TIME)));
  }

  @Test
  void namesTheRowThatSomebodyElseWroteWrong() throws SQLException {
    tables.execute("INSERT INTO stock VALUES ('lower', 'x', 1, 1, CURRENT_TIMESTAMP)");

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(repository::all)
        .withMessageContaining("row lower is no stock of ours: symbol must be");
  }
}
