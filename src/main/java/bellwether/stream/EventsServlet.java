package bellwether.stream;

import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.eventlog.Publication;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.RequestBody;
import bellwether.hub.Interest;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonBuilderFactory;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code /events}: GET opens a stream, or polls for JSON, and so does QUERY; POST publishes. */
public final class EventsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final List<String> PUBLISH_TYPES =
      List.of(RequestBody.FORM, RequestBody.JSON, RequestBody.JSON_LINES);

  private final transient Publishing publishing;
  private final transient StreamOpener streams;
  private final transient PollOpener polls;
  private final transient Gate publishers;
  private final transient Gate subscribers;
  private final int maxBody;
  private final transient InstantSource clock;

  /**
   * @param maxBody most bytes of a request
   */
  public EventsServlet(
      Publishing publishing,
      StreamOpener streams,
      PollOpener polls,
      Gate publishers,
      Gate subscribers,
      int maxBody,
      InstantSource clock) {
    this.publishing = publishing;
    this.streams = streams;
    this.polls = polls;
    this.publishers = publishers;
    this.subscribers = subscribers;
    this.maxBody = maxBody;
    this.clock = clock;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, QUERY, OPTIONS";
  }

  @Override
  protected void failed(
      HttpProblem problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!streams.refuseFailed(request, response)) {
      super.failed(problem, request, response);
    }
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.addHeader("Vary", "Accept");
    if (EventFormat.of(request) == EventFormat.JSON) {
      poll(request, response);
    } else {
      stream(request, response);
    }
  }

  /** Answers GET with a body, for lists of topics that are too long for a URL. */
  @Override
  protected void query(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    get(request, response);
  }

  private void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = streams.admit(subscribers, request, response);
    if (grant == null) {
      return;
    }
    Interest asked = interest(request, grant);
    if (isHead(request)) {
      StreamOpener.setHeaders(request, response);
      return;
    }
    streams.open(
        new StreamPlan(asked, grant, StreamPlan.Dialect.OURS, StreamPlan.UNTOLD),
        request,
        response);
  }

  /**
   * Answers a poll, at no pace, which is up to the client; and its answer always says what is lost.
   */
  private void poll(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = subscribers.grantOf(request);
    Interest asked = interest(request, grant);
    Duration wait = Input.valid(() -> PreferredWait.of(request)).orElse(null);
    if (isHead(request)) {
      PollOpener.setHeaders(response);
      return;
    }
    polls.open(asked.onPages(), grant, wait, request, response);
  }

  /** Judged as GET is, and nothing is opened. */
  private static boolean isHead(HttpServletRequest request) {
    return request.getMethod().equals("HEAD");
  }

  private Interest interest(HttpServletRequest request, Grant grant) throws IOException {
    if (!request.getMethod().equals(QUERY)) {
      return Input.valid(() -> StreamRequest.of(request, grant, clock));
    }
    Form query = Input.valid(() -> Form.ofQuery(request));
    Form asked = query.and(body(request));
    return Input.valid(() -> StreamRequest.of(request, query, asked, grant, clock));
  }

  private Form body(HttpServletRequest request) throws IOException {
    var unused = RequestBody.typeOf(request, List.of(RequestBody.FORM));
    return Input.valid(() -> RequestBody.form(request, maxBody));
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = publishers.grantOf(request);
    Gate.require(request, grant.isPublisher());
    PublishRequest.FORM_FIELDS.requireNoneInQuery(request);
    String idempotencyKey = IdempotencyKey.of(request);
    String type = RequestBody.typeOf(request, PUBLISH_TYPES);
    if (type.equals(RequestBody.FORM)) {
      Publication one =
          Input.valid(() -> PublishRequest.of(RequestBody.form(request, maxBody), idempotencyKey));
      String id = publishing.publish(request, grant, List.of(one)).get(0);
      Answer.write(request, response, 200, "text/plain;charset=utf-8", id);
    } else {
      List<Publication> many = many(type, request, idempotencyKey);
      JsonArrayBuilder ids = json.createArrayBuilder(publishing.publish(request, grant, many));
      String text = json.createObjectBuilder().add("ids", ids).build().toString();
      Answer.json(request, response, 200, text);
    }
  }

  /** Reads and checks all events before any of them is published. */
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
}
