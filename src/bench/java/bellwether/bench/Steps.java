package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.runner.options.CommandLineOptionException;

/** What single steps cost: runs the JMH benchmarks, and makes a table of what they found. */
final class Steps {
  private final Path file;

  /**
   * @param results of the comparison; ours are kept beside them
   */
  Steps(Path results) {
    this.file = results.resolveSibling("jmh.json");
  }

  /** Runs them with JMH's own options, if any. */
  void run(List<String> options) throws IOException, CommandLineOptionException {
    Files.createDirectories(file.getParent());
    List<String> all = new ArrayList<>(List.of("-rf", "json", "-rff", file.toString()));
    all.addAll(options);
    org.openjdk.jmh.Main.main(all.toArray(String[]::new));
  }

  /**
   * The table, empty if they were not run. JMH takes time by the clock, so its mean has in it what
   * else ran; the fastest iteration has the least of that.
   */
  String markdown() throws IOException {
    if (!Files.exists(file)) {
      return "";
    }
    StringBuilder table =
        new StringBuilder(
            "\n### Single steps\n\n| | | ns, fastest | median |\n|---|---|---:|---:|\n");
    try (JsonReader reader = Json.createReader(Files.newBufferedReader(file))) {
      for (JsonObject line : reader.readArray().getValuesAs(JsonObject.class)) {
        table.append(row(line));
      }
    }
    return table.toString();
  }

  private static String row(JsonObject line) {
    String name = line.getString("benchmark");
    String method = name.substring(name.lastIndexOf('.') + 1);
    JsonObject parameters =
        line.containsKey("params") ? line.getJsonObject("params") : JsonValue.EMPTY_JSON_OBJECT;
    double[] iterations =
        line
            .getJsonObject("primaryMetric")
            .getJsonArray("rawData")
            .getValuesAs(JsonArray.class)
            .stream()
            .flatMap(fork -> fork.getValuesAs(JsonNumber.class).stream())
            .mapToDouble(JsonNumber::doubleValue)
            .toArray();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,.0f | %,.0f |\n",
        method,
        parameters.keySet().stream()
            .map(key -> key + " `" + parameters.getString(key) + "`")
            .collect(Collectors.joining(", ")),
        DoubleStream.of(iterations).min().orElseThrow(),
        Results.median(DoubleStream.of(iterations)).orElseThrow());
  }
}
