package bellwether.bench;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The figures of a run as tables in Markdown. */
final class Report {
  private static final String CPU = "cpuMicrosPerDelivery";

  /** Where a column's figures come from. */
  private enum Kind {
    MEDIAN,
    SUM,
    RATIO
  }

  private record Column(String title, String field, double unit, int digits, Kind kind) {
    static Column median(String title, String field, double unit, int digits) {
      return new Column(title, field, unit, digits, Kind.MEDIAN);
    }

    static Column sum(String title, String field) {
      return new Column(title, field, 1, 0, Kind.SUM);
    }

    static Column ratio(String field) {
      return new Column("to the floor", field, 1, 2, Kind.RATIO);
    }

    String cell(Results results, Scenario scenario, Peer peer) {
      OptionalDouble value =
          switch (kind) {
            case MEDIAN -> results.median(scenario, peer, field);
            case SUM -> results.sum(scenario, peer, field);
            case RATIO -> results.ratioToFloor(scenario, peer, field);
          };
      return value.isEmpty()
          ? ""
          : String.format(Locale.ROOT, "%,." + digits + "f", value.getAsDouble() / unit);
    }
  }

  private static final List<Column> COST =
      List.of(Column.median("CPU µs per delivery", CPU, 1, 2), Column.ratio(CPU));
  private static final List<Column> ACCOUNT =
      List.of(Column.sum("lost", "lost"), Column.sum("double", "doubles"));

  private final Results results;

  Report(Results results) {
    this.results = results;
  }

  String markdown() {
    return Stream.of(Scenario.values())
        .map(this::table)
        .filter(table -> !table.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private String table(Scenario scenario) {
    List<Peer> peers =
        Stream.of(Peer.values()).filter(peer -> !results.of(scenario, peer).isEmpty()).toList();
    if (peers.isEmpty()) {
      return "";
    }
    List<Column> columns = columns(scenario);
    StringBuilder table = new StringBuilder("### `" + scenario.label() + "`: ");
    table.append(scenario.description()).append("\n\n| |");
    columns.forEach(column -> table.append(' ').append(column.title()).append(" |"));
    table.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    for (Peer peer : peers) {
      table.append("| ").append(peer.title()).append(" |");
      for (Column column : columns) {
        table.append(' ').append(column.cell(results, scenario, peer)).append(" |");
      }
      table.append('\n');
    }
    peers.forEach(peer -> table.append(failures(scenario, peer)));
    return table.toString();
  }

  private String failures(Scenario scenario, Peer peer) {
    List<JsonObject> failed =
        results.of(scenario, peer).stream().filter(line -> line.containsKey("failed")).toList();
    return failed.isEmpty()
        ? ""
        : "\n%s failed in %d of %d rounds: %s\n"
            .formatted(
                peer.title(),
                failed.size(),
                results.of(scenario, peer).size(),
                failed.get(0).getString("failed"));
  }

  private static List<Column> columns(Scenario scenario) {
    return switch (scenario) {
      case OPENING ->
          List.of(
              Column.median("CPU µs per stream, cold", "cpuMicrosPerOpening", 1, 0),
              Column.median("warm", "cpuMicrosPerOpeningWarm", 1, 0),
              Column.ratio("cpuMicrosPerOpeningWarm"));
      case IDLE ->
          List.of(
              Column.median("KiB per stream", "bytesPerStream", 1024, 1),
              Column.median("of it in the heap", "heapBytesPerStream", 1024, 1));
      case STALLED ->
          Stream.of(
                  List.of(
                      Column.median("p99 without, ms", "without.p99Millis", 1, 2),
                      Column.median("p99 with it", "p99Millis", 1, 2),
                      Column.median("longest without", "without.maxMillis", 1, 1),
                      Column.median("longest with it", "maxMillis", 1, 1)),
                  COST,
                  ACCOUNT)
              .flatMap(List::stream)
              .toList();
      default ->
          Stream.of(
                  COST,
                  List.of(
                      Column.median("deliveries/s", "deliveriesPerSecond", 1, 0),
                      Column.median("p50, ms", "p50Millis", 1, 2),
                      Column.median("p99", "p99Millis", 1, 2),
                      Column.median("p99.9", "p999Millis", 1, 2)),
                  ACCOUNT)
              .flatMap(List::stream)
              .toList();
    };
  }
}
