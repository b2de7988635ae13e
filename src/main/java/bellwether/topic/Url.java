package bellwether.topic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A URL in its parts, each in the form that browsers give it (WHATWG URL) but without the marks
 * around it: no {@code :}, {@code ?} or {@code #}. A missing part is empty.
 *
 * @param hasOpaquePath whether no URL can be relative to this one, as with {@code urn:a}
 */
public record Url(
    String protocol,
    String username,
    String password,
    String hostname,
    String port,
    String pathname,
    boolean hasOpaquePath,
    String search,
    String hash) {
  /** The default ports of the schemes that browsers treat specially. */
  private static final Map<String, String> DEFAULT_PORTS =
      Map.of("http", "80", "https", "443", "ws", "80", "wss", "443", "ftp", "21", "file", "");

  /** Parses a URL; returns null if the text is not one. */
  public static @Nullable Url parse(String text, @Nullable Url base) {
    return UrlParser.parse(text, base);
  }

  static boolean isSpecial(String protocol) {
    return DEFAULT_PORTS.containsKey(protocol);
  }

  static boolean isDefaultPort(String port, String protocol) {
    return port.equals(DEFAULT_PORTS.get(protocol));
  }

  boolean isSpecial() {
    return isSpecial(protocol);
  }

  String get(UrlComponent component) {
    return switch (component) {
      case PROTOCOL -> protocol;
      case USERNAME -> username;
      case PASSWORD -> password;
      case HOSTNAME -> hostname;
      case PORT -> port;
      case PATHNAME -> pathname;
      case SEARCH -> search;
      case HASH -> hash;
    };
  }

  /** Returns the URL with another path and query. */
  Url at(String newPathname, String newSearch) {
    return new Url(
        protocol, username, password, hostname, port, newPathname, hasOpaquePath, newSearch, "");
  }

  Url withHash(String newHash) {
    return new Url(
        protocol, username, password, hostname, port, pathname, hasOpaquePath, search, newHash);
  }
}
