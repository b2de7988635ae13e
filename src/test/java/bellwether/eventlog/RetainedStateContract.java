package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every log promises about retained state. */
public abstract class RetainedStateContract extends LogContract {
  @Test
  void aStateThatOutlivesOthersHasItsIdWhenItIsTheNewestThatIsWanted() {
    open(16);
    log.append(List.of(withId("mine", STATE)), topic -> true);
    log.append(List.of(withId("mine", STATE).privately()), topic -> true);
    appendMany();
    assertThat(log.find("mine")).isEqualTo(new Lookup.Found(2));
    assertThat(log.find("mine", on(STATE, LogContract::isPublic))).isEqualTo(new Lookup.Found(1));
  }

  @Test
  void aStateOutlivesTheEventsAroundItUntilItIsReplaced() {
    open(16);
    LogEntry old = log.append(List.of(state("a", "old state")), topic -> true).get(0);
    appendMany();
    assertThat(state()).containsExactly("old state");
    assertThat(read(0))
        .as("in its place, before what is lost")
        .isEqualTo(new Batch(log.readRetained(0, 1, entry -> true, 1).entries(), lost() - 1));
    List<LogEntry> kept = allAfterLosses();
    assertThat(kept.get(0).publication()).isEqualTo(old.publication());
    assertThat(kept.get(0).position()).isEqualTo(1);
    assertThat(kept).hasSize((int) (log.newest() - log.oldest() + 2));
    assertThat(log.find("a")).as("by its name").isEqualTo(new Lookup.Found(1));
    assertThat(log.append(List.of(state("a", "x")), topic -> true).get(0).position()).isEqualTo(1);

    log.append(List.of(state("b", "new state")), topic -> true);
    assertThat(state()).containsExactly("new state");
    assertThat(log.find("a")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPrivateStateReplacesNoPublicOne() {
    open(16);
    log.append(List.of(Publication.of(STATE, "public")), topic -> true);
    log.append(List.of(Publication.of(STATE, "private").privately()), topic -> true);
    append("between");
    log.append(List.of(Publication.of(STATE, "newer private").privately()), topic -> true);
    assertThat(state()).containsExactly("public", "newer private");
    assertThat(all().get(0).isSupersededAt(log.newest())).isFalse();

    appendMany();
    assertThat(state()).as("outliving").containsExactly("public", "newer private");
    assertThat(Entries.data(allAfterLosses())).startsWith("public", "newer private");
  }

  @Test
  void aPublicStateReplacesAllOlderOnes() {
    open(16);
    log.append(List.of(Publication.of(STATE, "public")), topic -> true);
    log.append(List.of(Publication.of(STATE, "private").privately()), topic -> true);
    log.append(List.of(stateFor("ada", "of ada")), topic -> true);
    appendMany();
    log.append(List.of(Publication.of(STATE, "newer")), topic -> true);
    assertThat(state()).containsExactly("newer");
    assertThat(log.find("a")).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void aPrivateStateReplacesThoseOfTheSameReadersOnly() {
    open(16);
    log.append(List.of(stateFor("ada", "of ada")), topic -> true);
    log.append(List.of(stateFor("bob", "of bob")), topic -> true);
    log.append(List.of(stateFor("ada", "newer of ada")), topic -> true);
    assertThat(state()).containsExactly("of bob", "newer of ada");
    appendMany();
    log.append(List.of(stateFor("bob", "newer of bob")), topic -> true);
    assertThat(state()).containsExactly("newer of ada", "newer of bob");
  }

  @Test
  void whoGoesOnWhereALossLeadsDoesNotMeetItAgain() {
    open(16);
    log.append(List.of(state("a", "old state")), topic -> true);
    appendMany();
    assertThat(read(lost() - 1)).isEqualTo(new Evicted(lost(), lost()));
    assertThat(read(lost())).isInstanceOf(Batch.class);

    long event = log.newest();
    for (int i = 0; i < MANY; i++) { // the newest that is lost lies before states that are not
      log.append(Publication.of(new Topic("state/" + i), "state"), true);
    }
    assertThat(lost()).isEqualTo(event);
    Evicted evicted = (Evicted) read(lost() - 1);
    assertThat(evicted.resumeAfter()).isEqualTo(event);
    assertThat(read(evicted.resumeAfter())).isInstanceOf(Batch.class);
  }

  @Test
  void aReadThatEndsBeforeALossDoesNotMeetIt() {
    open(16);
    LogEntry old = log.append(List.of(state("a", "old state")), topic -> true).get(0);
    appendMany();
    assertThat(log.readSlowly(Place.at(0), 1, entry -> true, 10))
        .isEqualTo(new Batch(List.of(old), 1));
    assertThat(log.readSlowly(Place.at(1), lost() - 1, entry -> true, 10))
        .isEqualTo(new Batch(List.of(), lost() - 1));
  }

  @Test
  void theGoingOfAReplacedStateIsNoLoss() {
    open(16);
    for (int i = 0; i < MANY; i++) {
      log.append(Publication.of(STATE, "state " + i), true);
    }
    assertThat(log.lostThrough()).isZero();
    assertThat(log.oldest()).isGreaterThan(1);
    assertThat(dataAfter(0)).endsWith("state 99");
  }

  @Test
  void anEntryKnowsFromWhichHeadOnItIsReplaced() {
    open(16);
    log.append(Publication.of(STATE, "old"), true);
    append("between");
    log.append(Publication.of(STATE, "new"), true);
    LogEntry old = ((Batch) log.readSlowly(Place.at(0), 2, entry -> true, 10)).entries().get(0);
    assertThat(old.isSupersededAt(2)).isFalse();
    assertThat(old.isSupersededAt(3)).isTrue();
  }

  private List<LogEntry> allAfterLosses() {
    return Entries.behind(log, new Place(0, log.lostThrough()));
  }

  private static Publication stateFor(String user, String data) {
    List<Topic> topics = List.of(STATE, new Topic("users/" + user));
    return new Publication(topics, true, null, null, null, data, null);
  }

  private static Publication state(String id, String data) {
    return new Publication(List.of(STATE), false, id, null, null, data, "key of " + id);
  }
}
