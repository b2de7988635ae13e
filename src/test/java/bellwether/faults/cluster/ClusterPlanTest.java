package bellwether.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "faults.nodes.seed", "5",
          "faults.nodes.cuts", "100",
          "faults.nodes.kills", "7",
          "faults.nodes.pauses", "2",
          "faults.nodes.restarts", "3",
          "faults.nodes.complete", "4",
          "faults.nodes.lagging", "5",
          "faults.nodes.splits", "6",
          "faults.nodes.partitions", "7",
          "faults.nodes.seconds", "30");

  private final ClusterPlan plan = ClusterPlan.from(SETTINGS::get);

  @Test
  void hasTheSameStepsForTheSameSeedAndOthersForAnother() {
    assertThat(ClusterPlan.from(SETTINGS::get).steps()).isEqualTo(plan.steps());
    ClusterPlan other =
        ClusterPlan.from(name -> name.equals("faults.nodes.seed") ? "6" : SETTINGS.get(name));
    assertThat(other.steps()).hasSameSizeAs(plan.steps()).isNotEqualTo(plan.steps());
  }

  @Test
  void hasAsManyOfEachAsWasAskedFor() {
    assertThat(count(ClusterStep.Kind.CUT)).isEqualTo(100);
    assertThat(count(ClusterStep.Kind.KILL)).isEqualTo(7);
    assertThat(count(ClusterStep.Kind.PAUSE)).isEqualTo(2);
    assertThat(count(ClusterStep.Kind.RESTART)).isEqualTo(3);
    assertThat(count(ClusterStep.Kind.COMPLETE_TAKEOVER)).isEqualTo(4);
    assertThat(count(ClusterStep.Kind.LAGGING_TAKEOVER)).isEqualTo(5);
    assertThat(count(ClusterStep.Kind.TWO_PRIMARIES)).isEqualTo(6);
    assertThat(count(ClusterStep.Kind.REFUSED)).isEqualTo(3);
    assertThat(count(ClusterStep.Kind.UNANSWERED)).isEqualTo(2);
    assertThat(count(ClusterStep.Kind.RESET)).isEqualTo(2);
  }

  @Test
  void waitsAboutAsLongAsWasAskedFor() {
    Duration all =
        plan.steps().stream().map(ClusterStep::pause).reduce(Duration.ZERO, Duration::plus);
    assertThat(all).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
  }

  private long count(ClusterStep.Kind kind) {
    return plan.steps().stream().filter(step -> step.kind() == kind).count();
  }
}
