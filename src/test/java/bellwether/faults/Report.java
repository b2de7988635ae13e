package bellwether.faults;

import bellwether.harness.proxy.Fault;
import bellwether.harness.proxy.TcpProxy;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The figures of a run. */
record Report(
    Plan plan,
    Duration time,
    long acknowledged,
    long retries,
    long repeats,
    Duration longestPublish,
    long deliveries,
    long reconnections,
    Map<Integer, Long> statuses,
    Map<Fault, Long> faults,
    Map<Step.Kind, Integer> steps,
    List<Duration> starts,
    long complaints,
    long struckSyncs,
    long largeAcknowledged,
    long largeRefused,
    Findings findings) {

  static Report of(
      Plan plan,
      Duration time,
      TcpProxy proxy,
      MortalServer server,
      Readers<Journal> readers,
      List<Publisher> publishers,
      Storm storm,
      Injection injection,
      Ballast ballast,
      Ledger ledger,
      Findings findings) {
    return new Report(
        plan,
        time,
        ledger.total(),
        publishers.stream().mapToLong(Publisher::retries).sum(),
        publishers.stream().mapToLong(Publisher::repeats).sum(),
        publishers.stream().map(Publisher::longest).max(Duration::compareTo).orElseThrow(),
        readers.journals().stream().mapToLong(Journal::deliveries).sum(),
        readers.journals().stream().mapToLong(Journal::reconnections).sum(),
        readers.statuses(),
        proxy.counts(),
        storm.done(),
        server.startTimes(),
        server.complaints().size(),
        injection.struckSyncs(),
        ballast.acknowledged(),
        ballast.refused(),
        findings);
  }

  private long cuts() {
    return faults.entrySet().stream()
        .filter(fault -> fault.getKey().isCut())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private int done(Step.Kind kind) {
    return steps.getOrDefault(kind, 0);
  }

  private Duration medianStart() {
    return starts.stream().sorted().toList().get(starts.size() / 2);
  }

  JsonObject json() {
    return Json.createObjectBuilder()
        .add("seed", plan.seed())
        .add("readers", plan.readers() + done(Step.Kind.NEWCOMER))
        .add("seconds", time.toSeconds())
        .add("acknowledged", acknowledged)
        .add("publishRetries", retries)
        .add("publishRepeats", repeats)
        .add("longestPublishMillis", longestPublish.toMillis())
        .add("deliveries", deliveries)
        .add("reconnections", reconnections)
        .add("statuses", byStatus())
        .add("cuts", cuts())
        .add("faults", counts(faults))
        .add("kills", done(Step.Kind.KILL))
        .add("restarts", done(Step.Kind.RESTART))
        .add("fullDisks", done(Step.Kind.FULL_DISK))
        .add("failingSyncs", done(Step.Kind.FAILING_SYNCS))
        .add("slowSyncs", done(Step.Kind.SLOW_SYNCS))
        .add("struckSyncs", struckSyncs)
        .add("clockJumps", done(Step.Kind.CLOCK_JUMP))
        .add("secondProcesses", 2L * done(Step.Kind.SECOND_PROCESS))
        .add("fullHeaps", done(Step.Kind.FULL_HEAP))
        .add("largeAcknowledged", largeAcknowledged)
        .add("largeRefused", largeRefused)
        .add("medianStartMillis", medianStart().toMillis())
        .add("warningsOfTheServer", complaints)
        .add("wrong", wrong())
        .add("findings", messages())
        .build();
  }

  private static JsonObject counts(Map<Fault, Long> counts) {
    JsonObjectBuilder json = Json.createObjectBuilder();
    counts.forEach((fault, count) -> json.add(lower(fault), count));
    return json.build();
  }

  private JsonObject byStatus() {
    JsonObjectBuilder json = Json.createObjectBuilder();
    new TreeMap<>(statuses).forEach((status, count) -> json.add(status.toString(), count));
    return json.build();
  }

  private JsonObject wrong() {
    JsonObjectBuilder json = Json.createObjectBuilder();
    for (Wrong what : Wrong.OF_ONE_NODE) {
      json.add(lower(what), findings.count(what));
    }
    return json.build();
  }

  private JsonArrayBuilder messages() {
    return Json.createArrayBuilder(findings.messages());
  }

  private static String lower(Enum<?> name) {
    return name.name().toLowerCase(Locale.ROOT);
  }

  /** In Markdown. */
  String table() {
    StringBuilder table = new StringBuilder("| what | how many |\n|---|---|\n");
    row(table, "seed", plan.seed());
    row(table, "readers", plan.readers() + done(Step.Kind.NEWCOMER));
    row(table, "seconds", time.toSeconds());
    row(table, "events acknowledged", acknowledged);
    row(table, "events delivered", deliveries);
    row(table, "connections cut", cuts());
    faults.forEach((fault, count) -> row(table, "… " + lower(fault), count));
    row(table, "`kill -9`", done(Step.Kind.KILL));
    row(table, "orderly restarts", done(Step.Kind.RESTART));
    row(table, "full disks", done(Step.Kind.FULL_DISK));
    row(
        table,
        "times of failing and of slow syncs",
        done(Step.Kind.FAILING_SYNCS) + done(Step.Kind.SLOW_SYNCS));
    row(table, "… syncs that failed or were slow", struckSyncs);
    row(table, "jumps of the clock", done(Step.Kind.CLOCK_JUMP));
    row(table, "second processes on the same data", 2L * done(Step.Kind.SECOND_PROCESS));
    row(table, "heaps filled", done(Step.Kind.FULL_HEAP));
    row(table, "… large events acknowledged meanwhile", largeAcknowledged);
    row(table, "… refused, or not answered", largeRefused);
    row(table, "readers that came back", reconnections);
    new TreeMap<>(statuses)
        .forEach((status, count) -> row(table, "… answers with status " + status, count));
    row(table, "publish requests tried again", retries);
    row(table, "publish requests repeated on purpose", repeats);
    for (Wrong what : Wrong.OF_ONE_NODE) {
      row(table, "**" + lower(what).replace('_', ' ') + "**", findings.count(what));
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String name, long count) {
    table.append("| %s | %,d |%n".formatted(name, count));
  }
}
