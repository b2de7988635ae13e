package bellwether.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.faults.Findings;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import bellwether.faults.cluster.KeptLog.Lost;
import bellwether.wire.MessageEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The checker sees what is wrong, and nothing in what is right. The log: numbers 1 to 3 at their
 * positions; 4 and 5 were lost by a lagging standby; 6 and 7 came after it.
 */
class JudgeTest {
  private static final long NEXT = 1_000; // where the second epoch begins

  private final Topics topics = new Topics(1);
  private final Topic log = topics.all(Topic.Kind.LOG).get(0);
  private final Topic otherLog = topics.all(Topic.Kind.LOG).get(1);
  private final Topic state = topics.all(Topic.Kind.STATE).get(0);
  private final Topic named = topics.all(Topic.Kind.NAMED).get(0);
  private final Findings findings = new Findings();
  private final Judge.Verdict verdict = new Judge.Verdict();
  private final KeptLog kept = kept(true);
  private final Trail trail =
      new Trail("test", topic -> topic.kind() != Topic.Kind.SECRET, topics, findings);

  private KeptLog kept(boolean isByLagging) {
    KeptLog made = new KeptLog(List.of(new Lost(33, NEXT - 1, isByLagging)), topics, findings);
    for (int number : List.of(1, 2, 3)) {
      made.add(10L * number, new NumberedEvent(log, number));
      made.add(10L * number + 1, new NumberedEvent(state, number));
      made.add(10L * number + 2, new NumberedEvent(named, number));
    }
    for (int number : List.of(6, 7)) {
      made.add(NEXT + number, new NumberedEvent(log, number));
    }
    return made;
  }

  @Test
  void findsNothingWrongWithWhatIsKeptAndNothingElse() {
    cursor(0);
    come(1, 2, 3, 6, 7);
    judge();
    assertThat(findings.messages()).isEmpty();
    assertThat(verdict.neededGaps).isZero();
  }

  @Test
  void findsNothingWrongWithALossThatIsTold() {
    cursor(0);
    come(1, 2, 3, 4, 5);
    gap(NEXT - 1, 35);
    come(6, 7);
    judge();
    assertThat(findings.messages()).isEmpty();
    assertThat(verdict.lostAfterDelivery).isEqualTo(2);
    assertThat(verdict.neededGaps).isEqualTo(1);
  }

  @Test
  void findsNothingWrongWithALossThatIsToldToOneWhoComesBack() {
    cursor(0);
    come(1, 2, 3, 4);
    trail.connects(id(34));
    gap(-1, 34);
    state(3);
    cursor(NEXT + 6);
    come(7);
    judge();
    assertThat(findings.messages()).isEmpty();
    assertThat(verdict.passedOver).isEqualTo(1);
  }

  @Test
  void seesALossThatIsNotTold() {
    cursor(0);
    come(1, 2, 3, 4, 6, 7);
    judge();
    assertOnly(Wrong.UNTOLD, 1);
  }

  @Test
  void seesALossThatIsNotToldToTheEnd() {
    KeptLog ending = new KeptLog(List.of(new Lost(0, NEXT, true)), topics, findings);
    cursor(0);
    come(4);
    new Judge(trail, ending, topics, findings, verdict).judge();
    assertOnly(Wrong.UNTOLD, 1);
  }

  @Test
  void seesALossUnderAPublishersIdThatIsNotTold() {
    cursor(0);
    come(1, 2, 3);
    event(named, 4, named.ownId(4));
    come(6, 7);
    judge();
    assertOnly(Wrong.UNTOLD, 1);
  }

