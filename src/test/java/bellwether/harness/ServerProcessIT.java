package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("soak")
class ServerProcessIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String GOODBYE = "Goodbye from the tiny web application";

  @TempDir static Path directory = Path.of("");
  private static Path war = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void zip() throws IOException {
    war = TinyWebapp.war(directory);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void servesTheWarUnderItsContextPathUntilItIsUndeployed(Container container) throws Exception {
    try (ServerProcess server =
        tiny(container)
            .contextPath("/bellwether")
            .setting("tiny.word", "a b")
            .jvmArgument("-Xmx128m")
            .start()) {
      assertThat(get(server.uri("setting/tiny.word")).body()).isEqualTo("a b");
      HttpResponse<String> page = get(server.uri("/"));
      assertThat(page.body()).isEqualTo("<title>Tiny</title>");
      assertThat(page.headers().firstValue("content-type")).hasValue("text/html");
      server.awaitLog("Hello from the tiny", LIMIT);
      assertThat(server.log()).doesNotContain(GOODBYE, "SEVERE", "WARNING");

      server.undeploy();
      server.awaitLog(GOODBYE, LIMIT);
      assertThat(get(server.uri("/")).statusCode()).isEqualTo(404);
      assertThat(server.isAlive()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void stopsInOrderWhenToldToAndStartsAgainOnTheSamePort(Container container) throws Exception {
    int port;
    try (ServerProcess server = tiny(container).start()) {
      port = server.port();
      assertThat(get(server.uri("setting/tiny.word")).body()).isEqualTo("unset");
      server.terminate();
      assertThat(server.isAlive()).isFalse();
      assertThat(server.log()).contains(GOODBYE);
    }
    try (ServerProcess server = tiny(container).port(port).start()) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(get(server.uri("")).statusCode()).isEqualTo(200);
      server.kill();
      assertThat(ProcessHandle.of(server.pid())).isEmpty();
      assertThat(server.log()).doesNotContain(GOODBYE);
      assertThatThrownBy(() -> get(server.uri(""))).isInstanceOf(ConnectException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void saysWhyTheWebApplicationDidNotStart(Container container) {
    assertThatThrownBy(() -> tiny(container).setting("tiny.broken", "true").start())
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("tiny.broken is true");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void setsTheContainersOwnKnobsAndKnowsWhichThereAre(Container container) throws IOException {
    String idle = container.isJetty() ? "idleTimeout" : "connectionTimeout";
    try (ServerProcess server = tiny(container).connector(idle, "500").start();
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      silent.setSoTimeout((int) LIMIT.toMillis());
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> tiny(container).connector("noSuchKnob", "1").start())
        .hasMessageContaining("noSuchKnob");
  }

  @Test
  void theServerGoesWhenTheTestDoes() throws IOException {
    try (ServerProcess server = tiny(Container.TOMCAT_11).start()) {
      server.closeCommands();
      Await.until("the server is gone", LIMIT, () -> !server.isAlive());
    }
  }

  private static ServerProcess.Builder tiny(Container container) {
    // A JVM that lives for a second is better off without the slower compiler.
    return ServerProcess.on(container).war(war).jvmArgument("-XX:TieredStopAtLevel=1");
  }

  private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri).timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }
}
