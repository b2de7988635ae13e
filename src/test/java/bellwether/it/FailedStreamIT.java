package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.FilteredWar;
import bellwether.harness.RawAnswer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server in trouble does not tell an {@code EventSource} to stay away for good. */
@Tag("soak")
class FailedStreamIT {
  private static final String STREAM =
      "GET /events?topic=log/a HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
  private static final String PUBLISH =
      "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Bearer "
          + Bellwether.KEY
          + "\r\n";

  /** Fails, or has the servlet behind it fail, as a header of the request says. */
  public static final class FailingFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      String where = request.getHeader("X-Fail");
      if ("filter".equals(where)) {
        throw new OutOfMemoryError("a test");
      }
      chain.doFilter("servlet".equals(where) ? new FailingRequest(request) : request, response);
    }
  }

  /** Has no memory left once its servlet asks where a stream is to begin, or for a key. */
  private static final class FailingRequest extends HttpServletRequestWrapper {
    FailingRequest(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getHeader(String name) {
      if (name.equals("Last-Event-ID") || name.equals("Idempotency-Key")) {
        throw new OutOfMemoryError("a test");
      }
      return super.getHeader(name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamThatFailsIsEndedInAWayAfterWhichBrowsersComeBack(
      Container container, @TempDir Path directory) throws IOException {
    Path war = FilteredWar.write(directory, FailingFilter.class, true);
    try (Bellwether server = Bellwether.start(container, settings -> settings.war(war))) {
      for (String where : List.of("filter", "servlet")) {
        String end = "X-Fail: " + where + "\r\n\r\n";
        RawAnswer stream = RawAnswer.to(server, STREAM + end);
        // Tomcat closes the connection if a filter has no memory left.
        if (stream.status() != 0 || where.equals("servlet") || container.isJetty()) {
          assertThat(stream.status()).isEqualTo(200);
          assertThat(stream.header("content-type")).startsWith("text/event-stream");
          assertThat(stream.header("access-control-allow-origin")).isEqualTo("*");
        }
        assertThat(RawAnswer.to(server, PUBLISH + end).status()).isIn(500, 0);
      }
      assertThat(server.metric("bellwether_streams_open")).isZero();
    }
  }
}
