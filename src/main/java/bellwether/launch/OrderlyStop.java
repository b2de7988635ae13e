package bellwether.launch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;

/**
 * Stops the server in order: first the application ends its streams, then connections are closed,
 * then the application ends. Jetty itself would close connections first.
 */
public final class OrderlyStop {
  /**
   * The attribute of the servlet context with a {@link Runnable} of the application. It runs while
   * the server still answers, takes the application out of service, which readiness checks see, and
   * returns when all streams have ended.
   */
  private static final String DRAIN = "bellwether.drain";

  private static final Duration GRACE = Duration.ofSeconds(1);

  private OrderlyStop() {}

  /** Stops the server in a bounded time: the application's delay and some seconds. */
  public static void stop(Server server, WebAppContext context) throws Exception {
    try {
      if (context.isStarted()
          && context.getContext().getAttribute(DRAIN) instanceof Runnable drain) {
        context.getContext().run(drain); // run with the application's class loader
      }
    } finally {
      closeConnections(server);
      context.stop();
      server.stop();
    }
  }

  /**
   * Closes the connections. When the application has ended, Jetty would answer 404, and a browser
   * that gets a 404 never comes back. A browser that finds no server tries again.
   */
  private static void closeConnections(Server server) throws Exception {
    List<Future<Void>> closing = new ArrayList<>();
    for (Connector connector : server.getConnectors()) {
      if (connector.isStarted()) {
        closing.add(connector.shutdown());
      }
    }
    for (Future<Void> one : closing) {
      try {
        one.get(GRACE.toNanos(), TimeUnit.NANOSECONDS); // time for requests that are being answered
      } catch (TimeoutException | ExecutionException e) {
        // Connections that are still open are cut with the others.
      }
    }
    for (Connector connector : server.getConnectors()) {
      connector.stop();
    }
  }
}
