package bellwether.app;

import bellwether.access.Access;
import bellwether.access.CorsFilter;
import bellwether.access.ErrorServlet;
import bellwether.access.Gate;
import bellwether.access.MembersGate;
import bellwether.access.Origins;
import bellwether.access.SessionServlet;
import bellwether.auth.Revocations;
import bellwether.demo.AllMetricsServlet;
import bellwether.demo.CutServlet;
import bellwether.demo.DemoGate;
import bellwether.demo.DemoOnlyFilter;
import bellwether.demo.DemoServlet;
import bellwether.demo.DemoStreams;
import bellwether.demo.LoadServlet;
import bellwether.demo.OtherDemos;
import bellwether.demo.RawStreamServlet;
import bellwether.demo.ServerTimeServlet;
import bellwether.demo.SlowReaderServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HubUrl;
import bellwether.exchange.SecurityHeadersFilter;
import bellwether.exchange.UnreadBodyFilter;
import bellwether.feed.FeedLoop;
import bellwether.hub.Hub;
import bellwether.mercure.ActiveSubscriptions;
import bellwether.mercure.DiscoveryFilter;
import bellwether.mercure.HubNamespace;
import bellwether.mercure.MercureServlet;
import bellwether.mercure.MetadataServlet;
import bellwether.mercure.SubscriptionsServlet;
import bellwether.mercure.TopicBase;
import bellwether.notification.NotificationRepository;
import bellwether.notification.NotificationsServlet;
import bellwether.notification.ReadMarks;
import bellwether.observe.HealthCheck;
import bellwether.observe.Metrics;
import bellwether.operate.AdminServlet;
import bellwether.operate.DrainRequests;
import bellwether.operate.HealthServlet;
import bellwether.operate.MetricsServlet;
import bellwether.operate.OtherNodes;
import bellwether.operate.RevocationsServlet;
import bellwether.stock.JdbcPriceHistory;
import bellwether.stock.StockRepository;
import bellwether.stock.StocksServlet;
import bellwether.stream.Drain;
import bellwether.stream.EventsServlet;
import bellwether.stream.Publishing;
import bellwether.stream.StandbyFilter;
import bellwether.stream.StreamOpener;
import bellwether.stream.Streams;
import bellwether.topic.Topic;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Maps every URL that is not a file to its servlet and filters. */
public final class Routes {
  /**
   * The context attribute with the action that drains the server; see {@code
   * bellwether.launch.OrderlyStop}.
   */
  private static final String DRAIN = "bellwether.drain";

  /**
   * The context attribute with the test for trusted origins; see {@code
   * bellwether.launch.ProblemAnswers}.
   */
  private static final String TRUSTED_ORIGINS = "bellwether.trusted-origins";

  /**
   * The folder at the WAR's root with the classes that {@code java -jar} starts. Every container
   * would serve them like pages.
   */
  private static final String LAUNCHER = "/bellwether/*";

  private static final String HUB = HubUrl.PATH;
  private static final String RAW = "/demo/raw";
  private static final String CUT = "/demo/cut";
  private static final String SLOW_READER = "/demo/slow-reader";
  private static final String LOAD = "/demo/load";
  private static final String FIGURES = "/demo/metrics";

  private final ServletContext context;
  private final Access access;
  private final Gate byCredentials;
  private final Gate gate;
  private final Exchanges exchanges;
  private final Origins trusted;

  /**
   * Adds the filters of all URLs.
   *
   * @param isOneOfMany whether other servers share the log, and answer requests of the same pages
   */
  public Routes(ServletContext context, Access access, Exchanges exchanges, boolean isOneOfMany) {
    this.context = context;
    this.access = access;
    this.byCredentials = access.byCredentials();
    this.gate = access.demo() ? new DemoGate(byCredentials) : byCredentials;
    this.exchanges = exchanges;
    this.trusted = new Origins(access.settings().corsOrigins());
    if (!trusted.isEmpty()) {
      context.setAttribute(TRUSTED_ORIGINS, (Predicate<String>) trusted::contains);
    }
    filter("security-headers", new SecurityHeadersFilter(access.secondPort(), isOneOfMany), "/*");
    if (context.getServerInfo().startsWith("Apache Tomcat")) {
      filter("unread-body", new UnreadBodyFilter(exchanges), "/*");
    }
    filter(
        "cors",
        new CorsFilter(trusted),
        "/events/*",
        "/api/*",
        HUB + "/*",
        "/js/bellwether-client.js"); // for pages of other sites to import
    filter("discovery", new DiscoveryFilter(access.settings().hub()), "/", "*.html", "/api/*");
    servlet("demo", new DemoServlet(access.demo(), access.secondPort()), "/demo/*");
  }

