package bellwether.http;

import bellwether.auth.Grant;
import bellwether.eventlog.EventId;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /events}: GET opens a stream, POST publishes. */
final class EventsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Hub hub;
  private final transient StreamOpener streams;
  private final transient Gate gate;
  private final transient TopicSelector builtIn;
  private final int maxBody;

  /**
   * @param builtIn topics that only the server itself publishes to
   * @param maxBody most bytes of a publish request
   */
  EventsServlet(Hub hub, StreamOpener streams, Gate gate, TopicSelector builtIn, int maxBody) {
    this.hub = hub;
    this.streams = streams;
    this.gate = gate;
    this.builtIn = builtIn;
    this.maxBody = maxBody;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (request.getMethod().equals("HEAD")) {
      StreamOpener.setHeaders(request, response);
      return;
    }
    requireStreamIsAcceptable(request.getHeader("Accept"));
    Grant grant = gate.grantOf(request);
    Interest interest = Input.valid(() -> StreamRequest.of(request, grant));
    streams.open(interest, request, response);
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!gate.grantOf(request).mayPublish()) {
      throw HttpProblem.notGranted(request);
    }
    String key = request.getHeader("Idempotency-Key");
    String id =
        Input.valid(() -> publish(PublishRequest.of(RequestBody.form(request, maxBody), key)));
    Answer.write(request, response, 200, "text/plain;charset=utf-8", id);
  }

  /** A client that cannot take a stream would wait for its end, and it has none. */
  private static void requireStreamIsAcceptable(@Nullable String accept) {
    if (accept != null
        && !accept.contains("text/event-stream")
        && !accept.contains("text/*")
        && !accept.contains("*/*")) {
      throw new HttpProblem(406, "here is only text/event-stream");
    }
  }

  private String publish(Publication publication) {
    for (Topic topic : publication.topics()) {
      if (builtIn.matches(topic)) {
        throw new HttpProblem(
            403, "Topic " + topic + " is published by the server itself, from what is stored");
      }
    }
    EventId given = hub.publish(publication);
    return publication.id() != null ? publication.id() : given.toString();
  }
}
