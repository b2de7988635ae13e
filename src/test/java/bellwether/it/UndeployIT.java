package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.Jcmd;
import bellwether.harness.OpenStream;
import bellwether.harness.SseClientGroup;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Undeployed, the application leaves nothing in the server that another deployment would add to.
 */
@Tag("soak")
class UndeployIT {
  /*
   * Fewer than Tomcat has threads in store. When many end at once it starts more, out of our calls;
   * Tomcat 11 lets them inherit the JDK's record of whose code that was, and with it our class
   * loader, for as long as they live.
   */
  private static final int STREAMS = 5;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
  void theClassLoaderCanBeCollected(Container container) {
    try (Bellwether server = Bellwether.start(container, settings -> settings);
        SseClientGroup group = new SseClientGroup()) {
      useEverything(server, group);
      long pid = server.process().pid();
      String loader =
          container.isJetty()
              ? "org.eclipse.jetty.ee.webapp.WebAppClassLoader"
              : "org.apache.catalina.loader.ParallelWebappClassLoader";
      assertThat(Jcmd.reachable(pid, loader)).isEqualTo(1);

      server.process().undeploy();

      Await.until("no class loader", Bellwether.LIMIT, () -> Jcmd.reachable(pid, loader) == 0);
      // Tomcat looks for threads, JDBC drivers and ThreadLocals, and warns of what it finds.
      assertThat(withoutTheContainersThreads(server.process().log()))
          .doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  /** A thread of Tomcat's own, started while it was in our class loader: on a busy machine. */
  private static String withoutTheContainersThreads(String log) {
    return log.replaceAll(
        "WARNING: The web application \\[\\w*] appears to have started a thread named"
            + " \\[Catalina-utility-",
        "");
  }

  private static void useEverything(Bellwether server, SseClientGroup group) {
    List<OpenStream> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(OpenStream.open(group, server.events("topic", "log/a")).opened());
    }
    String stock = "{\"name\":\"Acme\",\"price\":1,\"quantity\":1}";
    assertThat(server.json("PUT", "api/stocks/ACME", stock).statusCode()).isEqualTo(201);
    assertThat(server.json("POST", "api/notifications", "{\"title\":\"a\"}").statusCode())
        .isEqualTo(201);
    assertThat(server.get("api/notifications").body()).contains("\"title\":\"a\"");
    server.publish("topic", "log/a", "data", "a");
    streams.forEach(OpenStream::next);
    streams.get(0).client().reset();
    assertThat(server.metric("bellwether_streams_opened_total")).isEqualTo(STREAMS);
  }
}