  /**
   * Adds the hub's URLs, in its own protocol and in Mercure's, and the error page.
   *
   * @param builtIn the topics that only the server itself publishes to
   * @param mostTopics the most topics of one event
   * @param subscriptions the active subscriptions; null for a hub without
   */
  public void events(
      Hub hub,
      Streams streams,
      Predicate<Topic> builtIn,
      int mostTopics,
      @Nullable ActiveSubscriptions subscriptions,
      InstantSource clock) {
    Publishing publishing =
        new Publishing(
            hub, builtIn, HubNamespace::has, streams.clientLimits(), mostTopics, exchanges);
    StreamOpener opener = streams.opener();
    servlet("error", new ErrorServlet(trusted, opener::refuseFailed), "/error", LAUNCHER);
    TopicBase base = new TopicBase(access.settings().hub());
    filter("standby", new StandbyFilter(streams.standby()), "/events", HUB);
    servlet(
        "events",
        new EventsServlet(
            publishing, opener, streams.polls(), gate, readers(gate), exchanges, clock),
        "/events");
    servlet(
        "stream",
        streams.control(gate, access.settings().hasTokenInQuery(), exchanges),
        "/events/*");
    servlet(
        "mercure",
        new MercureServlet(
            publishing,
            opener,
            gate,
            readers(byCredentials),
            base,
            subscriptions,
            streams.clientLimits(),
            exchanges,
            clock),
        HUB);
    if (subscriptions != null) {
      servlet(
          "subscriptions",
          new SubscriptionsServlet(subscriptions, hub, gate, base, exchanges),
          HUB + "/subscriptions/*");
    }
    servlet("session", new SessionServlet(byCredentials, clock), "/session");
    servlet("mercure-metadata", new MetadataServlet(base, subscriptions != null), HubUrl.METADATA);
  }

  private Gate readers(Gate all) {
    return access.settings().isAnonymous() ? all : new MembersGate(all);
  }

  public void stocks(
      StockRepository stocks, JdbcPriceHistory history, FeedLoop feed, InstantSource clock) {
    servlet(
        "stocks",
        new StocksServlet(gate, stocks, history, feed::tickSoon, exchanges, clock),
        "/api/stocks/*");
  }

  public void notifications(
      NotificationRepository notifications,
      ReadMarks readMarks,
      FeedLoop feed,
      InstantSource clock) {
    servlet(
        "notifications",
        new NotificationsServlet(gate, notifications, readMarks, feed::tickSoon, exchanges, clock),
        "/api/notifications/*");
  }

  /**
   * Adds the URLs for operators, and the drain for the server that is shipped with the application.
   *
   * @param nodes that share the log
   */
  public void operations(HealthCheck health, Metrics metrics, Streams streams, OtherNodes nodes) {
    Drain drain = streams.drain();
    servlet("health", new HealthServlet(health, drain::isDraining), "/health/*");
    servlet(
        "metrics",
        new MetricsServlet(metrics, gate, exchanges, access.settings().hasPublicMetrics()),
        "/metrics");
    servlet(
        "admin", new AdminServlet(gate, new DrainRequests(drain), nodes, exchanges), "/admin/*");
    context.setAttribute(DRAIN, (Runnable) drain::stop);
  }

  /** Adds the URL that revokes tokens. */
  public void revocations(Revocations revocations, Streams streams) {
    servlet(
        "revocations",
        new RevocationsServlet(gate, revocations, streams.rights(), exchanges),
        "/admin/revocations");
  }

  /**
   * Adds the URLs that only the demo's pages need.
   *
   * @param others that share the log
   * @param ticks runs tasks that never block
   * @param publishing runs tasks that may wait for the log
   * @return what closes the demo's open streams
   */
  public AutoCloseable demo(
      Hub hub,
      Streams streams,
      Metrics metrics,
      OtherDemos others,
      ScheduledExecutorService ticks,
      ScheduledExecutorService publishing,
      InstantSource clock,
      LongSupplier nanoTime) {
    DemoStreams held = new DemoStreams(ticks);
    filter(
        "demo-only",
        new DemoOnlyFilter(),
        RAW,
        ServerTimeServlet.PHP,
        ServerTimeServlet.NODE,
        CUT,
        LOAD,
        SLOW_READER,
        FIGURES);
    servlet("demo-raw", new RawStreamServlet(held), RAW);
    servlet(
        "demo-time",
        new ServerTimeServlet(held, clock, ZoneId.systemDefault()),
        ServerTimeServlet.PHP,
        ServerTimeServlet.NODE);
    CutServlet cut = new CutServlet(streams.registry(), others, exchanges);
    cut.answerOthers();
    servlet("demo-cut", cut, CUT);
    SlowReaderServlet slowReader = new SlowReaderServlet(others, clock, nanoTime, exchanges);
    slowReader.answerOthers();
    servlet("demo-slow-reader", slowReader, SLOW_READER);
    LoadServlet load = new LoadServlet(hub, others, publishing, clock, nanoTime, exchanges);
    load.answerOthers();
    servlet("demo-load", load, LOAD);
    AllMetricsServlet figures = new AllMetricsServlet(metrics, others, exchanges);
    figures.answerOthers();
    servlet("demo-metrics", figures, FIGURES);
    return held;
  }

  private void servlet(String name, Servlet servlet, String... patterns) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.setAsyncSupported(true);
    registration.addMapping(patterns);
  }

  /** Adds a filter. It must support async, or no stream could pass through it. */
  private void filter(String name, Filter filter, String... patterns) {
    FilterRegistration.Dynamic registration = context.addFilter(name, filter);
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, patterns);
  }
}
