package bellwether.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.fixtures.ManualScheduler;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration MEETING = Duration.ofSeconds(2);

  private final FakeClusterStore store = new FakeClusterStore();
  private final ManualScheduler time = new ManualScheduler();
  private final Nodes a = node("a", 1);
  private final Nodes b = node("b", 2);

  private Nodes node(String name, long number) {
    return node(name, number, "rule");
  }

  private Nodes node(String name, long number, String rules) {
    UUID life = new UUID(number << 32, 0);
    return new Nodes(store, life, name, rules, time, time, time, time::nanoTime);
  }

  private void startBoth() {
    a.join();
    pass(Duration.ofMillis(10));
    b.join();
    a.start();
    b.start();
    pass(MEETING);
  }

  /** For the scheduler and for the store. */
  private void pass(Duration all) {
    for (long millis = 0; millis < all.toMillis(); millis += 10) {
      store.millis += 10;
      time.advance(Duration.ofMillis(10));
    }
  }

  private static JsonObject json(String name, String value) {
    return Json.createObjectBuilder().add(name, value).build();
  }

  /** A part that notes what it is told. */
  private static final class Noting implements Part {
    final List<String> noted = new ArrayList<>();
    final List<UUID> mourned = new ArrayList<>();

    @Override
    public void meet(boolean isForgotten) {
      noted.add(isForgotten ? "forgotten" : "met");
    }

    @Override
    public void mourn(UUID life) {
      mourned.add(life);
    }
  }

  @Test
  void nodesKnowEachOtherByNameAndByNumber() {
    startBoth();
    assertThat(a.others()).extracting(Member::name).containsExactly("b");
    assertThat(b.others()).extracting(Member::name).containsExactly("a");
    assertThat(b.withNumber(1)).map(Member::name).hasValue("a");
    assertThat(b.withNumber(2)).as("itself").isEmpty();
    assertThat(b.named("b")).containsExactly(b.self());
    assertThat(b.self().number()).isEqualTo(2);
  }

  @Test
  void aNodeThatIsToldToLeaveIsGoneAtTheNextMeeting() {
    startBoth();
    b.close();
    pass(MEETING);
    assertThat(store.meet(a.self(), Nodes.LIFE).others()).isEmpty();
  }

  @Test
  void aNodeWithOtherRulesThanOneThatCameBeforeIsRefused() {
    node("first", 1, "bellwether.retained=a\nx=1").join();
    store.millis++;
    Nodes other = node("second", 2, "bellwether.retained=b\nx=1");
    assertThatThrownBy(other::join)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "node first has bellwether.retained=a, and this one bellwether.retained=b;"
                + " all nodes need the same");
    node("third", 3, "bellwether.retained=a\nx=1").join(); // does not meet the second
  }

  @Test
  void ofTwoNodesWithDifferentRulesThatComeAtOnceOneStays() {
    Nodes one = node("one", 1, "x=1");
    Nodes two = node("two", 2, "x=2");
    one.join();
    assertThatThrownBy(two::join).hasMessageContaining("x=1");
  }

  @Test
  void aNodeAnswersWhatAnotherAsks() {
    startBoth();
    b.handle("greet", asked -> json("answer", "hello " + asked.getString("name")));
    CompletableFuture<JsonObject> answer =
        a.ask(a.others().get(0), "greet", json("name", "a"), PATIENCE);
    assertThat(answer).isNotDone();
    pass(Duration.ofMillis(300));
    assertThat(answer).isCompletedWithValue(json("answer", "hello a"));
  }

  @Test
  void whoeverAsksANodeThatDoesNotAnswerIsToldSoInTime() {
    startBoth();
    Member dead = a.others().get(0);
    Nodes none = node("none", 9);
    none.join(); // never starts
    CompletableFuture<JsonObject> answer = a.ask(none.self(), "greet", json("name", "a"), PATIENCE);
    pass(PATIENCE.minusMillis(100));
    assertThat(answer).isNotDone();
    pass(Duration.ofMillis(200));
    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(NoAnswerException.class);
    assertThat(dead).isNotNull();
  }

  @Test
  void aNodeThatCannotDoWhatItIsAskedSaysSoAtOnce() {
    startBoth();
    b.handle(
        "fail",
        asked -> {
          throw new IllegalStateException("a fault");
        });
    Member other = a.others().get(0);
    CompletableFuture<JsonObject> failed = a.ask(other, "fail", json("x", ""), PATIENCE);
    CompletableFuture<JsonObject> unknown = a.ask(other, "unknown", json("x", ""), PATIENCE);
    pass(Duration.ofMillis(300));
    assertThat(failed).isCompletedExceptionally();
    assertThat(unknown).isCompletedExceptionally();
  }

  @Test
  void aMessageThatMakesNoSenseHarmsNobody() {
    startBoth();
    b.handle("greet", asked -> json("answer", "hello"));
    for (String text : List.of("", "[]", "{}", "{\"call\":1}", "{\"answer\":\"x\"}")) {
      store.send(b.self().life(), text, PATIENCE);
      store.send(a.self().life(), text, PATIENCE);
    }
    CompletableFuture<JsonObject> answer =
        a.ask(a.others().get(0), "greet", json("name", "a"), PATIENCE);
    pass(Duration.ofMillis(400));
    assertThat(answer).isCompleted();
  }

  @Test
  void asksThatNobodyAnswersAreNotHeldWithoutEnd() {
    startBoth();
    Nodes none = node("none", 9);
    none.join();
    List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      answers.add(a.ask(none.self(), "greet", json("x", ""), PATIENCE));
    }
    assertThat(answers).filteredOn(CompletableFuture::isDone).hasSize(100);
  }

  @Test
  void whileTheStoreIsAwayNothingIsForgottenAndThenAllGoesOn() {
    startBoth();
    store.isAway = true;
    CompletableFuture<JsonObject> asked =
        a.ask(a.others().get(0), "greet", json("x", ""), PATIENCE);
    pass(MEETING);
    assertThat(asked).isCompletedExceptionally();
    assertThat(a.others()).hasSize(1);
    store.isAway = false;
    b.handle("greet", any -> json("answer", "hello"));
    CompletableFuture<JsonObject> again =
        a.ask(a.others().get(0), "greet", json("x", ""), PATIENCE);
    pass(Duration.ofMillis(300));
    assertThat(again).isCompleted();
  }

  @Test
  void oneNodeMournsEachThatDiesAndThenItIsForgotten() {
    startBoth();
    Noting ofA = new Noting();
    Noting ofB = new Noting();
    a.add(ofA);
    b.add(ofB);
    Nodes mortal = node("mortal", 7);
    mortal.join(); // and says nothing any more
    pass(Nodes.LIFE.plus(MEETING));
    assertThat(ofA.mourned).as("it may only seem so").isEmpty();
    pass(Nodes.DOUBT.plus(MEETING));
    assertThat(ofA.mourned).containsExactly(mortal.self().life());
    assertThat(ofB.mourned).as("the elder one did it").isEmpty();
    assertThat(a.others()).extracting(Member::name).containsExactly("b");
  }

  @Test
  void afterAnOutageOfTheStoreNobodyIsTakenForDeadBeforeTheyHadTimeToMeet() {
    startBoth();
    Noting ofA = new Noting();
    a.add(ofA);
    Nodes late = node("late", 7); // it meets again a little after the others
    late.join();
    store.isAway = true;
    pass(Nodes.LIFE.plus(MEETING));
    store.isAway = false;
    pass(MEETING.multipliedBy(2));
    store.meet(late.self(), Nodes.LIFE);
    pass(Nodes.LIFE.minus(MEETING));
    assertThat(ofA.mourned).isEmpty();
    pass(Nodes.LIFE.plus(Nodes.DOUBT).plus(MEETING)); // it said nothing more
    assertThat(ofA.mourned).containsExactly(late.self().life());
  }

  @Test
  void whatANodeHadCountsNoMoreWhenTheStoreIsAwayForLong() {
    startBoth();
    SharedAmounts ofA = new SharedAmounts(store, a.self().life(), "streams", Map::of);
    SharedAmounts ofB =
        new SharedAmounts(store, b.self().life(), "streams", () -> Map.of("ada", 5));
    a.add(ofA);
    b.add(ofB);
    pass(MEETING.multipliedBy(2));
    assertThat(ofA.ofOthers("ada")).isEqualTo(5);
    store.isAway = true;
    pass(Nodes.LIFE.plus(MEETING));
    assertThat(ofA.ofOthers("ada")).isZero();
  }

  @Test
  void aPartThatFailsKeepsNoOtherFromSayingAllAgain() {
    Noting part = new Noting();
    List<Boolean> failing = new ArrayList<>();
    a.join();
    a.start();
    a.add(
        forgotten -> {
          failing.add(forgotten);
          if (failing.size() < 4) {
            throw new IllegalStateException("a fault");
          }
        });
    a.add(part);
    pass(MEETING.multipliedBy(2));
    store.crash();
    pass(MEETING.multipliedBy(4));
    assertThat(part.noted).contains("forgotten");
    assertThat(failing.get(3)).as("asked again until it has said all").isTrue();
    assertThat(failing.get(failing.size() - 1)).isFalse();
  }

  @Test
  void aDeadNodeThatCannotBeForgottenIsMournedAgainButNotAtEachMeeting() {
    startBoth();
    Noting ofA = new Noting();
    a.add(ofA);
    node("mortal", 7).join();
    store.isHeld = true;
    pass(Nodes.LIFE.plus(Nodes.DOUBT).plus(MEETING.multipliedBy(10)));
    assertThat(ofA.mourned).hasSize(1);
    store.isHeld = false;
    pass(Duration.ofMinutes(1).plus(Nodes.DOUBT).plus(MEETING));
    assertThat(ofA.mourned).hasSize(2);
    pass(Duration.ofMinutes(1).plus(Nodes.DOUBT).plus(MEETING));
    assertThat(ofA.mourned).as("forgotten").hasSize(2);
  }

  @Test
  void aDeadNodeIsMournedAgainIfThatFailed() {
    startBoth();
    List<UUID> mourned = new ArrayList<>();
    a.add(
        new Part() {
          @Override
          public void meet(boolean isForgotten) {}

          @Override
          public void mourn(UUID life) {
            mourned.add(life);
            if (mourned.size() == 1) {
              throw new IllegalStateException("the log takes nothing");
            }
          }
        });
    node("mortal", 7).join();
    pass(Nodes.LIFE.plus(Nodes.DOUBT).plus(MEETING.multipliedBy(3)));
    assertThat(mourned).hasSize(2);
  }

  @Test
  void aNodeThatTheStoreHasForgottenSaysAllAgain() {
    startBoth();
    Noting part = new Noting();
    a.add(part);
    Map<String, Integer> streams = new HashMap<>(Map.of("ada", 2));
    SharedAmounts amounts = new SharedAmounts(store, a.self().life(), "streams", () -> streams);
    SharedAmounts seenByB = new SharedAmounts(store, b.self().life(), "streams", Map::of);
    a.add(amounts);
    b.add(seenByB);
    pass(MEETING.multipliedBy(2));
    assertThat(part.noted).containsOnly("met");
    assertThat(seenByB.ofOthers("ada")).isEqualTo(2);
    store.crash();
    pass(MEETING.multipliedBy(2));
    assertThat(part.noted).contains("forgotten");
    assertThat(seenByB.ofOthers("ada")).isEqualTo(2);
  }

  @Test
  void amountsOfOtherNodesAreKnownAfterTwoSecondsAndOnlyChangesAreSaid() {
    startBoth();
    Map<String, Integer> streams = new HashMap<>(Map.of("ada", 2, "bob", 1));
    SharedAmounts ofA = new SharedAmounts(store, a.self().life(), "streams", () -> streams);
    SharedAmounts ofB =
        new SharedAmounts(store, b.self().life(), "streams", () -> Map.of("ada", 5));
    a.add(ofA);
    b.add(ofB);
    pass(MEETING.multipliedBy(2));
    assertThat(ofB.ofOthers("ada")).isEqualTo(2);
    assertThat(ofB.ofOthers("bob")).isEqualTo(1);
    assertThat(ofA.ofOthers("ada")).isEqualTo(5);
    assertThat(ofA.ofOthers("bob")).isZero();
    int said = store.holds;
    pass(MEETING.multipliedBy(3));
    assertThat(store.holds).isEqualTo(said);
    streams.remove("ada");
    streams.put("bob", 3);
    pass(MEETING.multipliedBy(2));
    assertThat(ofB.ofOthers("ada")).isZero();
    assertThat(ofB.ofOthers("bob")).isEqualTo(3);
  }

  @Test
  void amountsThatCouldNotBeSaidAreSaidLater() {
    startBoth();
    Map<String, Integer> streams = new HashMap<>(Map.of("ada", 2));
    SharedAmounts ofA = new SharedAmounts(store, a.self().life(), "streams", () -> streams);
    SharedAmounts ofB = new SharedAmounts(store, b.self().life(), "streams", Map::of);
    a.add(ofA);
    b.add(ofB);
    pass(MEETING.multipliedBy(2));
    store.isAway = true;
    streams.remove("ada");
    streams.put("bob", 1);
    pass(MEETING.multipliedBy(2));
    store.isAway = false;
    pass(MEETING.multipliedBy(2));
    assertThat(ofB.ofOthers("ada")).isZero();
    assertThat(ofB.ofOthers("bob")).isEqualTo(1);
  }
}
