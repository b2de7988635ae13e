package bellwether.launch;

import bellwether.config.Arguments;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of the server's command line.
 *
 * @param port the port of plain HTTP; 0 for a free one, {@link #NONE} for no plain HTTP at all
 * @param http2 whether plain HTTP may be HTTP/2 as well
 * @param sendBuffer the bytes that the kernel should buffer for each connection; {@link #NONE}
 *     leaves it to the kernel
 * @param headSize the most bytes of a request's head
 * @param headTime the time for a request's head, and for a TLS handshake
 * @param connections the most open connections; {@link #NONE} leaves it to the limit on open files
 * @param tls the port and files of TLS; absent if it is not served
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
    Duration headTime,
    int connections,
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
        --send-buffer SIZE     the most that the kernel buffers for a connection, such as 64KiB
        --head-size SIZE       the largest size of a request's URL and headers (64KiB)
        --head-time SECONDS    the time for a request's URL and headers, or for a TLS
                               handshake (30)
        --connections NUMBER   the most open connections (as many as the system lets the
                               server open files, less a part for its own files)
        --version              print the version and end
        --help                 print this and end

      java -jar bellwether.war log verify|list|export DIRECTORY   read an event log
      java -jar bellwether.war log backup DIRECTORY TARGET        copy it; see log --help
      java -jar bellwether.war token [OPTION ...]                 make a token; see token --help

      Settings are system properties, or environment variables: bellwether.data is BELLWETHER_DATA.
        bellwether.demo=true           try it: simulated trading, no key needed on this machine
        bellwether.publisher.key=KEY   requests with this key may publish
        bellwether.token.key=KEY       check tokens with this key
        bellwether.data=DIRECTORY      where the tables are kept
        bellwether.database.url=URL    keep them in PostgreSQL instead
      The page "Settings" of the documentation lists all settings.\
      """;

  /**
   * A port for TLS, and the files that it is served with.
   *
   * @param port 0 for a free one
   */
  record Tls(int port, KeyFiles files) {}

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KiB|MiB)?");
  private static final int MIN_SIZE = 4096;
  private static final int MAX_BUFFER_MEBIBYTES = 64;
  private static final int MAX_HEAD_MEBIBYTES = 1;
  private static final int MAX_SECONDS = 3600;
  private static final int MAX_CONNECTIONS = 10_000_000;

  private static final Set<String> FLAGS = Set.of("--help", "-h", "--version", "--http2");
  private static final Set<String> VALUED =
      Set.of(
          "--port",
          "--host",
          "--context-path",
          "--send-buffer",
          "--head-size",
          "--head-time",
          "--connections",
          "--tls-port",
          "--tls-certificate",
          "--tls-key",
          "--tls-keystore");

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> words) {
    Arguments arguments = Arguments.of(words, FLAGS, VALUED);
    for (String word : arguments.plain()) {
      throw new IllegalArgumentException("there is no option " + word);
    }
    int port = portOrNone("--port", arguments.value("--port", "8080"));
    String tlsPort = arguments.value("--tls-port");
    if (port == NONE && tlsPort == null) {
      throw new IllegalArgumentException("--port none needs --tls-port");
    }
    String sendBuffer = arguments.value("--send-buffer");
    String connections = arguments.value("--connections");
    return new Options(
        arguments.has("--help") || arguments.has("-h"),
        arguments.has("--version"),
        arguments.value("--host", ""),
        port,
        path(arguments.value("--context-path", "/")),
        arguments.has("--http2"),
        sendBuffer == null ? NONE : size("--send-buffer", sendBuffer, MAX_BUFFER_MEBIBYTES),
        size("--head-size", arguments.value("--head-size", "64KiB"), MAX_HEAD_MEBIBYTES),
        Duration.ofSeconds(
            number("--head-time", arguments.value("--head-time", "30"), MAX_SECONDS)),
        connections == null ? NONE : number("--connections", connections, MAX_CONNECTIONS),
        tls(tlsPort, files(arguments)));
  }

  private static @Nullable Tls tls(@Nullable String port, @Nullable KeyFiles files) {
    if (port == null && files == null) {
      return null;
    }
    if (port == null || files == null) {
      throw new IllegalArgumentException(
          "--tls-port goes with --tls-certificate and --tls-key, or with --tls-keystore");
    }
    return new Tls(port("--tls-port", port), files);
  }

  private static @Nullable KeyFiles files(Arguments arguments) {
    String certificate = arguments.value("--tls-certificate");
    String key = arguments.value("--tls-key");
    String keyStore = arguments.value("--tls-keystore");
    if (certificate == null && key == null) {
      return keyStore == null ? null : new Pkcs12File(Path.of(keyStore));
    }
    if (certificate == null || key == null || keyStore != null) {
      throw new IllegalArgumentException(
          "--tls-certificate and --tls-key go together, and not with --tls-keystore");
    }
    return new PemFiles(Path.of(certificate), Path.of(key));
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
      // Reported below.
    }
    throw new IllegalArgumentException(name + " must be a number from 0 to 65535");
  }

  private static int number(String name, String text, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below.
    }
    throw new IllegalArgumentException(name + " must be a number from 1 to " + max);
  }

  private static int size(String name, String text, int maxMebibytes) {
    Matcher size = SIZE.matcher(text);
    if (size.matches()) {
      long unit = "MiB".equals(size.group(2)) ? 1 << 20 : "KiB".equals(size.group(2)) ? 1 << 10 : 1;
      long bytes = Long.parseLong(size.group(1)) * unit;
      if (bytes >= MIN_SIZE && bytes <= (long) maxMebibytes << 20) {
        return (int) bytes;
      }
    }
    throw new IllegalArgumentException(name + " must be from 4KiB to " + maxMebibytes + "MiB");
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
