package bellwether.http;

import bellwether.auth.PublisherKey;
import bellwether.feed.FeedLoop;
import bellwether.hub.Hub;
import bellwether.hub.TopicSelector;
import bellwether.notification.NotificationRepository;
import bellwether.notification.ReadMarks;
import bellwether.observe.HealthCheck;
import bellwether.observe.Metrics;
import bellwether.stock.PriceHistory;
import bellwether.stock.StockRepository;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.time.InstantSource;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Every URL that is not a file, and what answers there. */
public final class Routes {
  /** See {@code bellwether.launch.OrderlyStop}. */
  private static final String DRAIN = "bellwether.drain";

  private final ServletContext context;
  private final Gate gate;
  private final int maxBodyBytes;

  /**
   * @param key of publishers; null to let none in by key
   * @param demo whether requests from this very machine need no key
   */
  public Routes(
      ServletContext context, @Nullable PublisherKey key, boolean demo, int maxBodyBytes) {
    Gate byKey = new KeyGate(key);
    this.context = context;
    this.gate = demo ? new DemoGate(byKey) : byKey;
    this.maxBodyBytes = maxBodyBytes;
    filter("security-headers", new SecurityHeadersFilter(), "/*");
    filter("cors", new CorsFilter(), "/events", "/api/*");
    servlet("error", new ErrorServlet(), "/error");
    servlet("demo", new DemoServlet(demo), "/demo/*");
  }

  /**
   * The hub.
   *
   * @param builtIn topics that only the server itself publishes to
   */
  public void events(Hub hub, Streams streams, TopicSelector builtIn, InstantSource clock) {
    servlet(
        "events",
        new EventsServlet(hub, streams.opener(), gate, builtIn, maxBodyBytes, clock),
        "/events");
  }

  public void stocks(
      StockRepository stocks, PriceHistory history, FeedLoop feed, InstantSource clock) {
    servlet(
        "stocks",
        new StocksServlet(gate, stocks, history, feed::tickSoon, maxBodyBytes, clock),
        "/api/stocks/*");
  }

  public void notifications(
      NotificationRepository notifications,
      ReadMarks readMarks,
      FeedLoop feed,
      InstantSource clock) {
    servlet(
        "notifications",
        new NotificationsServlet(
            gate, notifications, readMarks, feed::tickSoon, maxBodyBytes, clock),
        "/api/notifications/*");
  }

  /** What operators ask of it, and the server that it comes with. */
  public void operations(HealthCheck health, Metrics metrics, Drain drain) {
    servlet("health", new HealthServlet(health, drain::isDraining), "/health/*");
    servlet("metrics", new MetricsServlet(metrics, gate), "/metrics");
    servlet("admin", new AdminServlet(gate, drain), "/admin/*");
    context.setAttribute(DRAIN, (Runnable) drain::stop);
  }

  private void servlet(String name, Servlet servlet, String pattern) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    registration.setAsyncSupported(true);
    registration.addMapping(pattern);
  }

  /** Each must support async, else no stream could pass through it. */
  private void filter(String name, Filter filter, String... patterns) {
    FilterRegistration.Dynamic registration = context.addFilter(name, filter);
    registration.setAsyncSupported(true);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, patterns);
  }
}
