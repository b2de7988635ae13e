package bellwether.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What the program prints about itself: one line each, to standard error. */
final class Logs {
  /** Held, since the log manager itself would let the garbage collector forget their levels. */
  private final List<Logger> quiet = new ArrayList<>();

  private Logs() {}

  /**
   * Comes before anything logs. Whoever configures java.util.logging is left alone.
   *
   * @return to be held as long as the process lives
   */
  static Logs setUp() {
    Logs logs = new Logs();
    System.setProperty("java.util.logging.manager", Lasting.class.getName());
    boolean isConfigured =
        System.getProperty("java.util.logging.config.file") != null
            || System.getProperty("java.util.logging.config.class") != null;
    if (isConfigured) {
      return logs;
    }
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
    logs.quiet("org.eclipse.jetty", Level.WARNING);
    logs.quiet(
        "org.eclipse.jetty.ee10.webapp.WebAppContext", Level.OFF); // what it logs, it rethrows
    logs.quiet("org.eclipse.jetty.util.HostPort", Level.OFF); // what a stranger sent; it is a 400
    logs.quiet("org.flywaydb", Level.WARNING);
    logs.quiet("com.zaxxer.hikari", Level.WARNING);
    return logs;
  }

  /** Keeps this object alive to the end. */
  void end() {
    quiet.clear();
  }

  private void quiet(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    quiet.add(logger);
  }

  /**
   * The log manager. Java's own drops its handlers as soon as the process is told to end: so the
   * last words too.
   */
  public static final class Lasting extends LogManager {
    private static final String SERVER = "org.eclipse.jetty";

    @Override
    public void reset() {}

    /** However logging is configured, the server's own lines have no secrets in them. */
    @Override
    public boolean addLogger(Logger logger) {
      if (logger.getName().startsWith(SERVER)) {
        logger.setFilter(new WithoutUrls());
      }
      return super.addLogger(logger);
    }
  }
}
