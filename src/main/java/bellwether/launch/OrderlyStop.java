package bellwether.launch;

import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;

/**
 * Ends the application while connections still are open, so that it can say good-bye on them.
 * Jetty's own way is to close them first.
 */
public final class OrderlyStop {
  /**
   * The attribute of the servlet context under which the application leaves a {@link Runnable}: run
   * while the server answers, it takes the application out of service, seen by whoever asks whether
   * it is ready, and returns when all streams have ended.
   */
  private static final String DRAIN = "bellwether.drain";

  private OrderlyStop() {}

  /** Takes a bounded time: what the application was set to wait, and some seconds. */
  public static void stop(Server server, WebAppContext context) throws Exception {
    try {
      if (context.isStarted()
          && context.getContext().getAttribute(DRAIN) instanceof Runnable drain) {
        context.getContext().run(drain); // with the application's class loader
      }
    } finally {
      context.stop();
      server.stop();
    }
  }
}
