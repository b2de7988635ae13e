package bellwether.topic;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks for: a topic, topics that a URI template (RFC 6570) could expand to,
 * topics that are URLs of a pattern (WHATWG URL Pattern), or every topic. Two filters are equal
 * when their kinds and their texts are, and what they are relative to.
 */
public final class TopicFilter {
  private enum Kind {
    ANY,
    EXACT,
    TEMPLATE,
    URL_PATTERN
  }

  /** Every topic. */
  public static final TopicFilter ANY = new TopicFilter(Kind.ANY, "*", null, null, null);

  /** Far more than any sane pattern has. */
  static final int MAX_STATES = 256;

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
   * The filter that only the topic of this very name passes, whatever braces it has; or {@link
   * #ANY}, if it is {@code *}.
   *
   * @throws IllegalArgumentException if the text could be no topic
   */
  public static TopicFilter exact(String text) {
    if (text.equals("*")) {
      return ANY;
    }
    var unused = new Topic(text);
    return new TopicFilter(Kind.EXACT, text, null, null, null);
  }

  /**
   * The filter of this URL pattern (WHATWG URL Pattern), or {@link #ANY}, if it is {@code *}. A
   * topic that is no URL, not even a relative one, does not pass.
   *
   * @param base what relative patterns and topics are resolved against: the hub's own URL
   * @throws IllegalArgumentException if it is none, or too large; the message is fit for the
   *     subscriber
   */
  public static TopicFilter urlPattern(String text, URI base) {
    if (text.equals("*")) {
      return ANY;
    }
    var unused = new Topic(text); // the same limits hold for asking as for publishing
    Url baseUrl = Url.parse(base.toString(), null);
    if (baseUrl == null) {
      throw new IllegalArgumentException("base of URL patterns is no URL: " + base);
    }
    UrlPattern pattern = UrlPattern.parse(text, baseUrl, MAX_STATES);
    return new TopicFilter(Kind.URL_PATTERN, text, null, pattern, base);
  }

  /**
   * The filter of this text as a {@code topic} parameter has it: a URI template, {@code *}, or a
   * topic. A text with braces that is no valid template matches the topic of that very name, as in
   * the Mercure protocol.
   *
   * @throws IllegalArgumentException if the text could be no topic, or the template is too large;
   *     the message is fit for the subscriber
   */
  public static TopicFilter parse(String text) {
    return parse(text, MAX_STATES);
  }

  /**
   * The filter of this text, if it is within a budget that several filters share.
   *
   * @param mostStates see {@link #states}
   */
  static TopicFilter parse(String text, int mostStates) {
    if (text.indexOf('{') < 0) {
      return exact(text);
    }
    var unused = new Topic(text);
    UriTemplate template = UriTemplate.parse(text, mostStates);
    return template == null
        ? exact(text)
        : new TopicFilter(Kind.TEMPLATE, text, template, null, null);
  }

  /** Takes time bounded by the topic's length times the number of states. */
  public boolean matches(Topic topic) {
    if (urlPattern != null) {
      return urlPattern.matches(topic.name());
    }
    return kind == Kind.ANY
        || text.equals(topic.name())
        || (template != null && template.matches(topic.name()));
  }

  /** Whether only the topic of this very name can match. */
  public boolean isExact() {
    return kind == Kind.EXACT;
  }

  /** What it costs to keep and to match: the states of its automaton. */
  int states() {
    if (urlPattern != null) {
      return urlPattern.states();
    }
    return template == null ? 0 : template.states();
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
