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
 * Has the application say good-bye while connections still are open, then closes them, then ends
 * the application. Jetty's own way is to close them first.
 */
public final class OrderlyStop {
  /**
   * The attribute of the servlet context under which the application leaves a {@link Runnable}: run
   * while the server answers, it takes the application out of service, seen by whoever asks whether
   * it is ready, and returns when all streams have ended.
   */
  private static final String DRAIN = "bellwether.drain";

  private static final Duration GRACE = Duration.ofSeconds(1);

  private OrderlyStop() {}

  /** Takes a bounded time: what the application was set to wait, and some seconds. */
  public static void stop(Server server, WebAppContext context) throws Exception {
    try {
      if (context.isStarted()
          && context.getContext().getAttribute(DRAIN) instanceof Runnable drain) {
        context.getContext().run(drain); // with the application's class loader
      }
    } finally {
      closeConnections(server);
      context.stop();
      server.stop();
    }
  }

  /**
   * Jetty would answer 404 once the application has gone, and a browser that gets that never comes
   * back. One that finds nobody tries again.
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
        one.get(GRACE.toNanos(), TimeUnit.NANOSECONDS); // for what is being answered
      } catch (TimeoutException | ExecutionException e) {
        // Whoever is still there is cut with the others.
      }
    }
    for (Connector connector : server.getConnectors()) {
      connector.stop();
    }
  }
}
