package bellwether.topic;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules by which the pattern of a component is read, and its fixed text is written. */
enum ComponentSyntax {
  PROTOCOL("", ""),
  USER_INFO("", ""),
  HOSTNAME(".", ""),
  ADDRESS(".", ""),
  PORT("", ""),
  PATHNAME("/", "/"),
  OPAQUE_PATHNAME("", ""),
  SEARCH("", ""),
  HASH("", "");

  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
  private static final Pattern OF_ADDRESS = Pattern.compile("[0-9A-Fa-f:\\[\\]]*");

  private final String delimiter;
  private final String prefix;

  ComponentSyntax(String delimiter, String prefix) {
    this.delimiter = delimiter;
    this.prefix = prefix;
  }

  /** Returns the delimiter that ends a named group; empty if there is none. */
  String delimiter() {
    return delimiter;
  }

  /** Returns the prefix before a group that is repeated with it; empty if there is none. */
  String prefix() {
    return prefix;
  }

  /**
   * Returns fixed text in the form that it has in URLs.
   *
   * @throws IllegalArgumentException if no URL can have it
   */
  String canonical(String text) {
    String written = text.isEmpty() ? "" : write(text);
    if (written == null) {
      throw new IllegalArgumentException(
          "URL pattern has " + name().toLowerCase(Locale.ROOT) + " '" + text + "' that no URL has");
    }
    return written;
  }

  private @Nullable String write(String text) {
    return switch (this) {
      case PROTOCOL -> SCHEME.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
      case USER_INFO -> PercentEncoding.USER_INFO.encode(text);
      case HOSTNAME -> UrlHost.domain(text);
      case ADDRESS -> OF_ADDRESS.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : null;
      case PORT -> UrlParser.port(text, "");
      case PATHNAME -> pathname(text);
      case OPAQUE_PATHNAME -> PercentEncoding.CONTROL.encode(text);
      case SEARCH -> PercentEncoding.SPECIAL_QUERY.encode(text);
      case HASH -> PercentEncoding.FRAGMENT.encode(text);
    };
  }

  /**
   * Returns a piece of a path in the form that it has in URLs; null if its dot segments lead out of
   * it. It need not begin with a slash.
   */
  private static @Nullable String pathname(String text) {
    String slashed = text.replace('\\', '/');
    if (slashed.startsWith("/")) {
      return UrlParser.path(slashed);
    }
    String path = UrlParser.path("/-" + slashed);
    return path.startsWith("/-") ? path.substring(2) : null;
  }
}
