package bellwether.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The program's own log lines: one line each, to standard error. */
final class Logs {
  /**
   * The loggers with a level. They are kept here, since the log manager would let the garbage
   * collector take them, and their levels would be lost.
   */
  private final List<Logger> quiet = new ArrayList<>();

  private Logs() {}

  /**
   * Sets logging up, before anything logs. If the user has configured java.util.logging, levels and
   * format stay as they are.
   *
   * @return an object that must be held as long as the process lives
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
    logs.quiet("org.eclipse.jetty.ee10.webapp.WebAppContext", Level.OFF); // logs and rethrows
    logs.quiet("org.eclipse.jetty.util.HostPort", Level.OFF); // a malformed host; answered with 400
    // A client that leaves just as its answer is complete; it would be told with a stack trace.
    logs.quiet("org.eclipse.jetty.ee10.servlet.ServletChannelState", Level.SEVERE);
    logs.quiet("org.flywaydb", Level.WARNING);
    logs.quiet("com.zaxxer.hikari", Level.WARNING);
    return logs;
  }

  /** Keeps this object alive to the end of the process. */
  void end() {
    quiet.clear();
  }

  private void quiet(String name, Level level) {
    Logger logger = Logger.getLogger(name);
    logger.setLevel(level);
    quiet.add(logger);
  }

  /**
   * A log manager that keeps its handlers to the end. Java's own drops them as soon as the process
   * is told to end, and with them the last lines.
   */
  public static final class Lasting extends LogManager {
    private static final String SERVER = "org.eclipse.jetty";

    @Override
    public void reset() {}

    /**
     * Adds a filter that keeps secrets out of the server's own lines, however logging is
     * configured.
     */
    @Override
    public boolean addLogger(Logger logger) {
      if (logger.getName().startsWith(SERVER)) {
        logger.setFilter(new WithoutUrls());
      }
      return super.addLogger(logger);
    }
  }
}
