package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import bellwether.fixtures.Exchange;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** While another server does the work: who is told what, and from when to when. */
class StandbyTest {
  private final DrainedServer server = new DrainedServer();
  private final Standby standby = new Standby(server.registry, server.drain);
  private final StandbyFilter filter = new StandbyFilter(standby);

  @Test
  void whoIsOpenIsToldWhenToComeBackAndEnds() {
    DrainedServer.OneStream open = server.open();

    standby.begin();

    assertThat(open.text()).contains("event: shutdown\n");
    assertThat(open.retries()).hasSize(2);
    assertThat(open.isOpen()).isFalse();
    assertThat(open.body().violations()).isEmpty();
  }

  @Test
  void aStreamIsRefusedSoThatItComesBackUntilTheEnd() {
    standby.begin();
    DrainedServer.OneStream refused = server.open();
    assertThat(refused.exchange().status()).isEqualTo(200);
    assertThat(refused.text()).matches(":\nretry: \\d+\n");
    assertThat(refused.isOpen()).isFalse();

    standby.end();
    assertThat(server.open().isOpen()).isTrue();
  }

  @Test
  void aDrainThatIsTakenBackMeanwhileLetsNobodyIn() {
    standby.begin();
    assertThat(server.drain.drain(DrainedServer.USUAL)).isPresent();
    assertThat(server.drain.takeBack()).isTrue();
    assertThat(server.open().isOpen()).isFalse();
  }

  @Test
  void itsEndLetsNobodyInWhileTheServerIsDrained() {
    standby.begin();
    assertThat(server.drain.drain(DrainedServer.USUAL)).isPresent();
    standby.end();
    assertThat(server.open().isOpen()).isFalse();
    assertThat(server.drain.takeBack()).isTrue();
    assertThat(server.open().isOpen()).isTrue();
  }

  @Test
  void pollsAndPublishingAreRefusedAndStreamsAreLeftToTheirServlet() {
    assertThat(passes("POST", "/events", "*/*")).isTrue();
    assertThat(passes("GET", "/events", "application/json")).isTrue();
    standby.begin();

    assertThat(passes("POST", "/events", "*/*")).isFalse();
    assertThat(passes("POST", HubUrl.PATH, "*/*")).isFalse();
    assertThat(passes("GET", "/events", "application/json")).isFalse();
    assertThat(passes("GET", "/events", "text/event-stream")).isTrue();
    assertThat(passes("GET", "/events", "image/png")).as("refused with 406").isTrue();
    assertThat(passes("GET", HubUrl.PATH, "application/json")).as("streams, always").isTrue();
    assertThat(passes("HEAD", "/events", "application/json")).isTrue();

    standby.end();
    assertThat(passes("POST", "/events", "*/*")).isTrue();
  }

  @Test
  void theRefusalSaysWhyAndWhenToTryAgain() {
    standby.begin();
    HttpProblem problem = standby.problem();
    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.detail()).contains("another one works on the same database");
    assertThat(Duration.ofSeconds(Long.parseLong(problem.headers().get("Retry-After"))))
        .isPositive();
  }

  private boolean passes(String method, String servletPath, String accept) {
    AtomicBoolean hasPassed = new AtomicBoolean();
    Exchange exchange = new Exchange(method, servletPath, null).with("Accept", accept);
    exchange.through(filter, (request, response) -> hasPassed.set(true));
    assertThat(exchange.status()).isEqualTo(hasPassed.get() ? 200 : 503);
    return hasPassed.get();
  }
}
