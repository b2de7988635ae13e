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
   * The names of the query parameter for clients that cannot set the header: ours and the
   * polyfill's, and those of Mercure's draft 7, draft 8 and earlier drafts.
   */
  private static final List<String> CURSOR_PARAMETERS =
      List.of("lastEventId", "lastEventID", "last_event_id", "Last-Event-ID");

  /** The parameters that draft 8 of Mercure has instead of {@code topic}. */
  private static final List<String> MATCHERS = List.of("match", "match_exact", "match_urlpattern");

  private static final FieldNames PARAMETERS =
      FieldNames.ofTopicAnd("since", "retained", "interval", "control", Credentials.PARAMETER)
          .and(CURSOR_PARAMETERS)
          .insteadOf(MATCHERS, "topic"); // if they were ignored, the client would get every topic

  /** The parameters of the Mercure URL, where the matchers may be repeated as well. */
  public static final FieldNames MERCURE_PARAMETERS =
      FieldNames.ofTopicAnd("since", Credentials.PARAMETER).and(CURSOR_PARAMETERS).and(MATCHERS);

  private static final Pattern UNIX_TIME = Pattern.compile("[0-9]{1,11}");

  private StreamRequest() {}

  /**
   * Reads a request that has only a query. The private events that its client may read are not part
   * of the result; the stream or poll decides about them: see {@link HeldExchange#mayRead}.
   *
   * @param clock for times given as how long ago they were
   * @throws IllegalArgumentException saying what is wrong with the request
   */
  public static Interest of(HttpServletRequest request, InstantSource clock) {
    Form query = Form.ofQuery(request);
    return of(request, query, query, clock);
  }

  /**
   * Reads a request that has a body as well.
   *
   * @param query the request's query; a last id in it takes precedence over one in the body
   * @param asked the fields of the query, and then those of the body
   * @param clock for times given as how long ago they were
   * @throws IllegalArgumentException saying what is wrong with the request
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

  /**
   * Returns the place to start from. An id takes precedence over a time: a client that comes back
   * has one, and still asks for the time that it began with.
   */
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

  /** Parses a time (RFC 3339), seconds since 1970, or how long ago it was. */
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

  /**
   * Returns whether the client wants control events; clients that take every type for an update may
   * decline them.
   */
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
   * Returns whether the client asks for all retained state; any value but {@code all} is refused as
   * misspelt.
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
