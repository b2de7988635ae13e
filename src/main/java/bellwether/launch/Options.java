package bellwether.launch;

import java.util.Iterator;
import java.util.List;

/** The command line. */
record Options(boolean help, boolean version, String host, int port, String contextPath) {
  static final String HELP =
      """
      Bellwether: live stock and notification streams.

      Usage: java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war [OPTION ...]

        --port PORT            listen on this port (8080; 0 takes a free one)
        --host ADDRESS         listen on this address only (all)
        --context-path PATH    serve under this path, such as /live (/)
        --version              print the version and end
        --help                 print this and end

      Settings are system properties, or environment variables: bellwether.data is BELLWETHER_DATA.
        bellwether.demo=true           try it: simulated trading, no key needed on this machine
        bellwether.publisher.key=KEY   who shows this key may publish
        bellwether.data=DIRECTORY      where the tables are kept
        bellwether.database.url=URL    keep them in PostgreSQL instead
      The README lists them all.""";

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> arguments) {
    boolean help = false;
    boolean version = false;
    String host = "";
    int port = 8080;
    String contextPath = "";
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      String given = equals < 0 ? null : word.substring(equals + 1);
      switch (name) {
        case "--help", "-h" -> help = true;
        case "--version" -> version = true;
        case "--port" -> port = port(given == null ? valueOf(name, words) : given);
        case "--host" -> host = given == null ? valueOf(name, words) : given;
        case "--context-path" -> contextPath = path(given == null ? valueOf(name, words) : given);
        default -> throw new IllegalArgumentException("there is no option " + name);
      }
    }
    return new Options(help, version, host, port, contextPath);
  }

  private static String valueOf(String name, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    return words.next();
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException("--port must be a number from 0 to 65535");
  }

  private static String path(String text) {
    if (text.equals("/") || text.isEmpty()) {
      return "";
    }
    if (!text.matches("(/[A-Za-z0-9._~-]+)+")) {
      throw new IllegalArgumentException("--context-path must look like /live");
    }
    return text;
  }
}
