package bellwether.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "faults.seed", "5",
          "faults.clients", "20",
          "faults.cuts", "100",
          "faults.kills", "7",
          "faults.restarts", "2",
          "faults.syncs", "3",
          "faults.clockjumps", "4",
          "faults.heaps", "5",
          "faults.seconds", "30");

  private final Plan plan = Plan.from(SETTINGS::get);

  @Test
  void hasTheSameStepsForTheSameSeedAndOthersForAnother() {
    assertThat(Plan.from(SETTINGS::get).steps()).isEqualTo(plan.steps());
    Plan other = Plan.from(name -> name.equals("faults.seed") ? "6" : SETTINGS.get(name));
    assertThat(other.steps()).hasSameSizeAs(plan.steps()).isNotEqualTo(plan.steps());
  }

  @Test
  void hasAsManyOfEachAsWasAskedFor() {
    assertThat(count(Step.Kind.KILL)).isEqualTo(7);
    assertThat(count(Step.Kind.RESTART)).isEqualTo(2);
    assertThat(count(Step.Kind.NEWCOMER)).isEqualTo(2);
    assertThat(count(Step.Kind.FULL_DISK)).isZero();
    assertThat(count(Step.Kind.FAILING_SYNCS)).isEqualTo(3);
    assertThat(count(Step.Kind.SLOW_SYNCS)).isEqualTo(3);
    assertThat(count(Step.Kind.CLOCK_JUMP)).isEqualTo(4);
    assertThat(count(Step.Kind.SECOND_PROCESS)).isEqualTo(1);
    assertThat(count(Step.Kind.FULL_HEAP)).isEqualTo(5);
    assertThat(count(Step.Kind.PUBLISHER)).isPositive();
    assertThat(plan.steps())
        .filteredOn(step -> step.kind() == Step.Kind.READER && step.strike().fault().isCut())
        .hasSize(100);
  }

  @Test
  void takesAboutAsLongAsWasAskedFor() {
    Duration all = plan.steps().stream().map(Step::pause).reduce(Duration.ZERO, Duration::plus);
    assertThat(all).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
  }

  @Test
  void hasEveryKindOfReaderAmongAHundred() {
    Map<ReaderKind, Long> counts =
        IntStream.range(300, 400)
            .mapToObj(ReaderKind::of)
            .collect(Collectors.groupingBy(kind -> kind, Collectors.counting()));
    assertThat(counts).hasSize(ReaderKind.values().length).containsEntry(ReaderKind.ONE, 35L);
  }

  private long count(Step.Kind kind) {
    return plan.steps().stream().filter(step -> step.kind() == kind).count();
  }
}
