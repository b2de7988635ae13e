package bellwether.topic;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A URL pattern as in browsers (WHATWG URL Pattern), made of one text. A relative pattern or topic
 * is resolved against one base. Letter case counts, except in hosts and schemes, which are read as
 * lower case.
 */
final class UrlPattern {
  private static final Pattern SYNTAX = Pattern.compile("[+*?:{}()\\\\]");
  private static final List<UrlComponent> INHERITED =
      List.of(
          UrlComponent.PROTOCOL,
          UrlComponent.HOSTNAME,
          UrlComponent.PORT,
          UrlComponent.PATHNAME,
          UrlComponent.SEARCH,
          UrlComponent.HASH);

  /** A topic, and the URL to which it resolves, if it does. */
  private record Resolved(String topic, Url base, @Nullable Url url) {}

  // The topic parsed last: an event is tried against every distinct pattern, and its topic should
  // not be parsed for each.
  private static volatile @Nullable Resolved latest;

  private final Url base;
  private final Map<UrlComponent, ComponentPattern> components;

  private UrlPattern(Url base, Map<UrlComponent, ComponentPattern> components) {
    this.base = base;
    this.components = components;
  }

  /**
   * @param maxCost the most states it may have, which bounds memory and work
   * @throws IllegalArgumentException if it is not a pattern, or would be larger
   */
  static UrlPattern parse(String text, Url base, int maxCost) {
    return of(PatternSplitter.split(text, maxCost), base, maxCost);
  }

  /** Returns the pattern with these patterns of components; a missing one is that of the base. */
  static UrlPattern of(Map<UrlComponent, String> given, Url base, int maxCost) {
    Map<UrlComponent, String> patterns = new EnumMap<>(given);
    for (UrlComponent component : INHERITED) {
      if (given.containsKey(component)) {
        break; // the components after it are not inherited
      }
      patterns.put(component, escaped(base.get(component)));
    }
    if (!given.containsKey(UrlComponent.PROTOCOL)) {
      patterns.computeIfPresent(UrlComponent.PATHNAME, (c, path) -> resolved(path, base));
    }
    patterns.computeIfPresent(UrlComponent.SEARCH, (c, query) -> withoutMark(query, "?"));
    patterns.computeIfPresent(UrlComponent.HASH, (c, hash) -> withoutMark(hash, "#"));
    patterns.computeIfPresent(
        UrlComponent.PORT,
        (c, port) ->
            Url.isDefaultPort(port, patterns.getOrDefault(UrlComponent.PROTOCOL, "*")) ? "" : port);
    return compile(patterns, base, maxCost);
  }

  private static UrlPattern compile(Map<UrlComponent, String> patterns, Url base, int maxCost) {
    Map<UrlComponent, ComponentPattern> components = new EnumMap<>(UrlComponent.class);
    int left = maxCost;
    for (UrlComponent component : UrlComponent.values()) {
      String pattern = patterns.getOrDefault(component, "*");
      ComponentPattern protocol = components.get(UrlComponent.PROTOCOL);
      boolean isSpecial = protocol != null && mayBeSpecial(protocol);
      ComponentPattern compiled =
          ComponentPattern.parse(pattern, syntax(component, pattern, isSpecial), left);
      left -= compiled.cost();
      components.put(component, compiled);
    }
    return new UrlPattern(base, components);
  }

  private static ComponentSyntax syntax(UrlComponent component, String pattern, boolean isSpecial) {
    return switch (component) {
      case PROTOCOL -> ComponentSyntax.PROTOCOL;
      case USERNAME, PASSWORD -> ComponentSyntax.USER_INFO;
      case HOSTNAME -> isAddress(pattern) ? ComponentSyntax.ADDRESS : ComponentSyntax.HOSTNAME;
      case PORT -> ComponentSyntax.PORT;
      case PATHNAME -> isSpecial ? ComponentSyntax.PATHNAME : ComponentSyntax.OPAQUE_PATHNAME;
      case SEARCH -> ComponentSyntax.SEARCH;
      case HASH -> ComponentSyntax.HASH;
    };
  }

  static ComponentPattern protocol(String pattern, int maxCost) {
    return ComponentPattern.parse(pattern, ComponentSyntax.PROTOCOL, maxCost);
  }

  /** Returns whether the scheme may be one of those that browsers treat specially. */
  static boolean mayBeSpecial(ComponentPattern protocol) {
    return Stream.of("http", "https", "ws", "wss", "ftp", "file").anyMatch(protocol::matches);
  }

  /** Returns whether the topic is a URL, perhaps a relative one, that matches this pattern. */
  boolean matches(String topic) {
    Url url = resolve(topic);
    return url != null && matchesUrl(url);
  }

  boolean matchesUrl(Url url) {
    for (Map.Entry<UrlComponent, ComponentPattern> component : components.entrySet()) {
      if (!component.getValue().matches(url.get(component.getKey()))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the cost of keeping and matching the pattern: the number of states of its regular
   * expressions.
   */
  int cost() {
    return components.values().stream().mapToInt(ComponentPattern::cost).sum();
  }

  private @Nullable Url resolve(String topic) {
    Resolved known = latest;
    if (known != null && known.topic.equals(topic) && known.base.equals(base)) {
      return known.url;
    }
    Url url = Url.parse(topic, base);
    latest = new Resolved(topic, base, url);
    return url;
  }

  private static String resolved(String path, Url base) {
    boolean isAbsolute = path.startsWith("/") || path.startsWith("\\/") || path.startsWith("{/");
    int slash = base.pathname().lastIndexOf('/');
    return isAbsolute || base.hasOpaquePath()
        ? path
        : escaped(base.pathname().substring(0, slash + 1)) + path;
  }

  private static boolean isAddress(String hostname) {
    return hostname.startsWith("[") || hostname.startsWith("{[") || hostname.startsWith("\\[");
  }

  private static String withoutMark(String text, String mark) {
    return text.startsWith(mark) ? text.substring(1) : text;
  }

  private static String escaped(String text) {
    return SYNTAX.matcher(text).replaceAll(Matcher.quoteReplacement("\\") + "$0");
  }
}
