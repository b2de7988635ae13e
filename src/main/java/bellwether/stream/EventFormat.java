package bellwether.stream;

import bellwether.exchange.ApiServlet;
import bellwether.exchange.HeaderText;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The two formats in which a client can get events, chosen by its {@code Accept} (RFC 9110,
 * 12.5.1).
 */
enum EventFormat {
  /** A stream, with events as they are published. */
  STREAM("text", "event-stream"),
  /** One answer with the events that there are. */
  JSON("application", "json");

  private static final Set<String> READING = Set.of("GET", ApiServlet.QUERY);

  private final String type;
  private final String mediaType;

  EventFormat(String type, String subtype) {
    this.type = type;
    this.mediaType = type + '/' + subtype;
  }

  /**
   * A client's preference for one format.
   *
   * @param quality from 0, not at all, to 1
   * @param precision how exactly the client names the format: 0 not, 1 by a range of all types, 2
   *     by its type, 3 in full
   */
  private record Preference(double quality, int precision) {
    boolean isAbove(Preference other) {
      return quality > other.quality
          || (quality == other.quality && precision > other.precision && quality > 0);
    }
  }

  /**
   * Returns the format that the client prefers. Of two with the same quality, it is the one that
   * the client names more exactly; else a stream.
   *
   * @throws HttpProblem with status 406 if the client accepts neither
   */
  static EventFormat of(HttpServletRequest request) {
    if (STREAM.mediaType.equals(request.getHeader("Accept"))) { // nothing can be liked better
      return STREAM;
    }
    List<String> ranges =
        Collections.list(request.getHeaders("Accept")).stream()
            .flatMap(value -> HeaderText.split(value, ',').stream())
            .map(range -> range.strip().toLowerCase(Locale.ROOT))
            .filter(range -> !range.isEmpty())
            .toList();
    if (ranges.isEmpty()) {
      return STREAM;
    }
    Preference stream = STREAM.preference(ranges);
    Preference json = JSON.preference(ranges);
    if (stream.quality() == 0 && json.quality() == 0) {
      throw new HttpProblem(
          406, "here is text/event-stream, and application/json for those that poll");
    }
    return json.isAbove(stream) ? JSON : STREAM;
  }

  /**
   * Returns whether the client wants a stream, at one of the URLs that open them.
   *
   * @param request also one that is dispatched to the error page
   */
  static boolean isOfStream(HttpServletRequest request) {
    Object failed = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    String uri = failed instanceof String original ? original : request.getRequestURI();
    String path = uri.substring(Math.min(uri.length(), request.getContextPath().length()));
    boolean isRead = READING.contains(request.getMethod());
    return isRead && (path.equals(HubUrl.PATH) || (path.equals("/events") && !isPoll(request)));
  }

  /**
   * Returns whether the client prefers to poll; a request that accepts neither format is no poll.
   */
  static boolean isPoll(HttpServletRequest request) {
    try {
      return of(request) == JSON;
    } catch (HttpProblem problem) {
      return false; // it will be refused for its Accept
    }
  }

  private Preference preference(List<String> ranges) {
    Preference best = new Preference(0, 0);
    for (String range : ranges) {
      List<String> parts = HeaderText.split(range, ';');
      int precision = precision(parts.get(0).strip());
      if (precision > best.precision()) {
        best = new Preference(quality(parts), precision);
      }
    }
    return best;
  }

  private int precision(String range) {
    if (range.equals(mediaType)) {
      return 3;
    }
    if (range.equals(type + "/*")) {
      return 2;
    }
    return range.equals("*/*") ? 1 : 0;
  }

  /** Returns the quality; a text that is no number counts as none given. */
  private static double quality(List<String> parts) {
    for (String part : parts.subList(1, parts.size())) {
      String parameter = part.strip();
      if (parameter.matches("q=[01](\\.[0-9]{0,3})?")) {
        return Double.parseDouble(parameter.substring(2));
      }
    }
    return 1;
  }
}
