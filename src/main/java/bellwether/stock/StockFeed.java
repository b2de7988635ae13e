package bellwether.stock;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Topic;
import bellwether.hub.FeedLoop;
import bellwether.hub.Hub;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Publishes what changes in the stock table: each stock to its topic, and the whole board to
 * another. Nothing else publishes there. Any thread may call anything.
 */
public final class StockFeed implements AutoCloseable {
  /*
   * A tick reads the table and compares it with what was published last. So it does not matter who
   * changed it, nor whether a wake-up was lost: the table is the outbox.
   *
   * Two things follow from when the process stops. The first tick publishes everything, since it
   * cannot know what changed meanwhile. And it asks the log which stocks it still holds as states,
   * since one deleted just before would otherwise be shown for ever.
   */
  static final Topic BOARD = new Topic("stocks");
  private static final String PREFIX = "stocks/";
  private static final int BATCH = 256; // entries asked of the log at a time

  private final Hub hub;
  private final EventLog log;
  private final StockRepository repository;
  private final Duration boardInterval;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final FeedLoop loop;

  // Confined to the tick. What readers were told last: empty for a stock out of an earlier life.
  private final Map<Symbol, Optional<Stock>> published = new HashMap<>();
  private boolean hasRecalled;
  private boolean boardIsOwed = true;
  private boolean boardIsAwaited; // a tick has been asked for when it will be due
  private long boardDueAt;

  /**
   * @param log of the hub, asked once for the state it holds
   * @param interval how often the table is read, and the board published at most
   * @param executor has a thread that the database may keep waiting; the feed does not close it
   * @param nanoTime as {@link System#nanoTime}
   */
  public StockFeed(
      Hub hub,
      EventLog log,
      StockRepository repository,
      Duration interval,
      ScheduledExecutorService executor,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.hub = hub;
    this.log = log;
    this.repository = repository;
    this.boardInterval = interval;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.boardDueAt = nanoTime.getAsLong();
    this.loop = new FeedLoop("stock", this::publishChanges, interval, executor);
  }

  public void start() {
    loop.start();
  }

  /** Asks for a tick at once: the table has changed. */
  public void wake() {
    loop.wake();
  }

  /** Reads the table and publishes what changed. Never throws; never runs twice at a time. */
  public void tick() {
    loop.tick();
  }

  /** Whether the last tick went well; false before the first. */
  public boolean isHealthy() {
    return loop.isHealthy();
  }

  @Override
  public void close() {
    loop.close();
  }

  static Topic topic(Symbol symbol) {
    return new Topic(PREFIX + symbol);
  }

  private void publishChanges() {
    List<Stock> stocks = repository.all();
    if (!hasRecalled) {
      recallStates();
      hasRecalled = true;
    }
    stocks.forEach(this::publishIfChanged);
    publishGone(stocks);
    publishBoardIfDue(stocks);
  }

  private void publishIfChanged(Stock stock) {
    Optional<Stock> last = published.getOrDefault(stock.symbol(), Optional.empty());
    if (last.filter(stock::saysTheSameAs).isEmpty()) {
      publish(stock.symbol(), StockJson.text(stock));
      published.put(stock.symbol(), Optional.of(stock));
    }
  }

  private void publishGone(List<Stock> stocks) {
    Set<Symbol> gone = new TreeSet<>(published.keySet());
    gone.removeAll(stocks.stream().map(Stock::symbol).collect(Collectors.toSet()));
    for (Symbol symbol : gone) {
      publish(symbol, StockJson.deleted(symbol));
      published.remove(symbol);
    }
  }

  private void publish(Symbol symbol, String data) {
    boardIsOwed = true; // first: if publishing fails half way, the next tick still owes the board
    hub.publish(Publication.of(topic(symbol), data).withType("stock"));
  }

  /** However often the feed is woken, the board goes out at most once each interval. */
  private void publishBoardIfDue(List<Stock> stocks) {
    if (!boardIsOwed) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - boardDueAt >= 0) {
      hub.publish(Publication.of(BOARD, StockJson.board(stocks, clock.instant())));
      boardDueAt = now + boardInterval.toNanos();
      boardIsOwed = false;
      boardIsAwaited = false;
    } else if (!boardIsAwaited) {
      boardIsAwaited = true;
      loop.wakeIn(Duration.ofNanos(boardDueAt - now));
    }
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
    return entry.publication().topics().get(0).name().startsWith(PREFIX);
  }

  private void recall(LogEntry entry) {
    Publication publication = entry.publication();
    String name = publication.topics().get(0).name().substring(PREFIX.length());
    try {
      Symbol symbol = new Symbol(name);
      if (!publication.data().equals(StockJson.deleted(symbol))) {
        published.put(symbol, Optional.empty());
      }
    } catch (IllegalArgumentException e) {
      // No symbol, so no stock of ours: somebody published to a topic below ours.
    }
  }
}
