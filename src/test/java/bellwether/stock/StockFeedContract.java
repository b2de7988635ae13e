package bellwether.stock;

import static bellwether.stock.StockTest.stock;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Publication;
import bellwether.feed.BrokenRows;
import bellwether.feed.FeedLoop;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.RecordedHub;
import bellwether.fixtures.Tables;
import bellwether.hub.Hub;
import bellwether.topic.Topic;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the feed publishes, whichever database has the table. */
abstract class StockFeedContract {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String EMPTY_BOARD =
      "stocks null {\"stocks\":[],\"timestamp\":\"2026-11-21T05:24:00Z\"}";

  private final Tables tables;
  private final StockRepository repository;
  private final JdbcPriceHistory history;
  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedHub recorded = new RecordedHub(scheduler);
  private final FeedLoop feed;

  StockFeedContract(Tables tables) {
    this.tables = tables;
    this.repository = new JdbcStockRepository(tables.dataSource());
    this.history = new JdbcPriceHistory(tables.dataSource(), new SplittableRandom(1));
    this.feed = feed(recorded.hub());
  }

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void publishesEverythingAtFirst() {
    Stock first = save("A", "1.50", 1);
    Stock second = save("B", "2", 2);
    feed.tick();

    assertThat(recorded.takeLines())
        .containsExactly(
            "stocks/A stock " + StockJson.text(first),
            "stocks/B stock " + StockJson.text(second),
            "stocks null " + StockJson.board(List.of(first, second), TIME));
  }

  @Test
  void publishesAnEmptyBoardSoThatReadersKnow() {
    feed.tick();

    assertThat(recorded.takeLines()).containsExactly(EMPTY_BOARD);
  }

  @Test
  void publishesOnlyWhatChangedAndThenTheBoardOnce() {
    Stock untouched = save("A", "1", 1);
    save("B", "1", 1);
    save("C", "1", 1);
    feed.start();
    scheduler.runDue();
    recorded.takeLines();

    Stock priced = save("B", "1.01", 1);
    Stock sold = save("C", "1", 0);
    scheduler.advance(INTERVAL);

    assertThat(recorded.takeLines())
        .containsExactly(
            "stocks/B stock " + StockJson.text(priced),
            "stocks/C stock " + StockJson.text(sold),
            "stocks null " + StockJson.board(List.of(untouched, priced, sold), TIME));
  }

  @Test
  void isSilentWhileNothingChanges() {
    save("A", "1.50", 1);
    feed.start();
    scheduler.advance(INTERVAL);
    recorded.takeLines();

    save(stock("A", "1.5", 1, TIME.plusSeconds(9))); // the same amount, a newer time
    scheduler.advance(INTERVAL.multipliedBy(3));

    assertThat(recorded.takeLines()).isEmpty();
  }

  @Test
  void tellsThatAStockIsGone() {
    save("A", "1", 1);
    feed.start();
    scheduler.runDue();
    recorded.takeLines();

    repository.delete(new Symbol("A"));
    scheduler.advance(INTERVAL);
    assertThat(recorded.takeLines())
        .containsExactly("stocks/A stock {\"symbol\":\"A\",\"deleted\":true}", EMPTY_BOARD);

    scheduler.advance(INTERVAL);
    assertThat(recorded.takeLines()).isEmpty();
  }

  @Test
  void publishesAStockThatCameBack() {
    Stock stock = save("A", "1", 1);
    feed.tick();
    repository.delete(stock.symbol());
    feed.tick();
    save(stock);
    recorded.takeLines();
    feed.tick();

    assertThat(recorded.takeLines()).containsExactly("stocks/A stock " + StockJson.text(stock));
  }

  @Test
  void tellsAfterARestartWhatWasDeletedBefore() {
    save("A", "1", 1);
    save("B", "1", 1);
    feed.tick();
    repository.delete(new Symbol("A"));
    feed.tick();
    recorded.takeLines();

    repository.delete(new Symbol("B"));
    recorded.hub().publish(Publication.of(new Topic("stocks/no symbol"), "of somebody else's"));
    recorded.takeLines();
    feed(recorded.hub()).tick(); // the process ended before the feed saw it

    assertThat(recorded.takeLines())
        .containsExactly("stocks/B stock {\"symbol\":\"B\",\"deleted\":true}", EMPTY_BOARD);
  }

