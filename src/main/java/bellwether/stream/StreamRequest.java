package bellwether.stream;

import bellwether.access.Credentials;
import bellwether.config.Durations;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HeaderText;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request for a stream: a {@code GET}, or a {@code QUERY}, which has a form as its body. */
public final class StreamRequest {
  private static final Duration MAX_INTERVAL = Duration.ofMinutes(10);

  /**
   * Names of the query parameter for clients that cannot set the header: ours and the polyfill's,
   * Mercure's of draft 7, draft 8 and before.
   */
  private static final List<String> CURSOR_PARAMETERS =
      List.of("lastEventId", "lastEventID", "last_event_id", "Last-Event-ID");

  /** The parameters that draft 8 of Mercure has in the place of {@code topic}. */
  private static final List<String> MATCHERS = List.of("match", "match_exact", "match_urlpattern");

  private static final FieldNames PARAMETERS =
      FieldNames.ofTopicAnd("since", "retained", "interval", "control", Credentials.PARAMETER)
          .and(CURSOR_PARAMETERS)
          .insteadOf(MATCHERS, "topic"); // passed over, they would be a stream of everything

  /** The parameters of the Mercure URL, where the matchers may be repeated as well. */
  public static final FieldNames MERCURE_PARAMETERS =
      FieldNames.ofTopicAnd("since", Credentials.PARAMETER).and(CURSOR_PARAMETERS).and(MATCHERS);

  private static final Pattern UNIX_TIME = Pattern.compile("[0-9]{1,11}");

  private StreamRequest() {}

  /**
   * Reads a request that has a query alone. What it may read beyond public events is not said by
   * it, but by the stream or the poll that it opens: see {@link HeldExchange#mayRead}.
   *
   * @param clock for what is said by how long ago it was
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Interest of(HttpServletRequest request, InstantSource clock) {
    Form query = Form.ofQuery(request);
    return of(request, query, query, clock);
  }

  /**
   * Reads a request that has a body as well.
   *
   * @param query its query; a place named there comes before one in the body
   * @param asked the fields of its query, and then those of its body
   * @param clock for what is said by how long ago it was
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static Interest of(
      HttpServletRequest request, Form query, Form asked, InstantSource clock) {
    PARAMETERS.require(asked);
    Form ofCursor = hasCursor(query) ? query : asked;
    Interest interest =
        new Interest(
            topics(asked.all("topic")),
            startingPoint(request.getHeader("Last-Event-ID"), ofCursor, clock),
            isAllRetained(asked.one("retained")),
            interval(asked.one("interval")),
            entry -> false);
    return hasControlEvents(asked.one("control")) ? interest : interest.withoutControlEvents();
  }

  /** Returns a selector of these topics; an empty list means all topics. */
  public static TopicSelector topics(List<String> topics) {
    if (topics.isEmpty()) {
      return new TopicSelector(List.of(TopicFilter.ANY));
    }
    if (topics.size() > Topic.MAX_AT_ONCE) {
      throw new IllegalArgumentException("more than " + Topic.MAX_AT_ONCE + " topics");
    }
    return TopicSelector.parse(topics);
  }

  /** Returns whether the form names a place to resume from. */
  public static boolean hasCursor(Form form) {
    return CURSOR_PARAMETERS.stream().anyMatch(form::has);
  }

  /** An id wins: a client that comes back has one, and still asks for the time it began with. */
  public static StartingPoint startingPoint(
      @Nullable String header, Form query, InstantSource clock) {
    String id = header == null ? null : HeaderText.decode(header);
    for (String name : CURSOR_PARAMETERS) {
      id = id == null ? query.one(name) : id;
    }
    if (id == null || id.isEmpty()) {
      String since = query.one("since");
      return since == null
          ? StartingPoint.Newest.ONLY
          : new StartingPoint.Since(time(since, clock), since);
    }
    return id.equals("earliest") ? new StartingPoint.Earliest() : new StartingPoint.After(id);
  }

  /** A time (RFC 3339), seconds since 1970, or how long ago. */
  private static Instant time(String since, InstantSource clock) {
    Duration ago = Durations.parse(since);
    try {
      if (ago != null) {
        return clock.instant().minus(ago);
      }
      return UNIX_TIME.matcher(since).matches()
          ? Instant.ofEpochSecond(Long.parseLong(since))
          : OffsetDateTime.parse(since).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "since must be a time such as 2026-11-25T08:00:00Z, seconds since 1970, or a duration"
              + " such as 10m",
          e);
    }
  }

  /** Clients that take every type for news can do without. */
  private static boolean hasControlEvents(@Nullable String control) {
    if (control == null || control.equals("on")) {
      return true;
    }
    if (control.equals("off")) {
      return false;
    }
    throw new IllegalArgumentException("control must be on or off");
  }

  /**
   * Returns whether all retained state is asked for; what is neither asked for nor left out is
   * something misspelt.
   */
  private static boolean isAllRetained(@Nullable String text) {
    if (text != null && !text.equals("all")) {
      throw new IllegalArgumentException("retained must be all, or left out");
    }
    return text != null;
  }

  static Duration interval(@Nullable String text) {
    if (text == null) {
      return Duration.ZERO;
    }
    Duration interval = Durations.parse(text);
    if (interval == null) {
      throw new IllegalArgumentException("interval must be " + Durations.EXAMPLES);
    }
    if (interval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException("interval is longer than 10m");
    }
    return interval;
  }
}
