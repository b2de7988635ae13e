package bellwether.topic;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A filter that a subscriber asks for: a topic, topics that a URI template (RFC 6570) could expand
 * to, topics that are URLs of a pattern (WHATWG URL Pattern), or every topic. Two filters are equal
 * when their kinds, their texts and their base URLs are.
 */
public final class TopicFilter {
  private enum Kind {
    ANY,
    EXACT,
    TEMPLATE,
    URL_PATTERN
  }

  /** The filter that every topic passes. */
  public static final TopicFilter ANY = new TopicFilter(Kind.ANY, "*", null, null, null);

  /**
   * The most states that the patterns of one subscriber may have together: far more than any sane
   * pattern has.
   */
  static final int MAX_COST = 256;

  // Beside the states: finding it, and comparing its fixed texts.
  private static final int WORK_OF_A_TEMPLATE = 4;
  private static final int WORK_OF_A_URL = 16;

  private final Kind kind;
  private final String text;
  private final @Nullable UriTemplate template;
  private final @Nullable UrlPattern urlPattern;
  private final @Nullable URI base;

  private TopicFilter(
      Kind kind,
      String text,
      @Nullable UriTemplate template,
      @Nullable UrlPattern urlPattern,
      @Nullable URI base) {
    this.kind = kind;
    this.text = text;
    this.template = template;
    this.urlPattern = urlPattern;
    this.base = base;
  }

  /**
   * Returns the filter that only the topic with exactly this name passes, even if it has braces; or
   * {@link #ANY}, if the text is {@code *}.
   *
   * @throws IllegalArgumentException if the text cannot be a topic
   */
  public static TopicFilter exact(String text) {
    if (text.equals("*")) {
      return ANY;
    }
    var unused = new Topic(text);
    return new TopicFilter(Kind.EXACT, text, null, null, null);
  }

  /**
   * Returns the filter of this URL pattern (WHATWG URL Pattern), or {@link #ANY}, if it is {@code
   * *}. A topic that is not a URL, not even a relative one, does not pass.
   *
   * @param base the URL that relative patterns and topics are resolved against: the hub's own
   * @throws IllegalArgumentException if it is not a pattern, or too large; the message is fit for
   *     the subscriber
   */
  public static TopicFilter urlPattern(String text, URI base) {
    return urlPattern(text, base, MAX_COST);
  }

  /**
   * Returns the filter of this URL pattern, if it is within a budget that several filters share.
   *
   * @param maxCost see {@link #cost}
   * @throws PatternTooLargeException if it is not
   */
  static TopicFilter urlPattern(String text, URI base, int maxCost) {
    if (text.equals("*")) {
      return ANY;
    }
    var unused = new Topic(text); // the limits are the same for subscribing as for publishing
    Url baseUrl = Url.parse(base.toString(), null);
    if (baseUrl == null) {
      throw new IllegalArgumentException("base of URL patterns is no URL: " + base);
    }
    UrlPattern pattern = UrlPattern.parse(text, baseUrl, maxCost);
    return new TopicFilter(Kind.URL_PATTERN, text, null, pattern, base);
  }

  /**
   * Returns the filter of a {@code topic} parameter: a URI template, {@code *}, or a topic. A text
   * with braces that is not a valid template matches the topic with exactly this name, as in the
   * Mercure protocol.
   *
   * @throws IllegalArgumentException if the text cannot be a topic; the message is fit for the
   *     subscriber
   * @throws PatternTooLargeException if the template is too large
   */
  public static TopicFilter parse(String text) {
    return parse(text, MAX_COST);
  }

  /**
   * Returns the filter of this text, if it is within a budget that several filters share.
   *
   * @param maxCost see {@link #cost}
   * @throws PatternTooLargeException if it is not
   */
  static TopicFilter parse(String text, int maxCost) {
    if (text.indexOf('{') < 0) {
      return exact(text);
    }
    var unused = new Topic(text);
    UriTemplate template = UriTemplate.parse(text, maxCost);
    return template == null
        ? exact(text)
        : new TopicFilter(Kind.TEMPLATE, text, template, null, null);
  }

  /** Returns whether the topic passes. */
  public boolean matches(Topic topic) {
    if (urlPattern != null) {
      return urlPattern.matches(topic.name());
    }
    return kind == Kind.ANY
        || text.equals(topic.name())
        || (template != null && template.matches(topic.name()));
  }

  /** Returns whether only one topic, named in full, can match. */
  public boolean isExact() {
    return kind == Kind.EXACT;
  }

  /** Returns the cost of keeping and matching the filter: the number of states of its automaton. */
  int cost() {
    if (urlPattern != null) {
      return urlPattern.cost();
    }
    return template == null ? 0 : template.cost();
  }

  /**
   * Returns the work of trying an event against this filter, roughly in states of an automaton. It
   * is zero for one topic by its name, and for every topic.
   */
  public int work() {
    if (urlPattern != null) {
      return WORK_OF_A_URL + urlPattern.cost();
    }
    return template == null ? 0 : WORK_OF_A_TEMPLATE + template.cost();
  }

  /** Returns the fixed text with which every matching topic begins; empty if there is none. */
  public String beginning() {
    if (template != null) {
      return template.prefix();
    }
    return kind == Kind.EXACT ? text : "";
  }

  public String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicFilter filter
        && kind == filter.kind
        && text.equals(filter.text)
        && Objects.equals(base, filter.base);
  }

  @Override
  public int hashCode() {
    return text.hashCode(); // the same text in another kind is rare
  }

  @Override
  public String toString() {
    return text;
  }
}
