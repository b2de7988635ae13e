package bellwether.faults;

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
 * How much of everything there is in a run. The seed decides what happens, to whom and in which
 * order; what it meets there is up to the machine.
 *
 * @param readers that are there from the beginning
 * @param newcomers readers that come while things break
 * @param cuts how many connections are cut, at least
 * @param kills how often the server is killed
 * @param restarts how often it is told to stop
 * @param fullDisks how often the disk is full
 * @param syncs how often syncs fail for a time, and how often they are slow
 * @param clockJumps how often the server's clock is set ahead or back
 * @param intruders how often another process tries to open the same data
 * @param heaps how often the server runs out of heap
 * @param rate events a second that are published, roughly, while the server is there
 * @param calm how long nothing happens, in all: each step waits for its share
 */
record Plan(
    long seed,
    int readers,
    int newcomers,
    int publishers,
    int cuts,
    int kills,
    int restarts,
    int fullDisks,
    int syncs,
    int clockJumps,
    int intruders,
    int heaps,
    double rate,
    Duration calm) {

  /** Of the strikes on readers, how many only slow them down: one in so many. */
  private static final int ONE_IN = 5;

  /** One strike on a publisher for so many on readers; there are few publishers. */
  private static final int READERS_FOR_A_PUBLISHER = 8;

  private static final Fault[] CUTS = {
    Fault.RESET, Fault.END, Fault.HALF_CLOSE, Fault.TORN, Fault.TORN
  };
  private static final Fault[] OTHERS = {
    Fault.HALF_CLOSE_UP, Fault.STALL, Fault.DELAY, Fault.TRICKLE
  };
  private static final Fault[] ON_PUBLISHERS = {
    Fault.RESET, Fault.END, Fault.TORN, Fault.TORN, Fault.TORN_REQUEST, Fault.STALL
  };

  /** Reads it from settings such as {@code faults.kills}; what is not set is small. */
  static Plan from(UnaryOperator<@Nullable String> settings) {
    long seed = number(settings, "seed", System.nanoTime() % 1_000_000);
    int readers = (int) number(settings, "clients", 200);
    return new Plan(
        seed,
        readers,
        (int) number(settings, "newcomers", readers / 10),
        (int) number(settings, "publishers", 4),
        (int) number(settings, "cuts", 500),
        (int) number(settings, "kills", 4),
        (int) number(settings, "restarts", 1),
        (int) number(settings, "diskfills", 0),
        (int) number(settings, "syncs", 1),
        (int) number(settings, "clockjumps", 2),
        (int) number(settings, "intruders", 1),
        (int) number(settings, "heaps", 1),
        number(settings, "rate", 60),
        Duration.ofSeconds(number(settings, "seconds", 20)));
  }

  private static long number(UnaryOperator<@Nullable String> settings, String name, long usual) {
    String text = settings.apply("faults." + name);
    return text == null || text.isEmpty() ? usual : Long.parseLong(text);
  }

  /** All that happens, in order; the same for the same plan. */
  List<Step> steps() {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < cuts; i++) {
      steps.add(strikeOnReader(random, CUTS));
      if (i % ONE_IN == 0) {
        steps.add(strikeOnReader(random, OTHERS));
      }
      if (i % READERS_FOR_A_PUBLISHER == 0) {
        steps.add(strike(random, Step.Kind.PUBLISHER, publishers, ON_PUBLISHERS));
      }
    }
    add(steps, newcomers, Step.Kind.NEWCOMER);
    add(steps, kills, Step.Kind.KILL);
    add(steps, restarts, Step.Kind.RESTART);
    add(steps, fullDisks, Step.Kind.FULL_DISK);
    add(steps, syncs, Step.Kind.FAILING_SYNCS);
    add(steps, syncs, Step.Kind.SLOW_SYNCS);
    for (int i = 0; i < clockJumps; i++) { // up to an hour, this way or that
      int millis = random.nextInt(7_200_000) - 3_600_000;
      steps.add(new Step(Duration.ZERO, Step.Kind.CLOCK_JUMP, 0, new Strike(Fault.RESET, millis)));
    }
    add(steps, intruders, Step.Kind.SECOND_PROCESS);
    add(steps, heaps, Step.Kind.FULL_HEAP);
    Collections.shuffle(steps, random);
    return steps.stream().map(step -> paused(step, random, steps.size())).toList();
  }

  /** One more cut, for those that met nothing. */
  Step strikeOnReader(Random random) {
    return paused(strikeOnReader(random, CUTS), random, cuts);
  }

  private Step strikeOnReader(Random random, Fault[] faults) {
    return strike(random, Step.Kind.READER, readers + newcomers, faults);
  }

  private static Step strike(Random random, Step.Kind kind, int targets, Fault[] faults) {
    Fault fault = faults[random.nextInt(faults.length)];
    int amount =
        switch (fault) {
          case RESET, END, HALF_CLOSE, HALF_CLOSE_UP -> 0;
          case TORN -> random.nextInt(kind == Step.Kind.PUBLISHER ? 250 : 3_000);
          case TORN_REQUEST -> random.nextInt(2_000);
          case STALL -> 100 + random.nextInt(2_500);
          case DELAY, TRICKLE -> 500 + random.nextInt(4_500);
        };
    return new Step(Duration.ZERO, kind, random.nextInt(targets), new Strike(fault, amount));
  }

  private static void add(List<Step> steps, int count, Step.Kind kind) {
    Step step = new Step(Duration.ZERO, kind, 0, new Strike(Fault.RESET, 0));
    steps.addAll(Collections.nCopies(count, step));
  }

  /** Pauses as between independent events: often nearly none, now and then a long one. */
  private Step paused(Step step, Random random, int steps) {
    double share = -Math.log(1 - random.nextDouble());
    Duration pause = Duration.ofNanos((long) (share * calm.toNanos() / steps));
    return new Step(pause, step.kind(), step.target(), step.strike());
  }
}
