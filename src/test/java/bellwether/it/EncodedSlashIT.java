package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.ServerProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A slash in a topic is allowed where topics are in paths, and opens no way around anything. */
@Tag("soak")
@ParameterizedClass
@EnumSource
class EncodedSlashIT {
  private static final String SUBSCRIPTIONS = ".well-known/mercure/subscriptions/";

  private static final Bellwether.Shared servers = new Bellwether.Shared(EncodedSlashIT::allow);

  private final Container container;
  private final Bellwether server;

  EncodedSlashIT(Container container) {
    this.container = container;
    this.server = servers.on(container);
  }

  /** What an operator has to set. */
  static ServerProcess.Builder allow(Container container, ServerProcess.Builder server) {
    return switch (container) {
      case TOMCAT_10_1, TOMCAT_11 -> server.connector("encodedSolidusHandling", "passthrough");
      case JETTY_12_1 -> server.connector("uriCompliance", "RFC3986,AMBIGUOUS_PATH_SEPARATOR");
      case OWN -> server; // knows it
    };
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "events%2Fa",
        "api%2Fstocks",
        "api/stocks/A%2FB",
        "health%2Fready",
        "css%2Fsite.css",
        "css/..%2FWEB-INF/web.xml",
        "WEB-INF%2Fweb.xml",
        "META-INF%2FMANIFEST.MF",
        "bellwether%2Flaunch/Main.class",
        "bellwether/launch%2FMain.class",
        "%2Fbellwether/launch/Main.class",
        "%2FWEB-INF/web.xml",
        SUBSCRIPTIONS + "../../../css%2Fsite.css",
        SUBSCRIPTIONS + "../../../WEB-INF%2Fweb.xml",
        SUBSCRIPTIONS + "..%2F..%2F..%2FWEB-INF/web.xml",
      })
  void leadsNowhere(String path) {
    int status = server.get(path).statusCode();
    if (container == Container.OWN && !path.startsWith(SUBSCRIPTIONS + "..%2F")) {
      assertThat(status).isEqualTo(400);
    } else {
      assertThat(status).isGreaterThanOrEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2Fb", "exact/https%3A%2F%2Fexample.com%2Fa/urn%3Auuid%3A1"})
  void passesWhereTopicsAre(String path) {
    assertThat(server.get(SUBSCRIPTIONS + path).statusCode()).isIn(401, 404);
  }
}
