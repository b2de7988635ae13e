package bellwether.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses URLs as browsers do (WHATWG URL, section 4.4), so that a topic matches here if it would
 * match there. Left out: drive letters in {@code file:}, and line breaks, which no topic has.
 */
final class UrlParser {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");

  private UrlParser() {}

  /** Parses a URL; returns null if the text is not one. */
  static @Nullable Url parse(String text, @Nullable Url base) {
    String trimmed = text.trim();
    int mark = trimmed.indexOf('#');
    if (mark < 0) {
      return parse(trimmed, base, false);
    }
    Url url = parse(trimmed.substring(0, mark), base, true);
    return url == null
        ? null
        : url.withHash(PercentEncoding.FRAGMENT.encode(trimmed.substring(mark + 1)));
  }

  private static @Nullable Url parse(String text, @Nullable Url base, boolean hasHash) {
    Matcher scheme = SCHEME.matcher(text);
    if (!scheme.lookingAt()) {
      if (base == null || (base.hasOpaquePath() && !(text.isEmpty() && hasHash))) {
        return null;
      }
      return relative(text, base);
    }
    String protocol = scheme.group(1).toLowerCase(Locale.ROOT);
    String rest = text.substring(scheme.end());
    if (!Url.isSpecial(protocol)) {
      return rest.startsWith("/") ? relative(rest, nowhere(protocol)) : opaque(protocol, rest);
    }
    if (base != null && base.protocol().equals(protocol)) {
      return relative(rest, base);
    }
    return protocol.equals("file")
        ? relative(rest, nowhere(protocol))
        : withAuthority(protocol, slashed(rest));
  }

  /** Parses a text without a scheme, or the rest of one that has the base's scheme. */
  private static @Nullable Url relative(String text, Url base) {
    String rest = base.isSpecial() ? slashed(text) : text;
    if (rest.startsWith("//")) {
      return withAuthority(base.protocol(), rest);
    }
    if (rest.isEmpty()) {
      return base.withHash("");
    }
    if (rest.startsWith("?")) {
      return base.at(base.pathname(), search(rest.substring(1), base.isSpecial()));
    }
    if (rest.startsWith("/")) {
      return at(base, rest);
    }
    String folder = base.pathname().substring(0, base.pathname().lastIndexOf('/') + 1);
    return at(base, folder.isEmpty() ? "/" + rest : folder + rest);
  }

  /** Parses a URL that has a host, after two slashes. */
  private static @Nullable Url withAuthority(String protocol, String text) {
    boolean isWeb = Url.isSpecial(protocol) && !protocol.equals("file");
    int start = isWeb ? endOfSlashes(text) : 2; // the web's schemes accept any number of slashes
    int end = start;
    while (end < text.length() && "/?".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String authority = text.substring(start, end);
    Url place = protocol.equals("file") ? fileHost(authority) : place(protocol, authority);
    return place == null ? null : at(place, text.substring(end));
  }

  private static @Nullable Url place(String protocol, String authority) {
    int at = authority.lastIndexOf('@');
    String userInfo = at < 0 ? "" : authority.substring(0, at);
    int colon = userInfo.indexOf(':');
    String rest = authority.substring(at + 1);
    int portMark = endOfHost(rest);
    String host = portMark < 0 ? rest : rest.substring(0, portMark);
    if (host.isEmpty() && (at >= 0 || portMark == 0 || Url.isSpecial(protocol))) {
      return null;
    }
    String hostname = host.isEmpty() ? "" : UrlHost.parse(host, Url.isSpecial(protocol));
    String port = portMark < 0 ? "" : port(rest.substring(portMark + 1), protocol);
    if (hostname == null || port == null) {
      return null;
    }
    String username = colon < 0 ? userInfo : userInfo.substring(0, colon);
    String password = colon < 0 ? "" : userInfo.substring(colon + 1);
    return new Url(
        protocol,
        PercentEncoding.USER_INFO.encode(username),
        PercentEncoding.USER_INFO.encode(password),
        hostname,
        port,
        "",
        false,
        "",
        "");
  }

  private static @Nullable Url fileHost(String host) {
    boolean isHere = host.isEmpty() || host.equalsIgnoreCase("localhost");
    String hostname = isHere ? "" : UrlHost.parse(host, true);
    return hostname == null ? null : new Url("file", "", "", hostname, "", "", false, "", "");
  }

  /** Returns the port, empty if it is the scheme's default; null if the text is not a port. */
  static @Nullable String port(String text, String protocol) {
    if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return null;
    }
    String digits = text.replaceFirst("^0+(?=.)", "");
    if (digits.length() > 5 || (!digits.isEmpty() && Integer.parseInt(digits) > 65535)) {
      return null;
    }
    return Url.isDefaultPort(digits, protocol) ? "" : digits;
  }

  /** Returns a URL with the path and query of the text. */
  private static Url at(Url place, String text) {
    int mark = text.indexOf('?');
    String path = path(mark < 0 ? text : text.substring(0, mark));
    String search = mark < 0 ? "" : search(text.substring(mark + 1), place.isSpecial());
    return place.at(path.isEmpty() && place.isSpecial() ? "/" : path, search);
  }

  /** Returns a path that begins with a slash, or none, with its dot segments resolved. */
  static String path(String text) {
    if (text.isEmpty()) {
      return "";
    }
    List<String> segments = new ArrayList<>();
    String[] parts = text.split("/", -1);
    for (int i = 1; i < parts.length; i++) { // nothing stands before the first slash
      String dots = dots(parts[i]);
      boolean leadsElsewhere = dots.equals(".") || dots.equals("..");
      if (dots.equals("..") && !segments.isEmpty()) {
        segments.remove(segments.size() - 1);
      }
      if (!leadsElsewhere) {
        segments.add(PercentEncoding.PATH.encode(parts[i]));
      } else if (i == parts.length - 1) {
        segments.add("");
      }
    }
    return "/" + String.join("/", segments);
  }

  private static String dots(String segment) {
    boolean mayBeDots = segment.length() <= "%2e%2e".length() && segment.indexOf('%') >= 0;
    return mayBeDots ? segment.replace("%2e", ".").replace("%2E", ".") : segment;
  }

  static String search(String text, boolean isSpecial) {
    return (isSpecial ? PercentEncoding.SPECIAL_QUERY : PercentEncoding.QUERY).encode(text);
  }

  private static Url opaque(String protocol, String text) {
    int mark = text.indexOf('?');
    String path = PercentEncoding.CONTROL.encode(mark < 0 ? text : text.substring(0, mark));
    String search = mark < 0 ? "" : search(text.substring(mark + 1), false);
    return new Url(protocol, "", "", "", "", path, true, search, "");
  }

  private static Url nowhere(String protocol) {
    return new Url(protocol, "", "", "", "", "", false, "", "");
  }

  /** Replaces backslashes before the query by slashes, as browsers do. */
  private static String slashed(String text) {
    int mark = text.indexOf('?');
    return mark < 0
        ? text.replace('\\', '/')
        : text.substring(0, mark).replace('\\', '/') + text.substring(mark);
  }

  private static int endOfSlashes(String text) {
    int i = 0;
    while (i < text.length() && text.charAt(i) == '/') {
      i++;
    }
    return i;
  }

  /**
   * Returns the index of the colon before the port, which is not one of those inside an IPv6
   * address; -1 if there is none.
   */
  private static int endOfHost(String place) {
    int address = place.startsWith("[") ? place.indexOf(']') : 0;
    return address < 0 ? -1 : place.indexOf(':', address);
  }
}
