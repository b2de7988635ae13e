package bellwether.hub;

import bellwether.eventlog.Topic;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code topic} parameter of a subscriber asks for: a topic, a URI template (RFC 6570)
 * that the topics of interest could have come from, or {@code *} for every topic. Two filters are
 * equal when their texts are.
 *
 * <p>A text with braces that is no valid template still matches the topic of that very name, as in
 * the Mercure protocol.
 */
public final class TopicFilter {
  /** Every topic. */
  public static final TopicFilter ANY = new TopicFilter("*", null);

  /** Far more than any sane template has. */
  static final int MOST_STATES = 256;

  private final String text;
  private final @Nullable UriTemplate template;

  private TopicFilter(String text, @Nullable UriTemplate template) {
    this.text = text;
    this.template = template;
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
    return new TopicFilter(text, null);
  }

  /**
   * The filter of this URL pattern (WHATWG URL Pattern).
   *
   * @param base what relative patterns and topics are resolved against
   * @throws IllegalArgumentException if it is none, or too large
   */
  public static TopicFilter urlPattern(String text, URI base) {
    throw new UnsupportedOperationException(text + base);
  }

  /**
   * The filter of this text.
   *
   * @throws IllegalArgumentException if the text could be no topic, or the template is too large;
   *     the message is fit for the subscriber
   */
  public static TopicFilter parse(String text) {
    return parse(text, MOST_STATES);
  }

  /**
   * The filter of this text, if it is within a budget that several filters share.
   *
   * @param mostStates see {@link #states}
   */
  static TopicFilter parse(String text, int mostStates) {
    if (text.equals("*")) {
      return ANY;
    }
    var unused = new Topic(text); // the same limits hold for asking as for publishing
    return new TopicFilter(
        text, text.indexOf('{') < 0 ? null : UriTemplate.parse(text, mostStates));
  }

  /** Takes time bounded by the topic's length times the number of states. */
  public boolean matches(Topic topic) {
    return isAny()
        || text.equals(topic.name())
        || (template != null && template.matches(topic.name()));
  }

  /** Whether only the topic of this very name can match. */
  boolean isExact() {
    return !isAny() && template == null;
  }

  private boolean isAny() {
    return text.equals("*"); // which is no topic's name
  }

  /** What it costs to keep and to match: the states of its automaton. */
  int states() {
    return template == null ? 0 : template.states();
  }

  String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TopicFilter filter && text.equals(filter.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
