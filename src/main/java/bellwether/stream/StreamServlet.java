package bellwether.stream;

import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.RequestBody;
import bellwether.hub.Hub;
import bellwether.topic.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /events/{key}}, the URL of one open stream, which its opening cursor event
 * and its {@code Content-Location} name. POST changes the stream.
 */
final class StreamServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  private static final FieldNames FIELDS = FieldNames.ofTopicAnd("interval");

  private final transient Hub hub;
  private final transient ConnectionRegistry registry;
  private final transient StreamRights rights;
  private final transient Gate gate;
  private final transient Supplier<Duration> retryOfRefused;
  private final transient Exchanges exchanges;

  StreamServlet(
      Hub hub,
      ConnectionRegistry registry,
      StreamRights rights,
      Gate gate,
      Supplier<Duration> retryOfRefused,
      Exchanges exchanges) {
    this.retryOfRefused = retryOfRefused;
    this.hub = hub;
    this.registry = registry;
    this.rights = rights;
    this.gate = gate;
    this.exchanges = exchanges.forReaders();
  }

  /** Returns a stream's URL, relative to the one that it was opened at. */
  static String url(StreamKey key) {
    return "events/" + key.text();
  }

  /** Returns the data of the cursor event that opens a stream: its {@code url}. */
  static String cursorData(StreamKey key) {
    return "{\"url\":\"" + url(key) + "\"}"; // nothing in it needs an escape
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "POST, OPTIONS";
  }

  /**
   * Refuses GET: a stream is read at the URL that opens it. If no stream has this URL, the answer
   * is 404.
   */
  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    var unused = stream(request);
    super.get(request, response);
  }

  /**
   * Changes the stream as a form says: {@code topic} (the whole list) and {@code interval}, each of
   * which stays as it is if it is left out. The request's credentials replace those that the stream
   * was opened with. The answer is 204, and the stream goes on with the change: with the retained
   * state of topics that it did not have, and the events published from then on.
   */
  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    StreamConnection stream = stream(request);
    Grant shown = gate.grantOf(request);
    FIELDS.requireNoneInQuery(request);
    RequestBody.requireFormIfAny(request);
    exchanges.withBody(
        request,
        response,
        body -> change(stream, shown, body.optionalForm(request), request, response));
  }

  private void change(
      StreamConnection stream,
      Grant shown,
      Form form,
      HttpServletRequest request,
      HttpServletResponse response) {
    Input.check(() -> FIELDS.require(form));
    TopicSelector topics =
        form.has("topic") ? Input.valid(() -> StreamRequest.topics(form.all("topic"))) : null;
    Duration interval =
        form.has("interval")
            ? Input.valid(() -> StreamRequest.interval(form.one("interval")))
            : null;
    Grant before = stream.terms().grant();
    boolean isStranger = before.isStranger() && shown.isStranger();
    if (topics != null && !hub.patterns().hasRoom(topics, isStranger)) {
      throw HttpProblem.busy(retryOfRefused.get());
    }
    boolean isRenewed = shown.token() != null;
    if (isRenewed) {
      requireSameUser(request, before, shown);
      rights.bind(stream, shown);
      var unused = rights.check(stream);
    }
    stream.change(new StreamChange(hub, topics, interval, isRenewed ? before : null));
    response.setHeader("Cache-Control", Answer.DO_NOT_STORE);
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private StreamConnection stream(HttpServletRequest request) {
    String path = request.getPathInfo();
    StreamKey key = path == null ? null : StreamKey.parse(path.substring(1));
    StreamConnection stream = key == null ? null : registry.find(key);
    if (stream == null) {
      throw new HttpProblem(404, "no such stream is open here");
    }
    return stream;
  }

  /**
   * Refuses a token of another user; otherwise anyone who learns of a stream's URL could make the
   * stream last longer, or read more.
   */
  private static void requireSameUser(HttpServletRequest request, Grant before, Grant now) {
    if (before.token() != null) {
      Gate.require(request, Objects.equals(subjectOf(before), subjectOf(now)));
    }
  }

  private static @Nullable String subjectOf(Grant grant) {
    return grant.token() == null ? null : grant.token().subject();
  }
}
