package bellwether.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever breaks, each reader gets each event once and in order, and is not told of a gap. The
 * system properties {@code faults.…} say how much breaks; {@code -Pfaults} breaks a lot.
 */
@Tag("soak")
class FaultsIT {
  private static final Path RESULTS = Path.of("target", "faults");

  @Test
  void everyReaderGetsEveryEventOnceAndInOrderWhateverBreaks() throws IOException {
    Plan plan = Plan.from(System::getProperty);
    System.out.println("Faults as in -Dfaults.seed=" + plan.seed() + ": " + plan);
    String disk = System.getProperty("faults.disk", "");
    Report report =
        new FaultRun(plan, serverSettings(), disk.isEmpty() ? null : Path.of(disk)).run();

    Files.createDirectories(RESULTS);
    Files.writeString(RESULTS.resolve("report.json"), report.json() + "\n");
    Files.writeString(RESULTS.resolve("report.md"), report.table());
    System.out.println(report.table());
    assertThat(report.findings().counts())
        .as("seed %d:%n%s", plan.seed(), String.join("\n", report.findings().messages()))
        .isEmpty();
  }

  /** From {@code -Dfaults.server="bellwether.log=memory bellwether.retry=1s"}. */
  private static Map<String, String> serverSettings() {
    Map<String, String> settings = new TreeMap<>();
    for (String setting : System.getProperty("faults.server", "").split(" ", -1)) {
      int equals = setting.indexOf('=');
      if (equals > 0) {
        settings.put(setting.substring(0, equals), setting.substring(equals + 1));
      }
    }
    return settings;
  }
}
