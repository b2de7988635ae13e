package bellwether.launch;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.eclipse.jetty.ee10.webapp.WebAppContext;

/** Serves an application's files without a thread that waits for their clients. */
public final class AsyncFiles {
  /** Jetty's servlet for files can do it, but its deployment descriptor does not let it. */
  private static final String SERVLET = "default";

  private AsyncFiles() {}

  /** Has the application, which is yet to be started, serve its files in this way. */
  public static void addTo(WebAppContext application) {
    application.addEventListener(
        new ServletContextListener() {
          @Override
          public void contextInitialized(ServletContextEvent event) {
            application.getServletHandler().getServlet(SERVLET).setAsyncSupported(true);
          }
        });
  }
}
