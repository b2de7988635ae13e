package bellwether.stock;

import bellwether.eventlog.Report;
import bellwether.table.SourceUnavailableException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulates a busy market for the demo. It changes the stock table, and the feed publishes its
 * changes as it does any others.
 */
public final class TradingSimulator implements AutoCloseable {
  /*
   * The logarithm of a price takes a random walk and is drawn back to an anchor, so that the price
   * is still plausible after days: with the figures below, it typically strays from the anchor by 4
   * %. A price that somebody else has set is a new anchor.
   *
   * It only replaces a stock that is still as it was read. So it never restores a stock that was
   * deleted meanwhile, nor overwrites the change of somebody else.
   */
  private static final Logger logger = LoggerFactory.getLogger(TradingSimulator.class);
  private static final Report report = new Report(logger);

  private static final int TRADES = 3; // in one step
  private static final double VOLATILITY = 0.004; // of one trade
  private static final double REVERSION = 0.005; // of the distance from the anchor, in one trade
  private static final int CENT_DIGITS = 2;
  private static final BigDecimal LEAST = BigDecimal.ONE; // below it, one cent is a large step
  private static final BigDecimal MAX =
      new BigDecimal("1000000000"); // a double is exact to the cent
  private static final int MAX_SOLD = 3; // in one trade
  private static final double RESTOCKING = 0.15; // chance, each time a sold out stock is looked at
  private static final int MIN_RESTOCKED = 60;
  private static final int MAX_RESTOCKED = 300;

  private final StockRepository repository;
  private final Consumer<Stock> soldOut;
  private final BooleanSupplier mayTrade;
  private final Duration interval;
  private final ScheduledExecutorService executor;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final AtomicReference<@Nullable ScheduledFuture<?>> schedule = new AtomicReference<>();

  // Confined to the step.
  private final Map<Symbol, Course> courses = new HashMap<>();
  private boolean isFurnished; // whether the table had stocks, or was given some
  private boolean wasEmpty;
  private boolean isFailing;

  /** The anchor to which a price is drawn back, and the price after the last trade. */
  private record Course(BigDecimal anchor, BigDecimal last) {}

  /**
   * @param soldOut called with each stock that is sold out
   * @param mayTrade whether to trade; asked before each step
   * @param interval from the end of one step to the start of the next
   * @param executor runs the steps, which may wait for the database; the simulator does not close
   *     it
   */
  public TradingSimulator(
      StockRepository repository,
      Consumer<Stock> soldOut,
      BooleanSupplier mayTrade,
      Duration interval,
      ScheduledExecutorService executor,
      RandomGenerator random,
      InstantSource clock) {
    this.repository = repository;
    this.soldOut = soldOut;
    this.mayTrade = mayTrade;
    this.interval = interval;
    this.executor = executor;
    this.random = random;
    this.clock = clock;
  }

  public void start() {
    long delay = interval.toNanos();
    schedule.set(executor.scheduleWithFixedDelay(this::step, delay, delay, TimeUnit.NANOSECONDS));
  }

  @Override
  public void close() {
    ScheduledFuture<?> scheduled = schedule.getAndSet(null);
    if (scheduled != null) {
      scheduled.cancel(false);
    }
  }

  /** Makes a few trades. Never throws, since that would end the schedule. */
  synchronized void step() {
    try {
      if (!mayTrade.getAsBoolean()) {
        return;
      }
      trade();
      isFailing = false;
    } catch (SourceUnavailableException e) {
      logger.debug("No trading while the database is away"); // the feeds log the outage
    } catch (RuntimeException | Error e) { // if it escaped, it would end the schedule
      if (!isFailing) {
        report.warn("No trading", e);
      }
      isFailing = true;
    }
  }

  private void trade() {
    if (!isFurnished) {
      furnish();
      isFurnished = true;
    }
    List<Stock> stocks = repository.all();
    courses.keySet().retainAll(stocks.stream().map(Stock::symbol).collect(Collectors.toSet()));
    for (int i = 0; i < TRADES && !stocks.isEmpty(); i++) {
      trade(stocks.get(random.nextInt(stocks.size())));
    }
  }

  private void furnish() {
    wasEmpty |= repository.all().isEmpty(); // remembered, in case the database fails half way
    if (wasEmpty) {
      WellKnownStocks.at(clock.instant()).forEach(repository::add);
    }
  }

  private void trade(Stock before) {
    BigDecimal price = nextPrice(before);
    long quantity = nextQuantity(before.quantity());
    Stock after = before.trade(price, quantity, clock.instant());
    if (after.saysTheSameAs(before) || !repository.replace(before, after)) {
      return;
    }
    courses.put(after.symbol(), new Course(course(before).anchor(), after.price()));
    if (before.quantity() > 0 && quantity == 0) {
      soldOut.accept(after);
    }
  }

  private BigDecimal nextPrice(Stock stock) {
    BigDecimal price = stock.price();
    if (price.compareTo(LEAST) < 0 || price.compareTo(MAX) > 0) {
      return price;
    }
    double strayed = Math.log(price.doubleValue() / course(stock).anchor().doubleValue());
    double move = VOLATILITY * random.nextGaussian() - REVERSION * strayed;
    BigDecimal next = BigDecimal.valueOf(price.doubleValue() * Math.exp(move));
    return next.setScale(CENT_DIGITS, RoundingMode.HALF_EVEN).max(LEAST).min(MAX);
  }

  private Course course(Stock stock) {
    Course known = courses.get(stock.symbol());
    if (known != null && known.last().compareTo(stock.price()) == 0) {
      return known;
    }
    return new Course(stock.price(), stock.price());
  }

  private long nextQuantity(long quantity) {
    if (quantity > 0) {
      return Math.max(0, quantity - random.nextInt(MAX_SOLD + 1));
    }
    return random.nextDouble() < RESTOCKING ? random.nextInt(MIN_RESTOCKED, MAX_RESTOCKED + 1) : 0;
  }
}
