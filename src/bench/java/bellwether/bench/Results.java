package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * The lines of a run.
 *
 * @param run the first: about the run
 * @param lines one for each measurement
 */
record Results(JsonObject run, List<JsonObject> lines) {

  static Results read(Path file) throws IOException {
    List<JsonObject> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      try (JsonReader reader = Json.createReader(new StringReader(line))) {
        all.add(reader.readObject());
      }
    }
    return new Results(all.get(0), List.copyOf(all.subList(1, all.size())));
  }

  List<JsonObject> of(Scenario scenario, Peer peer) {
    return lines.stream()
        .filter(line -> line.getString("scenario").equals(scenario.label()))
        .filter(line -> line.getString("peer").equals(peer.label()))
        .toList();
  }

  /** Over the rounds; empty where nothing of the kind was measured. */
  OptionalDouble median(Scenario scenario, Peer peer, String field) {
    return median(
        of(scenario, peer).stream()
            .filter(line -> line.containsKey(field))
            .mapToDouble(line -> number(line, field)));
  }

  OptionalDouble sum(Scenario scenario, Peer peer, String field) {
    double[] values =
        of(scenario, peer).stream()
            .filter(line -> line.containsKey(field))
            .mapToDouble(line -> number(line, field))
            .toArray();
    return values.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(DoubleStream.of(values).sum());
  }

  /**
   * The median of each round's ratio to the scenario's base in that round: what shifts over a run,
   * as a machine shared with others does, falls out of it.
   */
  OptionalDouble ratioToBase(Scenario scenario, Peer peer, String field) {
    List<JsonObject> bases = of(scenario.baseScenario(), scenario.base());
    return median(
        of(scenario, peer).stream()
            .filter(line -> line.containsKey(field))
            .flatMapToDouble(
                line ->
                    bases.stream()
                        .filter(base -> base.getInt("round") == line.getInt("round"))
                        .filter(base -> base.containsKey(field))
                        .mapToDouble(base -> number(line, field) / number(base, field))));
  }

  static OptionalDouble median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }

  private static double number(JsonObject line, String field) {
    return line.getJsonNumber(field).doubleValue();
  }
}
