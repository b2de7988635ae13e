package bellwether.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.Postgres;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import bellwether.wire.MessageEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator moves a server's log to PostgreSQL and back, and no client notices. */
@Tag("soak")
@Timeout(240)
class MoveLogIT {
  private static final String PASSWORD = "of-the-mover";

  private final String database = "move_" + UUID.randomUUID().toString().replace("-", "");

  @TempDir private Path directory;

  @Test
  void clientsGoOnWhereTheyWereThereAndBack() throws Exception {
    Postgres.execute("CREATE DATABASE " + database);
    Path data = directory.resolve("data");
    String log = data.resolve("log").toString();
    String url = Postgres.url().replaceFirst("/postgres\\?.*", "/" + database);

    List<String> ids = new ArrayList<>();
    String once;
    try (Bellwether server = files(data)) {
      for (int i = 0; i < 10; i++) {
        ids.add(server.publish("topic", "news", "data", "n" + i));
      }
      server.publish("topic", "state/x", "data", "kept");
      server.publish("topic", "news", "data", "mine", "id", "my-id");
      once = publishOnce(server);
      assertThat(move(log, "--to", url)).isOne();
      assertThat(errors()).contains("is in use by another process").doesNotContain("\tat ");
    }

    assertThat(move(log, "--to", url)).as(errors()).isZero();
    assertThat(output()).matches("(?s)moved \\d+ entries and 0 older states, up to bw\\S+\n");
    assertThat(output() + errors()).doesNotContain(PASSWORD);
    assertThat(move(log, "--to", url)).isOne();
    assertThat(errors()).contains("has entries already");
    String between;
    try (Bellwether first = postgres(url);
        Bellwether second = postgres(url)) {
      for (Bellwether node : List.of(first, second)) {
        assertKept(node, ids, once);
      }
      between = second.publish("topic", "news", "data", "n10");
      first.publish("topic", "news", "data", "n11");
      assertThat(resumed(first, ids.get(8))).containsExactly("n9", "mine", "once", "n10", "n11");
    }

    Path back = directory.resolve("back");
    assertThat(move(back.resolve("log").toString(), "--from", url)).as(errors()).isZero();
    assertThat(output()).contains("moved ", "no entry ever had positions", "\nwhole: ");
    try (Bellwether server = files(back)) {
      assertKept(server, ids, once);
      assertThat(resumed(server, between)).containsExactly("n11");
      server.publish("topic", "news", "data", "n12");
      assertThat(resumed(server, ids.get(9)))
          .as("no gap where positions were skipped")
          .containsExactly("mine", "once", "n10", "n11", "n12");
    }
  }

  private static void assertKept(Bellwether server, List<String> ids, String once) {
    assertThat(resumed(server, ids.get(0)).subList(0, 11))
        .containsExactly("n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "mine", "once");
    assertThat(resumed(server, "my-id").get(0)).isEqualTo("once");
    assertThat(publishOnce(server)).isEqualTo(once);
    try (OpenStream state = server.stream("topic", "state/x")) {
      assertThat(state.nextData(1)).containsExactly("kept");
    }
  }

  private static String publishOnce(Bellwether server) {
    String form = Bellwether.form("topic", "news", "data", "once");
    return server.postForm(form, "Idempotency-Key", "k").body();
  }

  /** What follows an id, if there is no gap. */
  private static List<String> resumed(Bellwether server, String id) {
    String end = server.publish("topic", "end", "data", "end");
    List<String> data = new ArrayList<>();
    try (OpenStream stream = server.stream("topic", "news", "topic", "end", "lastEventId", id)) {
      while (true) {
        MessageEvent event = stream.next();
        assertThat(event.type()).isEqualTo("message");
        if (event.lastEventId().equals(end)) {
          return data;
        }
        if (!event.data().equals("end")) { // of an earlier look
          data.add(event.data());
        }
      }
    }
  }

  private static Bellwether files(Path data) {
    return Bellwether.start(
        Container.OWN, builder -> settings(builder).setting("bellwether.data", data.toString()));
  }

  private static Bellwether postgres(String url) {
    return Bellwether.start(
        Container.OWN,
        builder ->
            settings(builder)
                .setting("bellwether.log", "postgres")
                .setting("bellwether.database.url", url)
                .setting("bellwether.database.user", "postgres"));
  }

  private static ServerProcess.Builder settings(ServerProcess.Builder builder) {
    return builder.setting("bellwether.retained", "state/{name}");
  }

  /** Returns what the tool ended with. */
  private int move(String log, String option, String url) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dbellwether.database.user=postgres",
                "-jar",
                ServerProcess.war().toString(),
                "log",
                "move",
                log,
                option,
                url)
            .redirectOutput(directory.resolve("output").toFile())
            .redirectError(directory.resolve("errors").toFile());
    builder.environment().put("BELLWETHER_DATABASE_PASSWORD", PASSWORD);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String output() throws Exception {
    return Files.readString(directory.resolve("output"), UTF_8);
  }

  private String errors() throws Exception {
    return Files.readString(directory.resolve("errors"), UTF_8);
  }
}
