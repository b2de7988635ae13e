package bellwether.http;

import bellwether.auth.Grant;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.TopicSelector;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code /events}: GET opens a stream, POST publishes. */
final class EventsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final List<String> PUBLISH_TYPES =
      List.of(RequestBody.FORM, RequestBody.JSON, RequestBody.JSON_LINES);

  private final transient Hub hub;
  private final transient StreamOpener streams;
  private final transient Gate gate;
  private final transient TopicSelector builtIn;
  private final int maxBody;
  private final transient InstantSource clock;

  /**
   * @param builtIn topics that only the server itself publishes to
   * @param maxBody most bytes of a publish request
   */
  EventsServlet(
      Hub hub,
      StreamOpener streams,
      Gate gate,
      TopicSelector builtIn,
      int maxBody,
      InstantSource clock) {
    this.hub = hub;
    this.streams = streams;
    this.gate = gate;
    this.builtIn = builtIn;
    this.maxBody = maxBody;
    this.clock = clock;
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
    Interest interest = Input.valid(() -> StreamRequest.of(request, grant, clock));
    streams.open(interest, request, response);
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    gate.requirePublisher(request);
    String idempotencyKey = request.getHeader("Idempotency-Key");
    String type = RequestBody.typeOf(request, PUBLISH_TYPES);
    if (type.equals(RequestBody.FORM)) {
      Publication one =
          Input.valid(() -> PublishRequest.of(RequestBody.form(request, maxBody), idempotencyKey));
      String id = publish(List.of(one)).get(0);
      Answer.write(request, response, 200, "text/plain;charset=utf-8", id);
    } else {
      JsonArrayBuilder ids = json.createArrayBuilder(publish(many(type, request, idempotencyKey)));
      String text = json.createObjectBuilder().add("ids", ids).build().toString();
      Answer.json(request, response, 200, text);
    }
  }

  /** All of it is read and checked before any of it is published. */
  private List<Publication> many(
      String type, HttpServletRequest request, @Nullable String idempotencyKey) throws IOException {
    PublishBatch batch = new PublishBatch(idempotencyKey);
    Consumer<JsonObject> add = event -> Input.check(() -> batch.add(event));
    if (type.equals(RequestBody.JSON)) {
      RequestBody.jsonArray(request, maxBody, add);
    } else {
      RequestBody.jsonLines(request, maxBody, add);
    }
    return batch.publications();
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

  private List<String> publish(List<Publication> publications) {
    for (Publication publication : publications) {
      publication.topics().forEach(this::requireNotBuiltIn);
    }
    return Input.valid(() -> hub.publish(publications)).stream().map(LogEntry::publicId).toList();
  }

  private void requireNotBuiltIn(Topic topic) {
    if (builtIn.matches(topic)) {
      throw new HttpProblem(
          403, "Topic " + topic + " is published by the server itself, from what is stored");
    }
  }
}
