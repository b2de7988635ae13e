package bellwether.http;

import bellwether.auth.Grant;
import bellwether.config.Durations;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.hub.TopicFilter;
import bellwether.hub.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@code GET} of a stream asks for. */
final class StreamRequest {
  private static final int MOST_TOPICS = 100;
  private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(10);

  /**
   * Names of the query parameter for clients that cannot set the header: ours and the polyfill's,
   * Mercure's of draft 7, draft 8 and before.
   */
  private static final List<String> CURSOR_PARAMETERS =
      List.of("lastEventId", "lastEventID", "last_event_id", "Last-Event-ID");

  private StreamRequest() {}

  /**
   * Reads the request.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Interest of(HttpServletRequest request, Grant grant) {
    Form query = Form.ofQuery(request);
    return new Interest(
        topics(query.all("topic")),
        startingPoint(request.getHeader("Last-Event-ID"), query),
        "all".equals(query.one("retained")),
        interval(query.one("interval")),
        entry -> grant.mayReadPrivate());
  }

  private static TopicSelector topics(List<String> topics) {
    if (topics.isEmpty()) {
      return new TopicSelector(List.of(TopicFilter.ANY));
    }
    if (topics.size() > MOST_TOPICS) {
      throw new IllegalArgumentException("more than " + MOST_TOPICS + " topics");
    }
    return TopicSelector.parse(topics);
  }

  private static StartingPoint startingPoint(@Nullable String header, Form query) {
    String id = header == null ? null : HeaderText.decode(header);
    for (String name : CURSOR_PARAMETERS) {
      id = id == null ? query.one(name) : id;
    }
    if (id == null || id.isEmpty()) {
      return new StartingPoint.Newest();
    }
    return id.equals("earliest") ? new StartingPoint.Earliest() : new StartingPoint.After(id);
  }

  private static Duration interval(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Duration interval = Durations.parse(text);
    if (interval == null) {
      throw new IllegalArgumentException("interval must be " + Durations.EXAMPLES);
    }
    if (interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw new IllegalArgumentException("interval is longer than 10m");
    }
    return interval;
  }
}
