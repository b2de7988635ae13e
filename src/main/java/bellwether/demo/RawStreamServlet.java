package bellwether.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.exchange.ApiServlet;
import bellwether.exchange.FieldNames;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Query;
import bellwether.stream.StreamOpener;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.PlainText;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /demo/raw}: answers exactly as the request asks, so that pages can show how
 * a browser reads it. Parameters: {@code text}, the body; {@code status}; {@code type}, the media
 * type; {@code hold=true} to stay open after the text.
 */
public final class RawStreamServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final FieldNames PARAMETERS = FieldNames.of("text", "type", "status", "hold");
  private static final int MAX_TEXT = 4000; // characters: a request line has a limit, too
  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /** The media types to choose from: none that a browser would run, or show as a page of ours. */
  private static final Set<String> TYPES =
      Set.of("text/event-stream", "text/plain", "application/json");

  private final transient DemoStreams held;

  public RawStreamServlet(DemoStreams held) {
    this.held = held;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    PARAMETERS.requireInQuery(request);
    String text = or(Query.one(request, "text"), "");
    String type = or(Query.one(request, "type"), "text/event-stream");
    int status = status(Query.one(request, "status"));
    boolean hold = "true".equals(Query.one(request, "hold"));
    if (PlainText.isLonger(text, MAX_TEXT)) {
      throw new HttpProblem(400, "text is longer than " + MAX_TEXT + " characters");
    }
    if (!TYPES.contains(type)) {
      throw new HttpProblem(400, "type must be one of " + String.join(", ", TYPES));
    }
    StreamOpener.setHeaders(request, response);
    response.setContentType(type);
    response.setStatus(status);
    if (request.getMethod().equals("HEAD")) {
      return;
    }
    if (hold) {
      held.hold(request, response, text.getBytes(UTF_8), HEARTBEAT, EventStreamEncoder::heartbeat);
    } else if (mayHaveBody(status)) {
      response.getOutputStream().write(text.getBytes(UTF_8));
    }
  }

  private static boolean mayHaveBody(int status) {
    return status != HttpServletResponse.SC_NO_CONTENT
        && status != HttpServletResponse.SC_RESET_CONTENT
        && status != HttpServletResponse.SC_NOT_MODIFIED;
  }

  private static int status(@Nullable String text) {
    return text == null ? MIN_STATUS : Query.whole("status", text, MIN_STATUS, MAX_STATUS);
  }

  private static String or(@Nullable String text, String ifAbsent) {
    return text == null ? ifAbsent : text;
  }
}