  @Test
  void seesAnEventThatIsLost() {
    cursor(0);
    come(1, 2, 3, 7);
    judge();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesThatTheLastEventsAreLost() {
    cursor(0);
    come(1, 2, 3);
    judge();
    assertOnly(Wrong.LOST, 2);
  }

  @Test
  void seesThatTheLatestStateIsLost() {
    cursor(0);
    event(log, 1, id(10));
    event(state, 1, id(11));
    gap(NEXT + 7, 11); // it excuses logs, but not the state that is there now
    judge();
    assertThat(findings.count(Wrong.LOST)).isEqualTo(1);
  }

  @Test
  void seesAStreamThatNeverOpened() {
    judge();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesAnEventThatIsDoubled() {
    cursor(0);
    come(1, 2, 3, 6, 7, 7);
    judge();
    assertThat(findings.counts()).isEqualTo(Map.of(Wrong.DOUBLED, 1L, Wrong.ID_WENT_BACK, 1L));
  }

  @Test
  void seesAnEventThatIsDoubledUnderAPublishersId() {
    cursor(0);
    come(1, 2, 3);
    event(named, 3, named.ownId(3));
    come(6, 7);
    judge();
    assertOnly(Wrong.DOUBLED, 1);
  }

  @Test
  void seesEventsOutOfOrder() {
    cursor(0);
    come(1, 2, 3, 7, 6);
    judge();
    assertThat(findings.counts()).isEqualTo(Map.of(Wrong.MISORDERED, 1L, Wrong.ID_WENT_BACK, 1L));
  }

  @Test
  void seesAnOldStateOpenAStream() {
    cursor(0);
    come(1, 2, 3);
    state(2);
    come(6, 7);
    judge();
    assertThat(findings.count(Wrong.MISORDERED)).isEqualTo(1);
  }

  @Test
  void seesAGapWhereNothingWasLost() {
    cursor(0);
    come(1, 2);
    gap(22, 22);
    come(3, 6, 7);
    judge();
    assertOnly(Wrong.NEEDLESS_GAP, 1);
  }

  @Test
  void seesAGapWhereTheServerThatTookOverHadAll() {
    cursor(0);
    come(1, 2, 3);
    gap(NEXT - 1, 32);
    come(6, 7);
    new Judge(trail, kept(false), topics, findings, verdict).judge();
    assertOnly(Wrong.NEEDLESS_GAP, 1);
  }

  @Test
  void seesThatAnIdIsUnknownAlthoughItsEventIsKept() {
    cursor(0);
    come(1, 2, 3);
    gap(-1, 32);
    state(3);
    cursor(33);
    come(6, 7);
    judge();
    assertOnly(Wrong.NEEDLESS_GAP, 1);
  }

  @Test
  void seesAGapThatIsToldAgain() {
    cursor(0);
    come(1, 2, 3, 4, 5);
    gap(NEXT - 1, 35);
    gap(NEXT - 1, 35);
    come(6, 7);
    judge();
    assertOnly(Wrong.NEEDLESS_GAP, 1);
  }

  @Test
  void seesAnIdThatIsGivenTwice() {
    cursor(0);
    come(1, 2, 3, 6);
    event(otherLog, 9, id(NEXT + 7));
    judge();
    assertThat(findings.count(Wrong.TWO_IDS)).isEqualTo(1);
  }

  @Test
  void findsNothingWrongWithAStateThatIsSentAgainBeforeTheGap() {
    cursor(0);
    come(1, 2, 3);
    event(state, 5, id(35));
    event(state, 3, id(35)); // without an id of its own
    gap(NEXT - 1, 35);
    come(6, 7);
    judge();
    assertThat(findings.messages()).isEmpty();
    assertThat(verdict.neededGaps).isEqualTo(1);
  }

  @Test
  void seesAStateThatIsSentAgainWithoutALoss() {
    cursor(0);
    come(1, 2, 3);
    event(state, 2, named.ownId(3)); // likewise
    come(6, 7);
    judge();
    assertOnly(Wrong.MISORDERED, 1);
  }

  /** Its publisher had no answer. The reader is sent both, since the first was lost. */
  @Test
  void findsNothingWrongWithAnEventThatWasLostAndRepeatedUnderItsName() {
    kept.add(NEXT + 8, new NumberedEvent(named, 8));
    cursor(0);
    come(1, 2, 3, 4);
    event(named, 8, named.ownId(8));
    come(5);
    gap(NEXT - 1, 35);
    come(6, 7);
    event(named, 8, named.ownId(8));
    judge();
    assertThat(findings.messages()).isEmpty();
  }

  @Test
  void seesAnEventThatWasNeverThere() {
    cursor(0);
    event(log, 9, id(15));
    come(2, 3, 6, 7);
    judge();
    assertThat(findings.count(Wrong.DAMAGED)).isEqualTo(1);
  }

  @Test
  void seesAPlaceGoingBack() {
    cursor(0);
    come(1, 2, 3);
    cursor(20);
    come(6, 7);
    judge();
    assertOnly(Wrong.ID_WENT_BACK, 1);
  }

  @Test
  void seesWhatWasNotAskedFor() {
    cursor(0);
    come(1, 2, 3, 6, 7);
    event(topics.all(Topic.Kind.SECRET).get(0), 1, id(NEXT + 8));
    judge();
    assertOnly(Wrong.UNASKED, 1);
  }

  private void judge() {
    new Judge(trail, kept, topics, findings, verdict).judge();
  }

  private void assertOnly(Wrong what, long count) {
    assertThat(findings.counts()).as("%s", findings.messages()).isEqualTo(Map.of(what, count));
  }

  private static String id(long position) {
    return "bw1-" + position;
  }

  private void cursor(long position) {
    trail.event(new MessageEvent("cursor", "{}", id(position)));
  }

  /**
   * @param position -1 for one whose id was unknown
   */
  private void gap(long position, long requested) {
    String data =
        "{\"requested\":\"%s\",\"reason\":\"%s\"}"
            .formatted(id(requested), position < 0 ? "unknown" : "evicted");
    trail.event(new MessageEvent("gap", data, position < 0 ? "" : id(position)));
  }

  private void state(int number) {
    event(state, number, "");
  }

  /** Events of the log, and in the first epoch with each a state and one with another id. */
  private void come(int... numbers) {
    for (int number : numbers) {
      if (number <= 3) {
        event(log, number, id(10L * number));
        event(state, number, id(10L * number + 1));
        event(named, number, named.ownId(number));
      } else {
        event(log, number, id(number <= 5 ? 30 + number : NEXT + number));
      }
    }
  }

  private void event(Topic topic, int number, String id) {
    trail.event(new MessageEvent("message", new NumberedEvent(topic, number).data(), id));
  }
}
