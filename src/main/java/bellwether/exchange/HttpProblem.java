package bellwether.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** An error answer to a request, as problem JSON (RFC 9457). */
public final class HttpProblem extends RuntimeException {
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final long serialVersionUID = 1L;
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(406, "Not Acceptable"),
          Map.entry(408, "Request Timeout"),
          Map.entry(409, "Conflict"),
          Map.entry(412, "Precondition Failed"),
          Map.entry(413, "Content Too Large"),
          Map.entry(414, "URI Too Long"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(417, "Expectation Failed"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(431, "Request Header Fields Too Large"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(501, "Not Implemented"),
          Map.entry(503, "Service Unavailable"),
          Map.entry(505, "HTTP Version Not Supported"),
          Map.entry(507, "Insufficient Storage"));

  private final int status;
  private final String detail;
  private final transient Map<String, String> headers;

  /**
   * @param detail an explanation for the client
   */
  public HttpProblem(int status, String detail) {
    this(status, detail, Map.of());
  }

  /**
   * @param headers of the response, such as {@code Allow} or {@code Retry-After}
   */
  public HttpProblem(int status, String detail, Map<String, String> headers) {
    super(status + " " + detail, null, false, false); // an answer, not a fault: no stack
    this.status = status;
    this.detail = detail;
    this.headers = Map.copyOf(headers);
  }

  public static HttpProblem nothingHere() {
    return new HttpProblem(404, "there is nothing here");
  }

  /**
   * Returns a 429 answer, for a client that has exceeded its own limit.
   *
   * @param wait after which the client may try again
   */
  public static HttpProblem tooMany(String detail, Duration wait) {
    return new HttpProblem(429, detail, retryAfter(wait));
  }

  /**
   * Returns a 503 answer, for a server that is full or being drained.
   *
   * @param wait after which there may be room
   */
  public static HttpProblem busy(Duration wait) {
    return new HttpProblem(503, "nobody is let in now; try again", retryAfter(wait));
  }

  /**
   * Returns a 503 answer, for a server that stands by while another one does the work.
   *
   * @param wait after which the other server may have stopped
   */
  public static HttpProblem standingBy(Duration wait) {
    return new HttpProblem(
        503,
        "this server stands by, since another one works on the same database; ask that one",
        retryAfter(wait));
  }

  /**
   * Returns a 503 answer, for a server that lacks something it needs.
   *
   * @param wait after which it may be there again
   */
  static HttpProblem unavailable(String detail, Duration wait) {
    return new HttpProblem(503, detail, retryAfter(wait));
  }

  public static HttpProblem ours() {
    return new HttpProblem(500, "this is our fault; the server's log says more");
  }

  private static Map<String, String> retryAfter(Duration wait) {
    long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    return Map.of("Retry-After", Long.toString(seconds));
  }

  public int status() {
    return status;
  }

  public String detail() {
    return detail;
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** Returns the problem as JSON text. */
  public String text() {
    return json.createObjectBuilder()
        .add("type", "about:blank")
        .add("title", TITLES.getOrDefault(status, "Error"))
        .add("status", status)
        .add("detail", detail)
        .build()
        .toString();
  }

  /** Answers with the problem. */
  public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Answer.write(request, response, reply(request));
  }

  /** Returns the problem as the answer to a request whose body may not have been read. */
  Reply reply(HttpServletRequest request) throws IOException {
    boolean isClosing = request.getProtocol().startsWith("HTTP/1.") && RequestBody.isUnread(request);
    // Jetty closes the connection without saying so: a client would send its next request into it.
    return reply(isClosing ? Map.of("Connection", "close") : Map.of());
  }

  /** Returns the problem as the answer to a request whose body has been read. */
  public Reply reply() {
    return reply(Map.of());
  }

  private Reply reply(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("Cache-Control", Answer.DO_NOT_STORE);
    all.putAll(more);
    return new Reply(status, MEDIA_TYPE, all, text().getBytes(UTF_8));
  }
}
