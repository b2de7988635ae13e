package bellwether.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients that come back with ids that an earlier version took and gave out: none is refused, which
 * would end an {@code EventSource} for good, and each goes on where it was.
 */
@Tag("soak")
@ParameterizedClass
@EnumSource
class OldIdsIT {
  private static final Path OLD = Path.of("src/test/resources/eventlog/written-by-967d6af/closed");

  /** In the order in which they stand there. */
  private static final List<String> IDS =
      List.of(
          "order-1",
          "日本-1",
          "k\fz",
          " lead",
          "trail ",
          "é",
          "tab\tin",
          "\u0001",
          "\u007f",
          "urn:uuid:5f0c1e0e-0000-4000-8000-000000000001",
          "id-[\"https://example.net/a\"]",
          "\uD83D\uDC11");

  private final Container container;
  @TempDir private Path data;

  OldIdsIT(Container container) {
    this.container = container;
  }

  @Test
  void whoeverHasAnOldIdGoesOnAfterItAndNobodyIsRefused() throws IOException {
    copyOldLog();
    try (Bellwether server =
        Bellwether.start(
            container,
            builder ->
                builder
                    .setting("bellwether.data", data.toString())
                    .setting("bellwether.clock.interval", "1h"))) {
      goesOnByParameter(server);
      for (String id : List.of("日本-1", "é", "\uD83D\uDC11")) {
        assertThat(headerFor(server, id, UTF_8)).startsWith("bw");
      }
      assertThat(headerFor(server, "é", ISO_8859_1)).startsWith("bw");
      assertThat(headerFor(server, "order-1", UTF_8)).isEqualTo("order-1");
      for (String never : List.of("\u00ff\u00fe", "x\u00e9y", "\u00c3", "a\u0080b")) {
        assertThat(headerFor(server, never, ISO_8859_1)).isEqualTo("earliest");
      }
    }
  }

  private static void goesOnByParameter(Bellwether server) {
    for (int i = 0; i < IDS.size() - 1; i++) {
      String id = IDS.get(i);
      try (OpenStream stream = server.stream("topic", "strange", "lastEventId", id)) {
        boolean isPlain = id.chars().allMatch(c -> c >= ' ' && c <= '~') && id.equals(id.strip());
        if (isPlain) {
          assertThat(stream.header("last-event-id")).isEqualTo(id);
        } else {
          assertThat(stream.header("last-event-id")).startsWith("bw");
        }
        assertThat(stream.next().data()).isEqualTo("data of " + IDS.get(i + 1));
      }
    }
  }

  /** What the response says that the stream goes on after. */
  private static String headerFor(Bellwether server, String id, Charset charset) {
    String request =
        "GET /events?topic=strange HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: "
            + id
            + "\r\n\r\n";
    RawAnswer answer = RawAnswer.to(server, request.getBytes(charset));
    assertThat(answer.status()).as(id).isEqualTo(200);
    return answer.header("last-event-id");
  }

  private void copyOldLog() throws IOException {
    Path log = Files.createDirectories(data.resolve("log"));
    try (Stream<Path> files = Files.list(OLD)) {
      for (Path file : files.toList()) {
        Files.copy(file, log.resolve(file.getFileName()));
      }
    }
  }
}
