package bellwether.stream;

import bellwether.access.Credentials;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.exchange.Answer;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.Form;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Reply;
import bellwether.exchange.RequestBody;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * The servlet of {@code /events/{key}}, the URL of one open stream, which its opening cursor event
 * and its {@code Content-Location} name. POST changes the stream.
 */
final class StreamServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;

  /** It is held in memory and goes through the store of the servers; strangers may send it. */
  private static final int MAX_FORM_ELSEWHERE = 32_768;

  private final transient StreamChanges changes;
  private final transient OtherServers others;
  private final transient Gate gate;
  private final boolean takesParameter;
  private final transient Exchanges exchanges;

  /**
   * @param others change the streams that are open there
   * @param takesParameter whether a token in the query is accepted
   */
  StreamServlet(
      StreamChanges changes,
      OtherServers others,
      Gate gate,
      boolean takesParameter,
      Exchanges exchanges) {
    this.changes = changes;
    this.others = others;
    this.gate = gate;
    this.takesParameter = takesParameter;
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
    if (changes.find(key(request)) == null) {
      throw StreamChanges.noSuchStream();
    }
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
    StreamKey key = key(request);
    StreamConnection stream = changes.find(key);
    if (stream == null && key.node() == others.number()) {
      throw StreamChanges.noSuchStream();
    }
    Grant shown = gate.grantOf(request);
    StreamChanges.FIELDS.requireNoneInQuery(request);
    RequestBody.requireFormIfAny(request);
    exchanges.withBody(
        request,
        response,
        body -> {
          Form form = body.optionalForm(request);
          if (stream == null) {
            changeElsewhere(key, shown, body.text(), request, response);
          } else {
            Gate.require(request, StreamChanges.isAllowed(stream, shown));
            changes.change(stream, shown, form);
            response.setHeader("Cache-Control", Answer.DO_NOT_STORE);
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
          }
        });
  }

  private void changeElsewhere(
      StreamKey key,
      Grant shown,
      String form,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (form.length() > MAX_FORM_ELSEWHERE) {
      throw new HttpProblem(
          413,
          "the stream is open on another server, to which a form of "
              + MAX_FORM_ELSEWHERE
              + " characters at most can be passed on");
    }
    Credentials credentials =
        shown.token() == null ? null : Credentials.of(request, takesParameter);
    CompletableFuture<Reply> answer =
        others.change(
            key.node(), key.text(), form, credentials == null ? null : credentials.text());
    if (answer == null) {
      throw StreamChanges.noSuchStream();
    }
    exchanges.answerWith(answer, reply -> reply, request, response);
  }

  private static StreamKey key(HttpServletRequest request) {
    String path = request.getPathInfo();
    StreamKey key = path == null ? null : StreamKey.parse(path.substring(1));
    if (key == null) {
      throw StreamChanges.noSuchStream();
    }
    return key;
  }
}
