package bellwether.stream;

import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.eventlog.Publication;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Reply;
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
  private final transient Exchanges exchanges;
  private final transient Exchanges readers;
  private final transient InstantSource clock;

  public EventsServlet(
      Publishing publishing,
      StreamOpener streams,
      PollOpener polls,
      Gate publishers,
      Gate subscribers,
      Exchanges exchanges,
      InstantSource clock) {
    this.publishing = publishing;
    this.streams = streams;
    this.polls = polls;
    this.publishers = publishers;
    this.subscribers = subscribers;
    this.exchanges = exchanges;
    this.readers = exchanges.forReaders();
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
    withInterest(
        request,
        response,
        asked -> {
          if (isHead(request)) {
            StreamOpener.setHeaders(request, response);
            return;
          }
          streams.open(
              new StreamPlan(asked, grant, StreamPlan.Dialect.OURS, StreamPlan.UNTOLD),
              request,
              response);
        });
  }

  /**
   * Answers a poll, without a pace, because the client decides how often it polls. The answer
   * always says whether events were lost.
   */
  private void poll(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = subscribers.grantOf(request);
    withInterest(
        request,
        response,
        asked -> {
          Duration wait = Input.valid(() -> PreferredWait.of(request)).orElse(null);
          if (isHead(request)) {
            PollOpener.setHeaders(response);
            return;
          }
          polls.open(asked.onPages(), grant, wait, request, response);
        });
  }

  /** Returns whether the request is a HEAD, which is checked as a GET is, but opens nothing. */
  private static boolean isHead(HttpServletRequest request) {
    return request.getMethod().equals("HEAD");
  }

  private interface Opening {
    void with(Interest asked) throws IOException;
  }

  /** Reads the request's parameters, and goes on; if it has a body, once that has arrived. */
  private void withInterest(
      HttpServletRequest request, HttpServletResponse response, Opening opening)
      throws IOException {
    if (!request.getMethod().equals(QUERY)) {
      opening.with(Input.valid(() -> StreamRequest.of(request, clock)));
      return;
    }
    Form query = Input.valid(() -> Form.ofQuery(request));
    RequestBody.requireForm(request);
    readers.withBody(
        request,
        response,
        body -> {
          Form asked = query.and(body.form());
          opening.with(Input.valid(() -> StreamRequest.of(request, query, asked, clock)));
        });
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = publishers.grantOf(request);
    Gate.require(request, grant.isPublisher());
    PublishRequest.FORM_FIELDS.requireNoneInQuery(request);
    String idempotencyKey = IdempotencyKey.of(request);
    String type = RequestBody.typeOf(request, PUBLISH_TYPES);
    exchanges.withBody(
        request,
        response,
        body -> {
          if (type.equals(RequestBody.FORM)) {
            publishing.publishOne(
                grant,
                Input.valid(() -> PublishRequest.of(body.form(), idempotencyKey)),
                request,
                response);
          } else {
            publishing.publish(
                grant,
                many(type, body, idempotencyKey),
                EventsServlet::idsAsJson,
                request,
                response);
          }
        });
  }

  private static Reply idsAsJson(List<String> ids) {
    JsonArrayBuilder array = json.createArrayBuilder(ids);
    return Reply.json(200, json.createObjectBuilder().add("ids", array).build().toString());
  }

  /** Reads and checks all events before any of them is published. */
  private static List<Publication> many(
      String type, RequestBody body, @Nullable String idempotencyKey) {
    PublishBatch batch = new PublishBatch(idempotencyKey);
    Consumer<JsonObject> add = event -> Input.check(() -> batch.add(event));
    if (type.equals(RequestBody.JSON)) {
      body.jsonArray(add);
    } else {
      body.jsonLines(add);
    }
    return batch.publications();
  }
}
