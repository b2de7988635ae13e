package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.fixtures.Tables;
import bellwether.table.Row;
import bellwether.table.SourceUnavailableException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every database has to keep of the promises of {@link StockRepository}. */
abstract class StockRepositoryContract {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00.123456Z");

  private static final String INSERT =
      "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES ";

  private static final String INSERT_WITH_CURRENCY =
      "INSERT INTO stock (symbol, name, price, quantity, currency, updated_at) VALUES ";

  final Tables tables;
  private final StockRepository repository;

  StockRepositoryContract(Tables tables) {
    this.tables = tables;
    this.repository = new JdbcStockRepository(tables.dataSource());
  }

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void readsBackWhatWasWritten() {
    Stock stock =
        new Stock(
            new Symbol("BRK.B"),
            "Name, é \ud83d\udc11 '\"",
            new BigDecimal("446.1"),
            65,
            Currency.getInstance("ISK"),
            TIME);
    repository.add(stock);

    assertThat(repository.find(stock.symbol())).contains(stock);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.00000001", "1.5", "1e3", "99999999999.99999999"})
  void keepsPricesExactly(String price) {
    Stock stock = stock("X", price, Long.MAX_VALUE, TIME);
    repository.add(stock);

    assertThat(repository.all()).containsExactly(stock);
  }

  @Test
  void keepsTheLongestName() {
    Stock stock = new Stock(new Symbol("X"), "\ud83d\udc11".repeat(100), BigDecimal.ONE, 1, TIME);
    repository.add(stock);

    assertThat(repository.all()).containsExactly(stock);
  }

  @Test
  void saysWhetherAStockIsNew() {
    assertThat(repository.add(stock("X", "1", 1, TIME))).isTrue();
    assertThat(repository.add(stock("X", "2", 2, TIME.plusSeconds(1)))).isFalse();

    assertThat(repository.all()).containsExactly(stock("X", "1", 1, TIME));
  }

  @Test
  void ordersBySymbolAsCharactersGo() {
    for (String symbol : List.of("AB", "A.C", "A", "B", "A-D", "A1")) {
      repository.add(stock(symbol, "1", 1, TIME));
    }

    assertThat(repository.all())
        .extracting(stock -> stock.symbol().name())
        .containsExactly("A", "A-D", "A.C", "A1", "AB", "B");
  }

  @Test
  void goesThroughTheBoardPageByPageInTheSameOrder() {
    for (String symbol : List.of("AB", "A.C", "A", "B", "A-D", "A1")) {
      repository.add(stock(symbol, "1", 1, TIME));
    }
    List<Stock> read = new ArrayList<>();
    Symbol after = null;
    for (List<Stock> page = repository.page(after, 2);
        !page.isEmpty();
        page = repository.page(after, 2)) {
      assertThat(page).hasSize(2);
      read.addAll(page);
      after = page.get(1).symbol();
    }

    assertThat(read).isEqualTo(repository.all());
    assertThat(repository.page(new Symbol("A-E"), 1))
        .extracting(Stock::symbol)
        .containsExactly(new Symbol("A.C"));
  }

  @Test
  void takesDollarsForTheCurrencyThatSomebodyElseLeftOut() throws SQLException {
    tables.execute(INSERT + "('X', 'x', 1, 1, CURRENT_TIMESTAMP)");

    assertThat(repository.all().get(0).currency().getCurrencyCode()).isEqualTo("USD");
  }

  @Test
  void addsOnlyWhatIsNotThere() {
    assertThat(repository.add(stock("X", "1", 1, TIME))).isTrue();
    assertThat(repository.add(stock("X", "2", 2, TIME))).isFalse();

    assertThat(repository.all()).containsExactly(stock("X", "1", 1, TIME));
  }

  @Test
  void deletesOnlyWhatIsStillAsItWas() {
    Stock stock = stock("X", "1.50", 5, TIME);
    repository.add(stock);

    assertThat(repository.delete(stock("X", "1.50", 5, TIME.plusSeconds(1)))).isFalse();
    assertThat(repository.delete(stock)).isTrue();
    assertThat(repository.delete(stock)).isFalse();
    assertThat(repository.all()).isEmpty();
  }

  @Test
  void replacesARowThatSomebodyElseWrote() throws SQLException {
    tables.execute(INSERT + "('X', 'x', 1.5, 1, CURRENT_TIMESTAMP)");
    Stock read = repository.all().get(0);

    assertThat(repository.replace(read, stock("X", "2", 1, TIME))).isTrue();
  }

  @Test
  void savesManyAtOnceAndSaysWhatBecameOfThem() {
    Stock same = stock("A", "1", 1, TIME);
    repository.add(same);
    repository.add(stock("B", "1", 1, TIME).in(Currency.getInstance("EUR")));
    Instant later = TIME.plusSeconds(1);
    var imported =
        repository.saveAll(
            List.of(
                new StockEntry(stock("C", "3", 3, later), false),
                new StockEntry(stock("B", "2", 2, later), false),
                new StockEntry(stock("A", "1.0", 1, later), false)));

    assertThat(imported).isEqualTo(new StockRepository.Imported(1, 2));
    assertThat(repository.all())
        .containsExactly(
            same,
            stock("B", "2", 2, later).in(Currency.getInstance("EUR")),
            stock("C", "3", 3, later));
    assertThat(repository.saveAll(List.of())).isEqualTo(new StockRepository.Imported(0, 0));
  }

  @Test
  void savesAllOrNone() throws SQLException {
    tables.execute("ALTER TABLE stock ADD CONSTRAINT cheap CHECK (price < 100)");
    repository.add(stock("B", "1", 1, TIME));
    List<StockEntry> entries =
        List.of(
            new StockEntry(stock("A", "1", 1, TIME), true),
            new StockEntry(stock("B", "2", 1, TIME), true),
            new StockEntry(stock("C", "100", 1, TIME), true));

    assertThatExceptionOfType(SourceUnavailableException.class)
        .isThrownBy(() -> repository.saveAll(entries));
    assertThat(repository.all()).containsExactly(stock("B", "1", 1, TIME));
  }

  @Test
  void letsImportsOfTheSameStocksWaitForEachOther() throws Exception {
    List<StockEntry> entries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      entries.add(new StockEntry(stock("X" + i, "1", i, TIME), true));
    }
    List<StockEntry> reversed = new ArrayList<>(entries);
    Collections.reverse(reversed);
    Callable<Integer> forwards = () -> repository.saveAll(entries).created();
    Callable<Integer> backwards = () -> repository.saveAll(reversed).created();
    var executor = Executors.newFixedThreadPool(4);
    try {
      int created = 0;
      for (var result :
          executor.invokeAll(List.of(forwards, backwards, forwards, backwards, forwards))) {
        created += result.get();
      }
      assertThat(created).isEqualTo(50);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void findsNothingUnderAnUnknownSymbol() {
    assertThat(repository.find(new Symbol("NONE"))).isEmpty();
  }

  @Test
  void deletesOnce() {
    repository.add(stock("X", "1", 1, TIME));

    assertThat(repository.delete(new Symbol("X"))).isTrue();
    assertThat(repository.delete(new Symbol("X"))).isFalse();
    assertThat(repository.all()).isEmpty();
  }

  @Test
  void replacesOnlyWhatIsStillAsItWas() {
    Stock before = stock("X", "1.50", 5, TIME);
    Stock after = stock("X", "1.60", 4, TIME.plusSeconds(1));
    repository.add(before);

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
                return repository.add(stock);
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
        .isThrownBy(() -> repository.add(stock("X", "1", 1, TIME)));
  }

  @Test
  void leavesOutWhatSomebodyElseWroteThatIsNoStock() throws SQLException {
    Stock first = stock("A", "1", 1, TIME);
    Stock last = stock("Z", "1", 1, TIME);
    repository.saveAll(List.of(new StockEntry(first, true), new StockEntry(last, true)));
    tables.execute(INSERT + "('A  B', 'x', 1, 1, CURRENT_TIMESTAMP)");
    tables.execute(INSERT + "('B', 'x\ny', 1, 1, CURRENT_TIMESTAMP)");
    tables.execute(INSERT + "('C', 'x', 1, 1, TIMESTAMP WITH TIME ZONE '9999-12-31 23:59:59-05')");
    tables.execute(INSERT_WITH_CURRENCY + "('D', 'x', 1, 1, 'usd', CURRENT_TIMESTAMP)");

    assertThat(repository.all()).containsExactly(first, last);
    assertThat(repository.rows())
        .extracting(Row::key)
        .containsExactly("A", "A  B", "B", "C", "D", "Z");
    assertThat(repository.rows())
        .filteredOn(row -> row instanceof Row.Broken)
        .extracting(row -> ((Row.Broken<String, Stock>) row).fault())
        .satisfiesExactly(
            fault -> assertThat(fault).startsWith("symbol must be"),
            fault -> assertThat(fault).isEqualTo("name contains a control character"),
            fault -> assertThat(fault).isEqualTo("updated_at is not of the years 0000 to 9999"),
            fault -> assertThat(fault).startsWith("currency must be"));
    assertThat(repository.find(new Symbol("D"))).isEmpty();
    assertThat(repository.page(null, 1)).containsExactly(first);
    assertThat(repository.page(null, 2)).containsExactly(first, last);
    assertThat(repository.page(first.symbol(), 3)).containsExactly(last);
  }

  @Test
  void letsAStockTakeThePlaceOfARowThatIsNone() throws SQLException {
    tables.execute(INSERT_WITH_CURRENCY + "('A', 'x', 1, 1, 'usd', CURRENT_TIMESTAMP)");
    tables.execute(INSERT_WITH_CURRENCY + "('B', 'x', 1, 1, 'usd', CURRENT_TIMESTAMP)");
    tables.execute(INSERT_WITH_CURRENCY + "('C', 'x', 1, 1, 'usd', CURRENT_TIMESTAMP)");
    tables.execute(INSERT_WITH_CURRENCY + "('D', 'x', 1, 1, 'usd', CURRENT_TIMESTAMP)");
    Stock first = stock("A", "2", 2, TIME);
    Stock second = stock("B", "2", 2, TIME);
    Stock third = stock("C", "2", 2, TIME);

    assertThat(repository.add(first)).isTrue();
    assertThat(repository.add(first)).isFalse();
    repository.add(second);
    assertThat(repository.saveAll(List.of(new StockEntry(third, false))))
        .isEqualTo(new StockRepository.Imported(0, 1));
    assertThat(repository.delete(new Symbol("D"))).isTrue();

    assertThat(repository.all()).containsExactly(first, second, third);
    assertThat(tables.count("stock")).isEqualTo(3);
  }
}
