package bellwether.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Exchange;
import bellwether.stream.DrainedServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServletTest {
  private final DrainedServer server = new DrainedServer();

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE"})
  void letsInOnlyWhoShowsTheKey(String method) {
    Exchange answer = new Exchange(method, "/admin", "/drain").through(server.admin);

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
    assertThat(server.drain.isDraining()).isFalse();
  }

  @Test
  void drainsSaysWhatCameOfItAndTakesItBack() {
    server.open();
    server.open();
    assertThat(ask("GET").text()).isEqualTo("{\"state\":\"serving\",\"open\":2}");

    Exchange drained = ask("POST");

    assertThat(drained.status()).isEqualTo(200);
    assertThat(drained.header("Content-Type")).isEqualTo("application/json");
    assertThat(drained.text())
        .isEqualTo("{\"state\":\"drained\",\"open\":0,\"told\":2,\"cut\":0,\"millis\":0}");
    assertThat(ask("GET").text()).isEqualTo("{\"state\":\"drained\",\"open\":0}");
    assertThat(ask("POST").text())
        .isEqualTo("{\"state\":\"drained\",\"open\":0,\"told\":0,\"cut\":0,\"millis\":0}");
    assertThat(ask("DELETE").text()).isEqualTo("{\"state\":\"serving\",\"open\":0}");
    assertThat(ask("DELETE").status()).isEqualTo(200);
    assertThat(server.open().isOpen()).isTrue();
  }

  @Test
  void saysThatItIsLeavingInTheDelay() {
    server.open();
    server.after(
        Duration.ofMillis(500),
        () -> assertThat(ask("GET").text()).isEqualTo("{\"state\":\"leaving\",\"open\":1}"));

    ask(request("POST").parameter("delay", "1s"));

    assertThat(server.time.nanoTime()).isEqualTo(Duration.ofSeconds(1).toNanos());
  }

  @Test
  void takesTheWindowFromTheQueryOrAForm() {
    DrainedServer.OneStream first = server.open();
    ask(request("POST").parameter("window", "40ms"));
    assertThat(first.retries().get(1)).isBetween(4L, 40L);

    ask("DELETE");
    DrainedServer.OneStream second = server.open();
    ask(form("window=20ms"));
    assertThat(second.retries().get(1)).isBetween(2L, 20L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "window=soon",
        "window=",
        "window=61m",
        "delay=6m",
        "delay=1s&delay=2s",
        "delay=%"
      })
  void refusesWhatIsNoTimeAndBeginsNothing(String text) {
    for (Exchange asked : new Exchange[] {request("POST").query(text), form(text)}) {
      assertThat(ask(asked).status()).isEqualTo(400);
      assertThat(server.drain.isDraining()).isFalse();
    }
  }

  @Test
  void refusesABodyOfAnotherKind() {
    assertThat(ask(request("POST").json("{}")).status()).isEqualTo(415);
    assertThat(server.drain.isDraining()).isFalse();
  }

  @Test
  void saysThatItWasTakenBack() {
    server.after(Duration.ofMillis(500), () -> ask("DELETE"));

    assertThat(ask(request("POST").parameter("delay", "1s")).status()).isEqualTo(409);
  }

  @Test
  void doesNotTakeBackTheApplicationsEnd() {
    server.drain.stop();

    assertThat(ask("DELETE").status()).isEqualTo(409);
  }

  @Test
  void hasNothingElse() {
    Exchange elsewhere =
        new Exchange("GET", "/admin", "/else").with("Authorization", "yes").through(server.admin);
    assertThat(elsewhere.status()).isEqualTo(404);
    assertThat(ask("PUT").status()).isEqualTo(405);
  }

  private Exchange ask(String method) {
    return ask(request(method));
  }

  private Exchange ask(Exchange request) {
    return request.through(server.admin);
  }

  private static Exchange form(String text) {
    return request("POST")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .body(text.getBytes(UTF_8));
  }

  private static Exchange request(String method) {
    return new Exchange(method, "/admin", "/drain").with("Authorization", "yes");
  }
}
