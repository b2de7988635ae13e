package bellwether.bench;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class ResultsTest {
  private final Results results =
      new Results(
          JsonValue.EMPTY_JSON_OBJECT,
          List.of(
              line(Peer.FLOOR, 1, 2),
              line(Peer.NCHAN, 1, 3),
              line(Peer.FLOOR, 2, 20),
              line(Peer.NCHAN, 2, 60),
              line(Peer.FLOOR, 3, 4),
              line(Peer.NCHAN, 3, 8)));

  @Test
  void takesTheMedianOfTheRounds() {
    assertThat(results.median(Scenario.THOUSAND, Peer.NCHAN, "x")).hasValue(8);
    assertThat(results.median(Scenario.THOUSAND, Peer.BELLWETHER, "x")).isEmpty();
    assertThat(Results.median(DoubleStream.of(4, 1, 3, 2))).hasValue(2.5);
  }

  @Test
  void comparesWithTheFloorOfTheSameRound() {
    assertThat(results.ratioToBase(Scenario.THOUSAND, Peer.NCHAN, "x")).hasValue(2);
  }

  @Test
  void comparesWithAnotherServerWhereTheFloorHasNothingToDo() {
    Results resumed =
        new Results(
            JsonValue.EMPTY_JSON_OBJECT,
            List.of(
                line(Scenario.RESUME, Peer.NCHAN, 1, 4),
                line(Scenario.RESUME, Peer.BELLWETHER, 1, 2)));
    assertThat(resumed.ratioToBase(Scenario.RESUME, Peer.BELLWETHER, "x")).hasValue(0.5);
  }

  @Test
  void hasSomethingToCompareWithInEachScenario() {
    assertThat(Scenario.values())
        .allSatisfy(scenario -> assertThat(scenario.base().can(scenario.baseScenario())).isTrue());
  }

  private static JsonObject line(Peer peer, int round, double value) {
    return line(Scenario.THOUSAND, peer, round, value);
  }

  private static JsonObject line(Scenario scenario, Peer peer, int round, double value) {
    return Json.createObjectBuilder()
        .add("scenario", scenario.label())
        .add("peer", peer.label())
        .add("round", round)
        .add("x", value)
        .build();
  }
}
