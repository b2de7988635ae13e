package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What has to be known of a run to make sense of its figures. */
final class Machine {
  private Machine() {}

  static JsonObject describe(int rounds, int seconds, int warmUp)
      throws IOException, InterruptedException {
    return Json.createObjectBuilder()
        .add("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .add("commit", output("git", "describe", "--always", "--dirty", "--abbrev=12"))
        .add("cores", Runtime.getRuntime().availableProcessors())
        .add("processor", processor())
        .add("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .add("java", System.getProperty("java.vm.name") + " " + Runtime.version())
        .add("rounds", rounds)
        .add("seconds", seconds)
        .add("warmUpSeconds", warmUp)
        .build();
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static String output(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? text.strip() : "unknown";
    } catch (IOException e) {
      return "unknown"; // an unpacked archive has no history, and perhaps there is no git
    }
  }
}
