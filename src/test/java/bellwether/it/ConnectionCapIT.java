package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.EventRecorder;
import bellwether.harness.ServerProcess;
import bellwether.harness.SseClient;
import bellwether.harness.SseClientGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What deployment.md says of Tomcat's {@code maxConnections}: clients beyond it wait in line. */
@Tag("soak")
class ConnectionCapIT {
  private static final int CAP = 50;
  private static final int WAITING = 10;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"JETTY_12_1", "OWN"})
  void clientsBeyondTheCapWaitUntilOthersLeave(Container container) {
    try (Bellwether server = Bellwether.start(container, ConnectionCapIT::settings);
        SseClientGroup group = new SseClientGroup()) {
      List<EventRecorder> recorders = new ArrayList<>();
      List<SseClient> clients = new ArrayList<>();
      for (int i = 0; i < CAP + WAITING; i++) {
        EventRecorder recorder = new EventRecorder();
        recorders.add(recorder);
        clients.add(group.open(server.events("topic", "clock"), Map.of(), recorder));
      }
      Await.until(CAP + " streams", Bellwether.LIMIT, () -> opened(recorders) == CAP);

      // The clock, which ticks for those who are in, shows that this is no matter of moments.
      EventRecorder first = recorders.get(0);
      Await.until("some ticks", Bellwether.LIMIT, () -> first.events().size() > 10);
      assertThat(opened(recorders)).isEqualTo(CAP);
      assertThat(clients).noneMatch(SseClient::hasEnded);

      List<Integer> served =
          IntStream.range(0, clients.size()).filter(i -> isOpen(recorders.get(i))).boxed().toList();
      served.subList(0, WAITING).forEach(i -> clients.get(i).close());
      Await.until("those who waited", Bellwether.LIMIT, () -> opened(recorders) == CAP + WAITING);
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .setting("bellwether.clock.interval", "100ms")
        .setting("bellwether.heartbeat", "1s")
        .connector("maxConnections", Integer.toString(CAP))
        .connector("maxKeepAliveRequests", "1"); // else the test's own requests hold a place
  }

  private static long opened(List<EventRecorder> recorders) {
    return recorders.stream().filter(ConnectionCapIT::isOpen).count();
  }

  private static boolean isOpen(EventRecorder recorder) {
    return !recorder.events().isEmpty();
  }
}
