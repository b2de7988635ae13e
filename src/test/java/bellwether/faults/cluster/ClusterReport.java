package bellwether.faults.cluster;

import bellwether.faults.Findings;
import bellwether.faults.Wrong;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of a run of many nodes.
 *
 * @param acknowledgements also those of requests that were repeated
 * @param kept events that the log has in the end
 * @param lost acknowledgements of events that a lagging standby did not have when it took over
 * @param polls that were answered
 * @param stalePolls those that lacked what had been acknowledged before they began
 */
record ClusterReport(
    ClusterPlan plan,
    Duration time,
    long acknowledgements,
    long kept,
    long lost,
    long retries,
    Duration longestPublish,
    long deliveries,
    long reconnections,
    Map<Integer, Long> statuses,
    long polls,
    long unansweredPolls,
    long stalePolls,
    Map<ClusterStep.Kind, Integer> steps,
    Judge.Verdict verdict,
    Findings findings) {

  private int done(ClusterStep.Kind kind) {
    return steps.getOrDefault(kind, 0);
  }

  /** In Markdown. */
  String table() {
    StringBuilder table = new StringBuilder("| what | how many |\n|---|---|\n");
    row(table, "seed", plan.seed());
    row(table, "readers", plan.readers());
    row(table, "seconds", time.toSeconds());
    row(table, "events acknowledged, repeats included", acknowledgements);
    row(table, "events in the log in the end", kept);
    row(table, "events delivered", deliveries);
    row(table, "connections cut", done(ClusterStep.Kind.CUT));
    row(table, "nodes killed", done(ClusterStep.Kind.KILL));
    row(table, "pauses of the node with the feeds", done(ClusterStep.Kind.PAUSE));
    row(table, "primaries killed and started again", done(ClusterStep.Kind.RESTART));
    row(table, "take-overs of the synchronous standby", done(ClusterStep.Kind.COMPLETE_TAKEOVER));
    row(table, "take-overs of a lagging standby", done(ClusterStep.Kind.LAGGING_TAKEOVER));
    row(table, "two primaries at once", done(ClusterStep.Kind.TWO_PRIMARIES));
    row(table, "partitions: refused", done(ClusterStep.Kind.REFUSED));
    row(table, "partitions: unanswered", done(ClusterStep.Kind.UNANSWERED));
    row(table, "partitions: reset", done(ClusterStep.Kind.RESET));
    row(table, "acknowledged events that lagging standbys lacked", lost);
    row(table, "… delivered before that", verdict.lostAfterDelivery);
    row(table, "gaps of readers that had got such events", verdict.neededGaps);
    row(table, "gaps of others on nodes that had read such events", verdict.otherGaps);
    row(table, "kept events that a gap passed over", verdict.passedOver);
    row(table, "readers that came back", reconnections);
    new TreeMap<>(statuses)
        .forEach((status, count) -> row(table, "… answers with status " + status, count));
    row(table, "publish requests tried again", retries);
    row(table, "longest publishing, in ms", longestPublish.toMillis());
    row(table, "polls after an acknowledgement elsewhere", polls);
    row(table, "… not answered", unansweredPolls);
    row(table, "… that lacked it", stalePolls);
    for (Wrong what : Wrong.values()) {
      if (what != Wrong.SHARED) {
        String name = what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        row(table, "**" + name + "**", findings.count(what));
      }
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String name, long count) {
    table.append("| %s | %,d |%n".formatted(name, count));
  }
}
