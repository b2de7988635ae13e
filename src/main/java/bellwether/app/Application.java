package bellwether.app;

import bellwether.access.Access;
import bellwether.access.ClientLimits;
import bellwether.auth.JwtTokens;
import bellwether.auth.PublisherKey;
import bellwether.auth.Revocations;
import bellwether.auth.TokenKeys;
import bellwether.auth.Tokens;
import bellwether.config.Settings;
import bellwether.demo.OtherDemos;
import bellwether.demo.SecondOrigin;
import bellwether.embed.Bellwether;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.exchange.Exchanges;
import bellwether.feed.BuiltInTopics;
import bellwether.feed.ClockFeed;
import bellwether.feed.ClockTopics;
import bellwether.feed.Feed;
import bellwether.feed.FeedLoop;
import bellwether.feed.Lease;
import bellwether.hub.FanOut;
import bellwether.hub.Hub;
import bellwether.hub.PatternBudget;
import bellwether.mercure.ActiveSubscriptions;
import bellwether.mercure.HubNamespace;
import bellwether.mercure.SubscriptionDirectory;
import bellwether.notification.JdbcNotificationRepository;
import bellwether.notification.JdbcReadMarks;
import bellwether.notification.NotificationFeed;
import bellwether.notification.NotificationRepository;
import bellwether.notification.NotificationTopics;
import bellwether.notification.ReadMarks;
import bellwether.observe.Metrics;
import bellwether.operate.OtherNodes;
import bellwether.outbox.JdbcOutbox;
import bellwether.outbox.OutboxFeed;
import bellwether.stock.JdbcPriceHistory;
import bellwether.stock.JdbcStockRepository;
import bellwether.stock.StockFeed;
import bellwether.stock.StockRepository;
import bellwether.stock.StockTopics;
import bellwether.stock.TradingSimulator;
import bellwether.stream.OtherServers;
import bellwether.stream.Streams;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's objects, created and connected in order, and closed in reverse. */
final class Application implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Application.class);

  /** All feeds' topics; {@code bellwether.retained} says nothing about these. */
  private static final BuiltInTopics BUILT_IN =
      new BuiltInTopics(List.of(StockTopics.OWNED, NotificationTopics.OWNED, ClockTopics.OWNED));

  /** The channel on which PostgreSQL notifies of changes of each feed's tables. */
  private static final Map<String, String> CHANNELS =
      Map.of(
          "stocks", "bellwether_stock",
          "notifications", "bellwether_notification",
          "outbox", "bellwether_outbox");

  private static final Duration TRADING = Duration.ofMillis(400);

  /**
   * The longest wait for the lease at the start, so that no client is admitted while another server
   * has the lease.
   */
  private static final Duration PATIENCE_WITH_LEASE = Duration.ofSeconds(3);

  private final InstantSource clock = InstantSource.system();
  private final SecureRandom random = new SecureRandom();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>(); // the last first

  /** Starts all parts. If one fails, stops those that were started. */
  Application(Settings settings, ServletContext context) {
    try {
      start(settings, context);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void start(Settings settings, ServletContext context) {
    Threads threads = opened(new Threads(settings.streams().fanOutThreads()));
    Metrics metrics = new Metrics();
    OpenLog opened =
        OpenLog.open(settings, threads, metrics, clock, random, BUILT_IN::has, parts::push);
    EventLog log = opened.log();
    Cluster cluster = opened.cluster();
    Hub hub = opened(hub(settings, log, threads, metrics));
    Revocations revocations = revocations(settings, cluster);
    Tokens tokens = tokens(settings, revocations, threads);
    SecondOrigin secondOrigin = settings.demo() ? opened(secondOrigin()) : null;
    Exchanges exchanges = RequestLimits.exchanges(settings.bodies(), threads, metrics);
    Routes routes =
        routes(
            settings, tokens, secondOrigin == null ? 0 : secondOrigin.port(), exchanges, context);

    Database database = opened(database(settings));
    String holder = UUID.randomUUID().toString();
    Lease lease = opened(TablesLease.of(log, settings, holder, database, threads));
    context.setAttribute(
        Bellwether.ATTRIBUTE, Bellwether.of(hub, () -> TablesLease.requireNoStandby(lease)));
    StockRepository stocks = new JdbcStockRepository(database.dataSource());
    JdbcPriceHistory history = new JdbcPriceHistory(database.dataSource(), random);
    NotificationRepository notifications =
        new JdbcNotificationRepository(database.dataSource(), clock, holder);
    ReadMarks readMarks = new JdbcReadMarks(database.dataSource(), clock, holder);
    ClientLimits limits = new ClientLimits(settings.limits(), System::nanoTime);
    OtherServers others = cluster == null ? OtherServers.NONE : cluster.calls();
    Streams streams =
        streams(settings, hub, metrics, limits, revocations, others, exchanges, threads);
    Settings.Feeds intervals = settings.feeds();
    BooleanSupplier mayLook = TablesLease.mayLook(lease, log);
    // Once drained, it must not mark anything as published: no client would see it, and another
    // server would not publish it again. Of a shared log other nodes have readers.
    BooleanSupplier mayPublish =
        log instanceof SharedEventLog
            ? mayLook
            : () -> mayLook.getAsBoolean() && !streams.drain().isDrained();
    FeedLoop stockLoop =
        loop(
            new StockFeed(
                hub, log, stocks, history, intervals.stockInterval(), clock, System::nanoTime),
            intervals.stockInterval(),
            threads.stocks,
            mayLook);
    FeedLoop notificationLoop =
        loop(
            new NotificationFeed(hub, notifications, readMarks),
            intervals.notificationInterval(),
            threads.notifications,
            mayPublish);
    FeedLoop clockLoop =
        loop(
            new ClockFeed(hub, clock),
            intervals.clock(),
            threads.clock,
            TablesLease.mayGoOn(lease, log));

    ActiveSubscriptions subscriptions = subscriptions(settings, hub, cluster, threads);
    routes.events(hub, streams, BUILT_IN::has, settings.limits().topics(), subscriptions, clock);
    routes.stocks(stocks, history, stockLoop, clock);
    routes.notifications(notifications, readMarks, notificationLoop, clock);
    Map<String, FeedLoop> loops = new LinkedHashMap<>();
    loops.put("stocks", stockLoop);
    loops.put("notifications", notificationLoop);
    FeedLoop outboxLoop = outboxLoop(settings, hub, database, holder, mayPublish, threads);
    if (outboxLoop != null) {
      loops.put("outbox", outboxLoop);
    }
    routes.operations(
        Readiness.of(log, loops, lease),
        metrics,
        streams,
        cluster == null ? OtherNodes.NONE : cluster.calls());
    routes.revocations(revocations, streams);

    List<FeedLoop> all = new ArrayList<>(loops.values());
    all.add(clockLoop);
    lease.start(TablesLease.standingBy(streams.standby(), all, log));
    TablesLease.watch(log, streams.standby(), threads.lease);
    lease.awaitAnswer(PATIENCE_WITH_LEASE);
    all.forEach(FeedLoop::start);
    listen(settings.database(), loops);
    if (settings.demo()) {
      startTrading(stocks, notifications, notificationLoop, lease, threads);
      OtherDemos demos = cluster == null ? OtherDemos.NONE : cluster.demos();
      opened(
          routes.demo(
              hub,
              streams,
              metrics,
              demos,
              threads.turns,
              threads.trading,
              clock,
              System::nanoTime));
    }
    if (cluster != null) {
      cluster.start(streams, limits, revocations, tokens, subscriptions, metrics);
    }
    opened(streams).start(); // last, so that closing begins by ending the streams in order
  }

  private static Hub hub(Settings settings, EventLog log, Threads threads, Metrics metrics) {
    TopicSelector more = retained(settings);
    return new Hub(
        log,
        topic -> BUILT_IN.has(topic) ? BUILT_IN.isRetained(topic) : more.matches(topic),
        threads.turns,
        threads.fetching,
        LogFiles.readingBytes(settings.log()),
        new FanOut(settings.streams().fanOutThreads(), settings.streams().gathering()),
        new PatternBudget(settings.streams().maxPatterns()),
        System::nanoTime,
        metrics);
  }

  private static TopicSelector retained(Settings settings) {
    try {
      return TopicSelector.parse(settings.log().retained());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("bellwether.retained: " + e.getMessage(), e);
    }
  }

  /** Opens the revocations in the data directory, or those that all servers have. */
  private Revocations revocations(Settings settings, @Nullable Cluster cluster) {
    try {
      return cluster == null
          ? Revocations.open(settings.data().resolve("revocations"), clock)
          : Revocations.open(cluster.records(), clock);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** Creates the check of tokens. Without a key to check them with, it accepts none. */
  private Tokens tokens(Settings settings, Revocations revocations, Threads threads) {
    TokenChecks checks = new TokenChecks(settings.tokens(), settings.access().hub());
    TokenKeys keys = checks.keys();
    return keys == null
        ? Tokens.NONE
        : new JwtTokens(
            TokenChecks.start(opened(keys), threads.keys),
            checks.rules(),
            revocations::isRevoked,
            clock);
  }

  private static SecondOrigin secondOrigin() {
    try {
      return SecondOrigin.start();
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's second port: " + e.getMessage(), e);
    }
  }

  private static Routes routes(
      Settings settings,
      Tokens tokens,
      int secondPort,
      Exchanges exchanges,
      ServletContext context) {
    String key = settings.publisherKey();
    return new Routes(
        context,
        new Access(
            settings.demo(),
            secondPort,
            key == null ? null : new PublisherKey(key),
            tokens,
            settings.access(),
            System::nanoTime),
        exchanges,
        settings.log().place() == Settings.LogPlace.POSTGRES);
  }

  private static Database database(Settings settings) {
    return new Database(
        settings.database().url(), settings.database().user(), settings.database().password());
  }

  /**
   * Listens for changes of the tables, if the database is PostgreSQL. The triggers in
   * db/migration-postgresql define the channels.
   */
  private void listen(Settings.Database database, Map<String, FeedLoop> loops) {
    if (Database.isPostgres(database.url())) {
      Map<String, Runnable> ticks = new HashMap<>();
      CHANNELS.forEach(
          (loop, channel) -> ticks.put(channel, Objects.requireNonNull(loops.get(loop))::tickSoon));
      opened(new PostgresListener(database.url(), database.user(), database.password(), ticks))
          .start();
    }
  }

  private Streams streams(
      Settings settings,
      Hub hub,
      Metrics metrics,
      ClientLimits limits,
      Revocations revocations,
      OtherServers others,
      Exchanges exchanges,
      Threads threads) {
    return new Streams(
        hub,
        metrics,
        settings.streams(),
        limits,
        settings.drain(),
        revocations::isRevoked,
        others,
        exchanges,
        threads.turns,
        System::nanoTime,
        clock,
        random);
  }

  /** Returns the active subscriptions; null if the hub has none. */
  private static @Nullable ActiveSubscriptions subscriptions(
      Settings settings, Hub hub, @Nullable Cluster cluster, Threads threads) {
    SubscriptionDirectory directory =
        cluster == null ? SubscriptionDirectory.NONE : cluster.directory();
    return settings.hasSubscriptions()
        ? new ActiveSubscriptions(hub, directory, threads.subscriptions, UUID::randomUUID)
        : null;
  }

  private FeedLoop loop(
      Feed feed, Duration interval, ScheduledExecutorService executor, BooleanSupplier mayLook) {
    return opened(new FeedLoop(feed, interval, executor, System::nanoTime, mayLook));
  }

  /** Opens the feed of what is published by SQL; null if the database is not PostgreSQL. */
  private @Nullable FeedLoop outboxLoop(
      Settings settings,
      Hub hub,
      Database database,
      String holder,
      BooleanSupplier mayLook,
      Threads threads) {
    if (!Database.isPostgres(settings.database().url())) {
      return null;
    }
    Predicate<Topic> isServers = topic -> BUILT_IN.has(topic) || HubNamespace.has(topic);
    return loop(
        new OutboxFeed(hub, new JdbcOutbox(database.dataSource(), isServers, holder)),
        settings.feeds().notificationInterval(),
        threads.outbox,
        mayLook);
  }

  private void startTrading(
      StockRepository stocks,
      NotificationRepository notifications,
      FeedLoop feed,
      Lease lease,
      Threads threads) {
    logger.warn(
        "DEMO MODE: trading is simulated, and anyone at this machine may publish without a"
            + " key");
    TradingSimulator simulator =
        opened(
            new TradingSimulator(
                stocks,
                new SoldOutNotices(notifications, feed::tickSoon, clock),
                lease::mayLook,
                TRADING,
                threads.trading,
                random,
                clock));
    simulator.start();
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) { // the other parts must still be closed
        logger.warn("Could not close {}", part.getClass().getSimpleName(), e);
      }
    }
  }
}
