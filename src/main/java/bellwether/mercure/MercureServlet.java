package bellwether.mercure;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.RequestBody;
import bellwether.hub.Interest;
import bellwether.stream.PublishRequest;
import bellwether.stream.Publishing;
import bellwether.stream.StreamOpener;
import bellwether.stream.StreamPlan;
import bellwether.stream.StreamRequest;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /.well-known/mercure}, the hub in the Mercure protocol. It accepts draft 7
 * ({@code topic}) and draft 8 ({@code match}, {@code match_urlpattern}), even in one request.
 */
public final class MercureServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private final transient Publishing publishing;
  private final transient StreamOpener streams;
  private final transient Gate publishers;
  private final transient Gate subscribers;
  private final transient TopicBase base;
  private final transient @Nullable ActiveSubscriptions subscriptions;
  private final transient ClientLimits limits;
  private final transient Exchanges exchanges;
  private final transient Exchanges readers;
  private final transient InstantSource clock;

  /**
   * Creates the servlet.
   *
   * @param publishers decides who may publish
   * @param subscribers decides who may subscribe; it must not be demo mode's, which grants
   *     everything to requests without a token
   * @param subscriptions registers each stream; null if active subscriptions are off
   * @param limits of the events that tell of active subscriptions
   */
  public MercureServlet(
      Publishing publishing,
      StreamOpener streams,
      Gate publishers,
      Gate subscribers,
      TopicBase base,
      @Nullable ActiveSubscriptions subscriptions,
      ClientLimits limits,
      Exchanges exchanges,
      InstantSource clock) {
    this.publishing = publishing;
    this.streams = streams;
    this.publishers = publishers;
    this.subscribers = subscribers;
    this.base = base;
    this.subscriptions = subscriptions;
    this.limits = limits;
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
    Grant grant = streams.admit(subscribers, request, response);
    if (grant == null) {
      return;
    }
    Form query = Input.valid(() -> Form.ofQuery(request));
    if (request.getMethod().equals(QUERY)) {
      RequestBody.requireForm(request);
      readers.withBody(
          request, response, body -> open(query, query.and(body.form()), grant, request, response));
    } else {
      open(query, query, grant, request, response);
    }
  }

  private void open(
      Form query, Form asked, Grant grant, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Interest interest = Input.valid(() -> interest(request, query, asked));
    if (request.getMethod().equals("HEAD")) {
      StreamOpener.setHeaders(request, response);
      return;
    }
    StreamPlan.Arrival arrival =
        subscriptions == null
            ? StreamPlan.UNTOLD
            : () ->
                subscriptions.open(
                    SubscriptionMatcher.in(asked),
                    grant,
                    events -> limits.takeSubscriptionEvents(request, events));
    streams.open(
        new StreamPlan(interest, grant, StreamPlan.Dialect.MERCURE, arrival), request, response);
  }

  @Override
  protected void query(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    get(request, response);
  }

  /** Publishes an update, from a form in the body; its fields in the query are refused. */
  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = publishers.grantOf(request);
    Gate.require(request, grant.isPublisher() || grant.token() != null);
    PublishRequest.FORM_FIELDS.requireNoneInQuery(request);
    String idempotencyKey = IdempotencyKey.of(request);
    RequestBody.requireForm(request);
    exchanges.withBody(
        request,
        response,
        body ->
            publishing.publishOne(
                grant,
                Input.valid(
                    () -> MercureText.require(PublishRequest.of(body.form(), idempotencyKey))),
                request,
                response));
  }

  /**
   * Returns the interest that the request describes. A last id in the query takes precedence over
   * one in the body (draft 8).
   */
  private Interest interest(HttpServletRequest request, Form query, Form asked) {
    String header = request.getHeader("Last-Event-ID");
    Form ofCursor = StreamRequest.hasCursor(query) ? query : asked;
    return new Interest(
        matchers(asked, base.of(request)),
        StreamRequest.startingPoint(header, ofCursor, clock),
        false,
        Duration.ZERO,
        entry -> false);
  }

  private static TopicSelector matchers(Form form, URI base) {
    StreamRequest.MERCURE_PARAMETERS.require(form);
    requireSome(form);
    TopicSelector.Builder selector = new TopicSelector.Builder();
    for (String name : form.names()) {
      for (String text : form.all(name)) {
        switch (name) {
          case "topic" -> selector.addTopic(text);
          case "match", "match_exact" -> selector.addExact(text);
          case "match_urlpattern" -> selector.addUrlPattern(text, base);
          default -> {
            continue; // something else
          }
        }
        var unused = MercureText.require(name, text);
      }
    }
    return selector.build();
  }

  /** Requires matchers, and not too many, before any of them costs anything. */
  private static void requireSome(Form form) {
    int matchers = 0;
    for (String name : form.names()) {
      switch (name) {
        case "topic", "match", "match_exact", "match_urlpattern" ->
            matchers += form.all(name).size();
        default -> requireNoMatcher(name);
      }
    }
    if (matchers == 0) {
      throw new IllegalArgumentException("topic or match is missing");
    }
    if (matchers > Topic.MAX_AT_ONCE) {
      throw new IllegalArgumentException("more than " + Topic.MAX_AT_ONCE + " topics and matchers");
    }
  }

  /**
   * Refuses unknown parameters whose names begin with {@code match}, so that a misspelt matcher is
   * not ignored.
   */
  private static void requireNoMatcher(String name) {
    if (name.regionMatches(true, 0, "match", 0, "match".length())) {
      throw new IllegalArgumentException("unknown matcher " + name);
    }
  }
}
