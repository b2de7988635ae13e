package bellwether.launch;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param port of plain HTTP; 0 for a free one, {@link #NONE} for no plain HTTP at all
 * @param http2 whether plain HTTP may be HTTP/2 as well
 * @param sendBuffer bytes that the kernel is to buffer for each connection; {@link #NONE} leaves it
 *     to the kernel
 * @param headSize most bytes of a request's head
 * @param tls where TLS is served, and with what; absent if it is not
 */
record Options(
    boolean help,
    boolean version,
    String host,
    int port,
    String contextPath,
    boolean http2,
    int sendBuffer,
    int headSize,
    @Nullable Tls tls) {
  static final int NONE = -1;

  static final String HELP =
      """
      Bellwether: live stock and notification streams.

      Usage: java [-Dbellwether.KEY=VALUE ...] -jar bellwether.war [OPTION ...]

        --port PORT            listen on this port (8080; 0 takes a free one; none: TLS only)
        --host ADDRESS         listen on this address only (all)
        --context-path PATH    serve under this path, such as /live (/)
        --http2                HTTP/2 without TLS as well, on the same port
        --tls-port PORT        listen for TLS on this port too, HTTP/2 and HTTP/1.1; needs either
        --tls-certificate FILE   the certificate and its chain, PEM, and
        --tls-key FILE           its private key, PEM (PKCS#8, not encrypted), or
        --tls-keystore FILE      a PKCS#12 file with both; its password is
                                 BELLWETHER_TLS_PASSWORD in the environment
        --send-buffer SIZE     most the kernel is to buffer for a connection, such as 64KiB
        --head-size SIZE       most that a request's URL and headers may be (64KiB)
        --version              print the version and end
        --help                 print this and end

      java -jar bellwether.war log verify|list|export DIRECTORY   looks into an event log
      java -jar bellwether.war log backup DIRECTORY TARGET        copies it; log --help says more
      java -jar bellwether.war token [OPTION ...]                 makes a token; token --help

      Settings are system properties, or environment variables: bellwether.data is BELLWETHER_DATA.
        bellwether.demo=true           try it: simulated trading, no key needed on this machine
        bellwether.publisher.key=KEY   who shows this key may publish
        bellwether.token.key=KEY       tokens are checked with this key
        bellwether.data=DIRECTORY      where the tables are kept
        bellwether.database.url=URL    keep them in PostgreSQL instead
      The README lists them all.""";

  /**
   * A port for TLS.
   *
   * @param port 0 for a free one
   */
  record Tls(int port, KeyFiles files) {}

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> arguments) {
    Parser parser = new Parser();
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      String word = words.next();
      int equals = word.indexOf('=');
      if (equals < 0) {
        parser.take(word, words);
      } else {
        String name = word.substring(0, equals);
        Iterator<String> value = List.of(word.substring(equals + 1)).iterator();
        parser.take(name, value);
        if (value.hasNext()) { // --http2=false would switch it on
          throw new IllegalArgumentException(name + " takes no value");
        }
      }
    }
    return parser.options();
  }

  /** What has been read so far. */
  private static final class Parser {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB)?");
    private static final int LEAST_SIZE = 4096;
    private static final int MOST_BUFFER_MEBIBYTES = 64;
    private static final int MOST_HEAD_MEBIBYTES = 1;

    private boolean help;
    private boolean version;
    private String host = "";
    private int port = 8080;
    private String contextPath = "";
    private boolean http2;
    private int sendBuffer = NONE;
    private int headSize = 64 << 10;
    private int tlsPort = NONE;
    private @Nullable Path certificate;
    private @Nullable Path key;
    private @Nullable Path keyStore;

    /**
     * @param values the value, if one is needed, is the next of them
     */
    void take(String name, Iterator<String> values) {
      switch (name) {
        case "--help", "-h" -> help = true;
        case "--version" -> version = true;
        case "--port" -> port = portOrNone(name, valueOf(name, values));
        case "--host" -> host = valueOf(name, values);
        case "--context-path" -> contextPath = path(valueOf(name, values));
        case "--http2" -> http2 = true;
        case "--send-buffer" ->
            sendBuffer = size(name, valueOf(name, values), MOST_BUFFER_MEBIBYTES);
        case "--head-size" -> headSize = size(name, valueOf(name, values), MOST_HEAD_MEBIBYTES);
        case "--tls-port" -> tlsPort = port(name, valueOf(name, values));
        case "--tls-certificate" -> certificate = Path.of(valueOf(name, values));
        case "--tls-key" -> key = Path.of(valueOf(name, values));
        case "--tls-keystore" -> keyStore = Path.of(valueOf(name, values));
        default -> throw new IllegalArgumentException("there is no option " + name);
      }
    }

    Options options() {
      if (port == NONE && tlsPort == NONE) {
        throw new IllegalArgumentException("--port none needs --tls-port");
      }
      return new Options(
          help, version, host, port, contextPath, http2, sendBuffer, headSize, tls());
    }

    private @Nullable Tls tls() {
      KeyFiles files = files();
      if (tlsPort == NONE && files == null) {
        return null;
      }
      if (tlsPort == NONE || files == null) {
        throw new IllegalArgumentException(
            "--tls-port goes with --tls-certificate and --tls-key, or with --tls-keystore");
      }
      return new Tls(tlsPort, files);
    }

    private @Nullable KeyFiles files() {
      if (certificate == null && key == null) {
        return keyStore == null ? null : new Pkcs12File(keyStore);
      }
      if (certificate == null || key == null || keyStore != null) {
        throw new IllegalArgumentException(
            "--tls-certificate and --tls-key go together, and not with --tls-keystore");
      }
      return new PemFiles(certificate, key);
    }

    private static String valueOf(String name, Iterator<String> values) {
      if (!values.hasNext()) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      return values.next();
    }

    private static int portOrNone(String name, String text) {
      return text.equals("none") ? NONE : port(name, text);
    }

    private static int port(String name, String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port <= 65535) {
          return port;
        }
      } catch (NumberFormatException e) {
        // Said below.
      }
      throw new IllegalArgumentException(name + " must be a number from 0 to 65535");
    }

    private static int size(String name, String text, int mostMebibytes) {
      Matcher size = SIZE.matcher(text);
      if (size.matches()) {
        long unit =
            "MiB".equals(size.group(2)) ? 1 << 20 : "KiB".equals(size.group(2)) ? 1 << 10 : 1;
        long bytes = Long.parseLong(size.group(1)) * unit;
        if (bytes >= LEAST_SIZE && bytes <= (long) mostMebibytes << 20) {
          return (int) bytes;
        }
      }
      throw new IllegalArgumentException(name + " must be from 4KiB to " + mostMebibytes + "MiB");
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
}
