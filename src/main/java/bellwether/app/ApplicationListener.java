package bellwether.app;

import bellwether.config.Settings;
import bellwether.config.SettingsException;
import bellwether.config.SettingsReader;
import bellwether.config.SettingsTable;
import bellwether.eventlog.LogUnavailableException;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and stops the application with the servlet context. */
public final class ApplicationListener implements ServletContextListener {
  private static final Logger logger = LoggerFactory.getLogger(ApplicationListener.class);

  private @Nullable Application application;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext context = event.getServletContext();
    warnOfUnknownKeys();
    bindH2ToThisMachine();
    try {
      Settings settings = reader(context).read(context.getContextPath());
      application = new Application(settings, context);
    } catch (SettingsException
        | IllegalArgumentException
        | LogUnavailableException
        | UncheckedIOException e) {
      logger.error("Not started: {}", e.getMessage());
      throw e;
    }
    logger.info("Started at context path \"{}\"", context.getContextPath());
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    if (application != null) {
      application.close();
      application = null;
    }
    RecordMethods.letGoOfOurs();
  }

  private static SettingsReader reader(ServletContext context) {
    return new SettingsReader(
        System::getProperty,
        System::getenv,
        context::getInitParameter,
        Path.of(System.getProperty("user.home")),
        Runtime.getRuntime().availableProcessors());
  }

  private static void warnOfUnknownKeys() {
    for (String key : System.getProperties().stringPropertyNames()) {
      if (key.startsWith("bellwether.") && !SettingsTable.has(key)) {
        logger.warn("{} is not a setting and has no effect", key);
      }
    }
  }

  /**
   * Restricts H2's port to loopback. H2 listens on it so that other programs can open its file too.
   */
  private static void bindH2ToThisMachine() {
    if (System.getProperty("h2.bindAddress") == null) {
      System.setProperty("h2.bindAddress", "127.0.0.1");
    }
  }
}
