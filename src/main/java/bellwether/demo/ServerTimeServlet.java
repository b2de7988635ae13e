package bellwether.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.exchange.ApiServlet;
import bellwether.stream.StreamOpener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The two example servers of the classic guide to server-sent events. They write exactly what the
 * originals write.
 *
 * <p>{@code /demo/stream.php} sends the time once, with the seconds since 1970 as the id, and ends,
 * so the browser reconnects for the next event. {@code /demo/node-events} sends the time at once
 * and then every five seconds.
 */
public final class ServerTimeServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  public static final String PHP = "/demo/stream.php";
  public static final String NODE = "/demo/node-events";

  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** The format of PHP's {@code date("h:i:s")}. */
  private static final DateTimeFormatter PHP_TIME =
      DateTimeFormatter.ofPattern("hh:mm:ss", Locale.ROOT);

  /** The format of JavaScript's {@code toLocaleTimeString()} in the United States. */
  private static final DateTimeFormatter NODE_TIME =
      DateTimeFormatter.ofPattern("h:mm:ss a", Locale.US);

  private final transient DemoStreams held;
  private final transient InstantSource clock;
  private final ZoneId zone;

  public ServerTimeServlet(DemoStreams held, InstantSource clock, ZoneId zone) {
    this.held = held;
    this.clock = clock;
    this.zone = zone;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    return "GET, HEAD, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    StreamOpener.setHeaders(request, response);
    if (request.getMethod().equals("HEAD")) {
      return;
    }
    if (request.getServletPath().equals(PHP)) {
      response.getOutputStream().write(once());
    } else {
      held.hold(request, response, next(), PAUSE, this::next);
    }
  }

  private byte[] once() {
    Instant now = clock.instant();
    String time = PHP_TIME.format(now.atZone(zone));
    return ("id: " + now.getEpochSecond() + "\ndata: server time: " + time + "\n\n")
        .getBytes(UTF_8);
  }

  private byte[] next() {
    return ("data: " + NODE_TIME.format(clock.instant().atZone(zone)) + "\n\n").getBytes(UTF_8);
  }
}