  @Test
  void publishesAChangeAtOnceWhenAskedToLook() {
    feed.start();
    scheduler.advance(INTERVAL.multipliedBy(3).plusMillis(500));
    recorded.takeLines();

    Stock stock = save("A", "1", 1);
    feed.tickSoon();
    scheduler.runDue();

    assertThat(recorded.takeLines())
        .containsExactly(
            "stocks/A stock " + StockJson.text(stock),
            "stocks null " + StockJson.board(List.of(stock), TIME));
  }

  @Test
  void publishesTheBoardAtMostOnceEachIntervalHoweverOftenItLooks() {
    feed.start();
    scheduler.advance(INTERVAL.plusMillis(1));
    int boards = 0;
    int single = 0;
    recorded.takeLines();
    for (int i = 1; i <= 100; i++) { // ten seconds
      save("A", String.valueOf(i), 1);
      feed.tickSoon();
      scheduler.advance(Duration.ofMillis(100));
      for (Publication publication : recorded.takePublished()) {
        if (publication.topics().contains(StockTopics.BOARD)) {
          boards++;
        } else {
          single++;
        }
      }
    }

    assertThat(single).isEqualTo(100);
    assertThat(boards).isBetween(9, 11);
  }

  @Test
  void publishesAHeldBoardWhenItIsDue() {
    feed.start();
    scheduler.advance(Duration.ofMillis(2500));
    save("A", "1", 1);
    feed.tickSoon();
    scheduler.runDue(); // the board goes out at 2.5 s
    Stock last = save("A", "2", 1);
    scheduler.advance(Duration.ofMillis(600)); // the tick at 3 s publishes the stock alone
    recorded.takeLines();
    scheduler.advance(Duration.ofMillis(400));

    assertThat(recorded.takeLines())
        .containsExactly("stocks null " + StockJson.board(List.of(last), TIME));
  }

  @Test
  void saysOnceThatTheDatabaseIsAwayAndOnceThatItIsBack() {
    try (LogLines log = new LogLines(FeedLoop.class)) {
      feed.start();
      scheduler.advance(INTERVAL);
      assertThat(feed.isHealthy()).isTrue();

      tables.goAway("Connection refused");
      scheduler.advance(INTERVAL.multipliedBy(3));
      assertThat(feed.isHealthy()).isFalse();

      tables.comeBack();
      Stock stock = save("A", "1", 1);
      recorded.takeLines();
      scheduler.advance(INTERVAL.multipliedBy(3));

      assertThat(feed.isHealthy()).isTrue();
      assertThat(recorded.takeLines()).contains("stocks/A stock " + StockJson.text(stock));
      assertThat(log.lines())
          .containsExactly(
              "WARNING The stock feed stands still:"
                  + " the stock table is out of reach: Connection refused",
              "INFO The stock feed goes on");
    }
  }

  @Test
  void beginsWhenTheDatabaseComesAfterTheStart() {
    tables.goAway("not yet");
    feed.start();
    scheduler.advance(INTERVAL.multipliedBy(2));
    assertThat(recorded.takeLines()).isEmpty();

    tables.comeBack();
    scheduler.advance(INTERVAL);
    assertThat(recorded.takeLines()).containsExactly(EMPTY_BOARD);
  }

  @Test
  void recordsEachNewPriceItSees() {
    Stock stock = save("A", "1", 1);
    save("B", "5", 1);
    feed.tick();
    save("A", "1", 7); // no new price
    feed.tick();
    save("A", "2", 7);
    feed.tick();
    feed.tick();

    assertThat(history.of(stock.symbol(), 9))
        .extracting(Price::amount)
        .containsExactly(new BigDecimal("1.00"), new BigDecimal("2.00"));
    assertThat(history.ofAll(9).get(new Symbol("B")))
        .containsExactly(new Price(TIME, new BigDecimal("5")));
  }

  @Test
  void doesNotRecordAgainWhatItRecordedInAnEarlierLife() {
    Stock stock = save("A", "1", 1);
    feed.tick();
    feed(recorded.hub()).tick();

    assertThat(history.of(stock.symbol(), 9)).hasSize(1);
  }

