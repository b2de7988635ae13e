package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.FilteredWar;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody puts a filter in front that does not know of asynchronous requests. */
@Tag("soak")
class SyncFilterIT {
  /** Does nothing, and was not declared to support async, which is what servers go by. */
  public static final class SyncFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(request, response);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void isToldFromTheAnswerAndLeavesNoStreamBehind(Container container, @TempDir Path directory)
      throws IOException {
    Path war = FilteredWar.write(directory, SyncFilter.class, false);
    try (Bellwether server = Bellwether.start(container, settings -> settings.war(war))) {
      for (int i = 0; i < 10; i++) {
        HttpResponse<String> answer = server.get("events?topic=log/a");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("content-type").orElse(""))
            .startsWith("application/problem+json");
        assertThat(answer.body()).contains("does not support async");
      }
      assertThat(server.metric("bellwether_streams_open")).isZero();
      assertThat(server.metric("bellwether_streams_opened_total")).isZero();
      server.publish("topic", "log/a", "data", "publishing needs no asynchronous request");
      assertThat(server.process().log()).doesNotContain("SEVERE", "Exception");
    }
  }
}
