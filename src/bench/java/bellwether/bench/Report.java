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
  private static final String TO_FLOOR = "to the floor";

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

    /** To the scenario's base. */
    static Column ratio(String title, String field) {
      return new Column(title, field, 1, 2, Kind.RATIO);
    }

    String cell(Results results, Scenario scenario, Peer peer) {
      OptionalDouble value =
          switch (kind) {
            case MEDIAN -> results.median(scenario, peer, field);
            case SUM -> results.sum(scenario, peer, field);
            case RATIO -> results.ratioToBase(scenario, peer, field);
          };
      return value.isEmpty()
          ? ""
          : String.format(Locale.ROOT, "%,." + digits + "f", value.getAsDouble() / unit);
    }
  }

  private static final Column COST = Column.median("CPU µs per delivery", CPU, 1, 2);
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
              Column.ratio(TO_FLOOR, "cpuMicrosPerOpeningWarm"));
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
                  List.of(COST, Column.ratio(TO_FLOOR, CPU)),
                  ACCOUNT)
              .flatMap(List::stream)
              .toList();
      case STRANGERS ->
          Stream.of("quiet", "bodies", "heads", "polls", "patterns")
              .flatMap(Report::beside)
              .toList();
      case RESUME, RESUME_TOPICS ->
          Stream.of(
                  List.of(
                      Column.median("s until all are through", "seconds", 1, 1),
                      Column.ratio("to nchan", "seconds"),
                      Column.median("CPU ms per client", "cpuMicrosPerClient", 1000, 2),
                      Column.median("CPU µs per event", CPU, 1, 2),
                      Column.ratio("to nchan", CPU)),
                  ACCOUNT)
              .flatMap(List::stream)
              .toList();
      case PUBLISH ->
          Stream.of(Stream.of(1, 16, 64).flatMap(Report::publishers).toList(), ACCOUNT)
              .flatMap(List::stream)
              .toList();
      case DURABLE -> durable();
      case THOUSAND_TLS, THOUSAND_H2 -> deliveries("to nchan");
      default -> deliveries(TO_FLOOR);
    };
  }

  private static List<Column> deliveries(String ratio) {
    return Stream.of(
            List.of(
                COST,
                Column.ratio(ratio, CPU),
                Column.median("deliveries/s", "deliveriesPerSecond", 1, 0),
                Column.median("p50, ms", "p50Millis", 1, 2),
                Column.median("p99", "p99Millis", 1, 2),
                Column.median("p99.9", "p999Millis", 1, 2)),
            ACCOUNT)
        .flatMap(List::stream)
        .toList();
  }

  private static Stream<Column> publishers(int count) {
    String prefix = count + ".";
    return Stream.of(
        Column.median(count + ": publishes/s", prefix + "eventsPerSecond", 1, 0),
        Column.median("CPU µs", prefix + "cpuMicrosPerEvent", 1, 1),
        Column.ratio(TO_FLOOR, prefix + "cpuMicrosPerEvent"),
        Column.median("p50, ms", prefix + "p50Millis", 1, 2),
        Column.median("p99", prefix + "p99Millis", 1, 2));
  }

  private static Stream<Column> beside(String kind) {
    return Stream.of(
        Column.median(kind + ": readers' p99, ms", kind + ".p99Millis", 1, 1),
        Column.median("health p99", kind + ".health.p99Millis", 1, 1),
        Column.sum("failed", kind + ".failures"));
  }

  private static List<Column> durable() {
    String batches = "batches.eventsPerSecond";
    return List.of(
        Column.median("1 publisher: events/s", "1.eventsPerSecond", 1, 0),
        Column.median("p99, ms", "1.p99Millis", 1, 2),
        Column.median("16: events/s", "16.eventsPerSecond", 1, 0),
        Column.median("p99", "16.p99Millis", 1, 2),
        Column.median("64: events/s", "64.eventsPerSecond", 1, 0),
        Column.median("p99", "64.p99Millis", 1, 2),
        Column.median("4 with batches of 1,000: events/s", batches, 1, 0),
        Column.median("p99", "batches.p99Millis", 1, 2),
        Column.ratio("to memory", batches),
        Column.median("16, 100 readers: events/s", "read.eventsPerSecond", 1, 0),
        Column.median("p99", "read.p99Millis", 1, 2),
        Column.median("syncs/s of the disk", "disk.syncsPerSecond", 1, 0));
  }
}
