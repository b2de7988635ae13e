package bellwether.stock;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.feed.BrokenRows;
import bellwether.feed.Feed;
import bellwether.hub.Hub;
import bellwether.table.Row;
import bellwether.topic.Topic;
import bellwether.wire.UriText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes changes of the stock table: each changed stock to its own topic, and the whole board to
 * another. Nothing else publishes to these topics. Confined to the ticks of its loop.
 */
public final class StockFeed implements Feed {
  /*
   * A tick reads the table and compares it with what was published last. So it does not matter who
   * changed the table, or whether a notification of the change was lost: the table is the outbox.
   *
   * The first tick reads from the log what was published before the process stopped; the log has it
   * as retained entries. So changes made meanwhile are published, and a stock that was deleted
   * meanwhile does not stay on readers' boards for ever.
   *
   * Each published stock is kept with its JSON text, and the board is composed of these texts: so a
   * tick costs only what it reads and what has changed.
   *
   * A row that is not a valid stock is skipped as if it were not there, so that it does not stop
   * the others.
   *
   * Prices are recorded last, so readers do not wait for that. If it fails, the next tick tries
   * again; a price that was replaced meanwhile is then never recorded.
   */
  private static final Logger logger = LoggerFactory.getLogger(StockFeed.class);
  private static final int BATCH = 256; // entries asked of the log at a time

  private final Hub hub;
  private final EventLog log;
  private final StockRepository repository;
  private final JdbcPriceHistory history;
  private final Duration boardInterval;
  private final InstantSource clock;
  private final LongSupplier nanoTime;

  /**
   * The last published state of a stock.
   *
   * @param stock empty if an earlier process published it
   */
  private record Told(Optional<Stock> stock, String text) {
    boolean saysTheSameAs(Stock other) {
      return stock
          .map(known -> known.saysTheSameAs(other))
          .orElseGet(() -> text.equals(StockJson.text(other)));
    }
  }

  private String epoch = ""; // of the log's newest entry at the last look
  private final Map<Symbol, Told> published = new HashMap<>();
  private final Map<Symbol, Price> unrecorded = new HashMap<>();
  private final BrokenRows brokenRows = new BrokenRows("the stock table");
  private boolean isRecordingFailing;
  private boolean hasRecalled;
  private boolean boardIsOwed = true;
  private long boardDueAt;

  /**
   * @param log the hub's log, read once for its retained entries
   * @param history records every new price that a tick sees
   * @param boardInterval the shortest time between two publications of the board
   * @param nanoTime as {@link System#nanoTime}
   */
  public StockFeed(
      Hub hub,
      EventLog log,
      StockRepository repository,
      JdbcPriceHistory history,
      Duration boardInterval,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.hub = hub;
    this.log = log;
    this.repository = repository;
    this.history = history;
    this.boardInterval = boardInterval;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.boardDueAt = nanoTime.getAsLong();
  }

  @Override
  public String name() {
    return "stock";
  }

  @Override
  public void beginAnew() {
    published.clear();
    hasRecalled = false;
  }

  /**
   * Publishes the changes. If it had to hold back the board, it returns the time until that is due.
   */
  @Override
  public Optional<Duration> look() {
    EventId newest = log.idAt(log.newest());
    if (!newest.epoch().equals(epoch)) { // the log may have lost what was published
      epoch = newest.epoch();
      beginAnew();
    }
    publishChanges();
    return boardIsOwed
        ? Optional.of(Duration.ofNanos(boardDueAt - nanoTime.getAsLong()))
        : Optional.empty();
  }

  /** Returns the topic of one stock's changes. */
  public static Topic topic(Symbol symbol) {
    return Topic.below(StockTopics.BOARD.name(), symbol.name());
  }

  private void publishChanges() {
    List<Row<String, Stock>> rows = repository.rows();
    brokenRows.tell(rows);
    List<Stock> stocks = rows.stream().flatMap(row -> row.content().stream()).toList();
    if (!hasRecalled) {
      recallStates();
      hasRecalled = true;
    }
    stocks.forEach(this::publishIfChanged);
    publishGone(stocks);
    publishBoardIfDue(stocks);
    recordPrices();
  }

  private void publishIfChanged(Stock stock) {
    Told last = published.get(stock.symbol());
    if (last != null && last.saysTheSameAs(stock)) {
      return;
    }
    String text = StockJson.text(stock);
    publish(stock.symbol(), text);
    published.put(stock.symbol(), new Told(Optional.of(stock), text));
    boolean hasItsPrice =
        last != null
            && last.stock().isPresent()
            && last.stock().get().price().compareTo(stock.price()) == 0;
    if (!hasItsPrice) {
      unrecorded.put(stock.symbol(), new Price(clock.instant(), stock.price()));
    }
  }

  private void publishGone(List<Stock> stocks) {
    if (published.size() == stocks.size()) {
      return; // since each of the stocks has been published
    }
    Set<Symbol> gone = new TreeSet<>(published.keySet());
    gone.removeAll(stocks.stream().map(Stock::symbol).collect(Collectors.toSet()));
    for (Symbol symbol : gone) {
      publish(symbol, StockJson.deleted(symbol));
      published.remove(symbol);
      unrecorded.remove(symbol);
    }
  }

  private void recordPrices() {
    if (unrecorded.isEmpty()) {
      return;
    }
    try {
      history.record(unrecorded);
      unrecorded.clear();
      isRecordingFailing = false;
    } catch (RuntimeException e) { // whatever the cause: what readers see does not depend on it
      if (!isRecordingFailing) {
        logger.warn("Prices are not recorded for now: {}", e.getMessage());
      }
      isRecordingFailing = true;
    }
  }

  private void publish(Symbol symbol, String data) {
    boardIsOwed = true; // first: if publishing fails half way, the next tick still owes the board
    hub.publish(Publication.of(topic(symbol), data).withType("stock"));
  }

  /** Publishes the board if it has changed, at most once each interval. */
  private void publishBoardIfDue(List<Stock> stocks) {
    long now = nanoTime.getAsLong();
    if (boardIsOwed && now - boardDueAt >= 0) {
      hub.publish(Publication.of(StockTopics.BOARD, board(stocks)));
      boardDueAt = now + boardInterval.toNanos();
      boardIsOwed = false;
    }
  }

  private String board(List<Stock> stocks) {
    return StockJson.boardOf(
        stocks.stream()
            .flatMap(stock -> Stream.ofNullable(published.get(stock.symbol())))
            .map(Told::text),
        clock.instant());
  }

  private void recallStates() {
    long newest = log.newest();
    long read = 0;
    while (read < newest) {
      Batch batch = log.readRetained(read, newest, StockFeed::isOfOneStock, BATCH);
      batch.entries().forEach(this::recall);
      read = batch.reached();
    }
  }

  private static boolean isOfOneStock(LogEntry entry) {
    return entry.publication().topics().get(0).name().startsWith(StockTopics.PREFIX);
  }

  private void recall(LogEntry entry) {
    Publication publication = entry.publication();
    Topic topic = publication.topics().get(0);
    try {
      Symbol symbol =
          new Symbol(UriText.decode(topic.name().substring(StockTopics.PREFIX.length())));
      if (topic.equals(topic(symbol)) && !publication.data().equals(StockJson.deleted(symbol))) {
        published.put(symbol, new Told(Optional.empty(), publication.data()));
      }
    } catch (IllegalArgumentException e) {
      // Not a symbol, so not one of our stocks: somebody published to a topic below ours.
    }
  }
}
