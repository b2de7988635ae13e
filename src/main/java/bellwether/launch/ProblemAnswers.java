package bellwether.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests that never reach the application, for example because they are malformed or too
 * large: with problem JSON (RFC 9457) that pages of other origins may read, like the application's
 * own errors. Jetty's own answers are HTML, repeat the URL, and log it if it is long.
 *
 * <p>When the application has stopped, Jetty would answer 404, at which every client gives up. So
 * the answer is 503 here. A client that asks for an event stream gets no answer at all then, and
 * also when the server has failed: see {@link HangUp}.
 */
public final class ProblemAnswers extends ErrorHandler {
  /**
   * The attribute of the servlet context with a {@link Predicate} of strings of the application:
   * whether pages of this origin may read answers to requests with a cookie. It is set only if
   * there are such origins.
   */
  private static final String TRUSTED_ORIGINS = "bellwether.trusted-origins";

  private static final Logger logger = Logger.getLogger(ProblemAnswers.class.getName());

  private static final String TOO_LARGE = "the request's head is larger than this server takes";

  private static final String RETRY_AFTER_SECONDS = "5";

  private static final Map<Integer, String> DETAILS =
      Map.ofEntries(
          Map.entry(400, "the request is not well-formed HTTP, or its URL is not one"),
          Map.entry(404, "there is nothing here"),
          Map.entry(408, "the request did not arrive in time"),
          Map.entry(414, TOO_LARGE + "; a long list of topics may be the body of QUERY"),
          Map.entry(431, TOO_LARGE + "; a long list of topics may be the body of QUERY"),
          Map.entry(500, "this is our fault"),
          Map.entry(503, "the application is not there now; try again"),
          Map.entry(505, "this server speaks HTTP/1.1 and HTTP/2"));

  private final WebAppContext application;

  private ProblemAnswers(WebAppContext application) {
    this.application = application;
  }

  /** Makes the server answer in this form, and the application's error page answer all methods. */
  public static void addTo(Server server, WebAppContext application) {
    server.setErrorHandler(new ProblemAnswers(application));
    application.setErrorHandler(new ErrorPages(application));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = status(request, response);
    if (status >= 500 && HangUp.suits(request)) {
      HangUp.on(request, callback);
      return true;
    }
    response.setStatus(status);
    HttpFields.Mutable headers = response.getHeaders();
    if (status == HttpStatus.SERVICE_UNAVAILABLE_503) {
      headers.put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    headers.put("X-Content-Type-Options", "nosniff");
    allowOrigin(request.getHeaders().get(HttpHeader.ORIGIN), headers);
    if (HttpStatus.hasNoBody(status)) {
      response.write(true, null, callback);
      return true;
    }
    byte[] body = text(status).getBytes(UTF_8);
    headers.put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    headers.put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }

  private int status(Request request, Response response) {
    if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException known) {
      return known.getCode();
    }
    boolean isMissing = response.getStatus() == HttpStatus.NOT_FOUND_404;
    return isMissing && !application.isAvailable() && isBelow(request)
        ? HttpStatus.SERVICE_UNAVAILABLE_503
        : response.getStatus();
  }

  private boolean isBelow(Request request) {
    String path = request.getHttpURI().getCanonicalPath();
    return path != null && application.getContext().getPathInContext(path) != null;
  }

  /** Sets the headers that {@code bellwether.access.CorsFilter} sets. */
  private void allowOrigin(@Nullable String origin, HttpFields.Mutable headers) {
    String allowed = "*";
    if (application.getContext().getAttribute(TRUSTED_ORIGINS) instanceof Predicate<?> trusted) {
      headers.ensureField(new HttpField(HttpHeader.VARY, HttpHeader.ORIGIN.asString()));
      if (origin != null && isTrusted(trusted, origin)) {
        allowed = origin;
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
      }
    }
    headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
  }

  @SuppressWarnings("unchecked") // the application's predicate takes strings
  private static boolean isTrusted(Predicate<?> trusted, String origin) {
    return ((Predicate<String>) trusted).test(origin);
  }

  /**
   * Returns the text of an answer; it contains nothing of the request, so nothing need be escaped.
   */
  private static String text(int status) {
    return "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
        .formatted(
            HttpStatus.getMessage(status),
            status,
            DETAILS.getOrDefault(status, "the request could not be answered"));
  }

  /**
   * The application's error page, for all methods: Jetty's own handler sends none for {@code PUT},
   * {@code DELETE} and {@code QUERY}. If the page is gone or fails, a client that asks for an event
   * stream gets no answer.
   */
  private static final class ErrorPages extends ErrorPageErrorHandler {
    private final WebAppContext application;

    ErrorPages(WebAppContext application) {
      this.application = application;
    }

    @Override
    public boolean errorPageForMethod(String method) {
      return true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      boolean isOfStream = HangUp.suits(request);
      if (application.isAvailable()) {
        try {
          return super.handle(request, response, callback);
        } catch (Throwable e) { // most likely a second OutOfMemoryError
          if (!isOfStream) {
            throw e;
          }
          logger.log(Level.FINE, "No error page", e);
        }
      }
      if (isOfStream) {
        HangUp.on(request, callback);
      } else {
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders().put(HttpHeader.RETRY_AFTER, RETRY_AFTER_SECONDS);
        callback.succeeded();
      }
      return true;
    }
  }
}
