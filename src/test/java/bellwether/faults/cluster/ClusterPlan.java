package bellwether.faults.cluster;

import bellwether.harness.proxy.Fault;
import bellwether.harness.proxy.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How much of everything there is in a run of many nodes. The seed decides what happens, to whom
 * and in which order; what it meets there is up to the machine.
 *
 * @param cuts how many connections of readers and publishers are struck
 * @param kills how often a node is killed
 * @param pauses how often the node that has the feeds is paused
 * @param restarts how often the database's primary is killed and started again
 * @param complete how often the standby takes over that has all that was acknowledged
 * @param lagging how often the one takes over that has not
 * @param splits how often there are two primaries for a while
 * @param partitions how often nodes are cut off from the database
 * @param rate events a second that are published, roughly
 * @param calm how long nothing happens, in all: each step waits for its share
 */
record ClusterPlan(
    long seed,
    int readers,
    int publishers,
    int cuts,
    int kills,
    int pauses,
    int restarts,
    int complete,
    int lagging,
    int splits,
    int partitions,
    double rate,
    Duration calm) {
  private static final Fault[] CUTS = {Fault.RESET, Fault.END, Fault.TORN, Fault.TORN_REQUEST};
  private static final int MAX_TORN = 2_000; // bytes

  /** Reads it from settings such as {@code faults.nodes.kills}; what is not set is small. */
  static ClusterPlan from(UnaryOperator<@Nullable String> settings) {
    return new ClusterPlan(
        number(settings, "seed", System.nanoTime() % 1_000_000),
        (int) number(settings, "clients", 100),
        (int) number(settings, "publishers", 4),
        (int) number(settings, "cuts", 60),
        (int) number(settings, "kills", 3),
        (int) number(settings, "pauses", 1),
        (int) number(settings, "restarts", 2),
        (int) number(settings, "complete", 1),
        (int) number(settings, "lagging", 1),
        (int) number(settings, "splits", 1),
        (int) number(settings, "partitions", 3),
        number(settings, "rate", 60),
        Duration.ofSeconds(number(settings, "seconds", 10)));
  }

  private static long number(UnaryOperator<@Nullable String> settings, String name, long usual) {
    String text = settings.apply("faults.nodes." + name);
    return text == null || text.isEmpty() ? usual : Long.parseLong(text);
  }

  /** All that happens, in order; the same for the same plan. */
  List<ClusterStep> steps() {
    Random random = new Random(seed);
    List<ClusterStep> steps = new ArrayList<>();
    add(steps, cuts, ClusterStep.Kind.CUT, random);
    add(steps, kills, ClusterStep.Kind.KILL, random);
    add(steps, pauses, ClusterStep.Kind.PAUSE, random);
    add(steps, restarts, ClusterStep.Kind.RESTART, random);
    add(steps, complete, ClusterStep.Kind.COMPLETE_TAKEOVER, random);
    add(steps, lagging, ClusterStep.Kind.LAGGING_TAKEOVER, random);
    add(steps, splits, ClusterStep.Kind.TWO_PRIMARIES, random);
    for (int i = 0; i < partitions; i++) { // each way in turn
      ClusterStep.Kind[] ways = ClusterStep.Kind.PARTITIONS;
      add(steps, 1, ways[i % ways.length], random);
    }
    Collections.shuffle(steps, random);
    return steps;
  }

  private void add(List<ClusterStep> steps, int count, ClusterStep.Kind kind, Random random) {
    for (int i = 0; i < count; i++) {
      // Pauses as between independent events: often nearly none, now and then a long one.
      double share = -Math.log(1 - random.nextDouble());
      Duration pause = Duration.ofNanos((long) (share * calm.toNanos() / all()));
      Fault fault = CUTS[random.nextInt(CUTS.length)];
      boolean isTorn = fault == Fault.TORN || fault == Fault.TORN_REQUEST;
      Strike strike = new Strike(fault, isTorn ? random.nextInt(MAX_TORN) : 0);
      steps.add(new ClusterStep(pause, kind, random.nextInt(Integer.MAX_VALUE), strike));
    }
  }

  private int all() {
    return cuts + kills + pauses + restarts + complete + lagging + splits + partitions;
  }
}