  @Test
  void publishesWhilePricesCannotBeRecordedAndMakesUpForItLater() throws SQLException {
    try (LogLines log = new LogLines(StockFeed.class)) {
      tables.execute("ALTER TABLE stock_price RENAME TO elsewhere");
      save("A", "1", 1);
      feed.start();
      scheduler.advance(INTERVAL.multipliedBy(3));
      assertThat(recorded.takeLines()).hasSize(2);
      Stock last = save("A", "2", 1);
      scheduler.advance(INTERVAL);
      assertThat(recorded.takeLines()).contains("stocks/A stock " + StockJson.text(last));
      assertThat(feed.isHealthy()).isTrue();

      tables.execute("ALTER TABLE elsewhere RENAME TO stock_price");
      scheduler.advance(INTERVAL);
      assertThat(history.of(last.symbol(), 9))
          .containsExactly(new Price(TIME, new BigDecimal("2")));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING Prices are not recorded for now: the table of prices is out of");
    }
  }

  @Test
  void keepsTheBoardRightWithThousandsOfStocksAndHundredsOfChanges() {
    List<StockEntry> entries = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      entries.add(new StockEntry(stock("S" + i, "1.50", i, TIME), true));
    }
    repository.saveAll(entries);
    feed.start();
    scheduler.advance(INTERVAL);
    recorded.takeLines();
    repository.saveAll(
        entries.subList(500, 1000).stream()
            .map(e -> new StockEntry(e.stock().trade(BigDecimal.TEN, 1, TIME), true))
            .toList());
    repository.delete(new Symbol("S7"));
    scheduler.advance(INTERVAL);

    List<String> lines = recorded.takeLines();
    assertThat(lines).hasSize(502).contains("stocks/S7 stock {\"symbol\":\"S7\",\"deleted\":true}");
    assertThat(lines.get(501)).isEqualTo("stocks null " + StockJson.board(repository.all(), TIME));
    assertThat(history.ofAll(9)).hasSize(1999);
  }

  @Test
  void publishesTheOthersWhenSomebodyElseWritesARowThatIsNoStock() throws SQLException {
    try (LogLines log = new LogLines(BrokenRows.class)) {
      Stock other = save("B", "1", 1);
      save("A", "1", 1);
      feed.start();
      scheduler.advance(INTERVAL);
      recorded.takeLines();

      tables.execute("UPDATE stock SET currency = 'usd' WHERE symbol = 'A'");
      tables.execute(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at)"
              + " VALUES ('X\nY', 'x', 1, 1, CURRENT_TIMESTAMP)");
      scheduler.advance(INTERVAL.multipliedBy(3));
      assertThat(feed.isHealthy()).isTrue();
      assertThat(recorded.takeLines())
          .containsExactly(
              "stocks/A stock {\"symbol\":\"A\",\"deleted\":true}",
              "stocks null " + StockJson.board(List.of(other), TIME));
      assertThat(log.lines())
          .containsExactly(
              "WARNING Row 'A' of the stock table is skipped:"
                  + " currency must be an ISO 4217 code, such as EUR",
              "WARNING Row 'X\\u000aY' of the stock table is skipped: symbol must be 1 to 32 of A-Z,"
                  + " 0-9, . - _ ^ = & $ # @ + : and single spaces inside, with a letter or digit");

      Stock mended = save("A", "2", 1);
      scheduler.advance(INTERVAL);
      assertThat(recorded.takeLines())
          .containsExactly(
              "stocks/A stock " + StockJson.text(mended),
              "stocks null " + StockJson.board(List.of(mended, other), TIME));
      tables.execute("UPDATE stock SET currency = 'eur' WHERE symbol = 'A'");
      scheduler.advance(INTERVAL.multipliedBy(3));
      assertThat(log.lines()).hasSize(3);
    }
  }

  @Test
  void isStillOnceClosed() {
    feed.start();
    feed.close();
    scheduler.advance(INTERVAL.multipliedBy(3));

    assertThat(recorded.takeLines()).isEmpty();
  }

  private Stock save(String symbol, String price, long quantity) {
    Stock stock = stock(symbol, price, quantity, TIME);
    save(stock);
    return stock;
  }

  private void save(Stock stock) {
    repository
        .find(stock.symbol())
        .ifPresentOrElse(before -> repository.replace(before, stock), () -> repository.add(stock));
  }

  private FeedLoop feed(Hub hub) {
    StockFeed feed =
        new StockFeed(
            hub, recorded.log(), repository, history, INTERVAL, () -> TIME, scheduler::nanoTime);
    return new FeedLoop(feed, INTERVAL, scheduler, scheduler::nanoTime);
  }
}
