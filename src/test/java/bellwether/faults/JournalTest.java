package bellwether.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.proxy.Fault;
import bellwether.harness.proxy.Strike;
import bellwether.harness.ResponseDecoder;
import bellwether.wire.MessageEvent;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The checker sees what is wrong, and nothing in what is right. */
class JournalTest {
  private static final String EPOCH = "bw1-";

  private final Topics topics = new Topics(2);
  private final Topic log = topics.all(Topic.Kind.LOG).get(0);
  private final Topic otherLog = topics.all(Topic.Kind.LOG).get(1);
  private final Topic state = topics.all(Topic.Kind.STATE).get(0);
  private final Topic named = topics.all(Topic.Kind.NAMED).get(0);
  private final Findings findings = new Findings();
  private final Ledger ledger = new Ledger(topics, findings);

  @Test
  void findsNothingWrongWithWhatWasPromised() {
    publish(log, 4);
    publish(state, 3);
    Journal journal = journal(true, log, state);
    journal.connects("");
    journal.answered();
    cursor(journal, 0);
    come(journal, state, 1, 3); // 2 was left out, as it may be
    come(journal, log, 1, 2);
    journal.connects(EPOCH + positionOf(log, 2));
    come(journal, log, 3, 4);
    cursor(journal, positionOf(log, 4));
    journal.close();

    assertThat(findings.messages()).isEmpty();
    assertThat(journal.hasCaughtUp()).isTrue();
    assertThat(journal.deliveries()).isEqualTo(6);
  }

  @Test
  void seesAnEventThatIsLost() {
    publish(log, 3);
    Journal journal = opened(log);
    come(journal, log, 1, 3);
    journal.close();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesThatTheLastEventsAreLost() {
    publish(log, 3);
    Journal journal = opened(log);
    come(journal, log, 1);
    assertThat(journal.hasCaughtUp()).isFalse();
    journal.close();
    assertOnly(Wrong.LOST, 2);
  }

  @Test
  void seesThatTheFirstEventsAreLost() {
    publish(log, 3);
    Journal journal = opened(log);
    come(journal, log, 3);
    journal.close();
    assertOnly(Wrong.LOST, 2);
  }

  @Test
  void seesThatAllEventsOfATopicAreLost() {
    publish(log, 1);
    publish(otherLog, 3);
    Journal journal = opened(log, otherLog);
    come(journal, log, 1);
    journal.close();
    assertOnly(Wrong.LOST, 3);
  }

  @Test
  void seesThatTheLatestStateIsLost() {
    publish(state, 3);
    Journal journal = opened(state);
    come(journal, state, 1, 2);
    journal.close();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesAStreamThatNeverOpened() {
    journal(true, log).close();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesAnEventThatIsDoubled() {
    publish(named, 2); // their ids say nothing of their place
    Journal journal = opened(named);
    come(journal, named, 1, 1, 2);
    journal.close();
    assertOnly(Wrong.DOUBLED, 1);
  }

  @Test
  void seesAStateThatIsDoubled() {
    publish(state, 2);
    Journal journal = opened(state);
    come(journal, state, 1, 2, 2);
    journal.close();
    assertThat(findings.count(Wrong.DOUBLED)).isEqualTo(1);
  }

  @Test
  void seesEventsOutOfOrder() {
    publish(named, 3);
    Journal journal = opened(named);
    come(journal, named, 1, 3, 2);
    journal.close();
    assertOnly(Wrong.MISORDERED, 1);
  }

  @Test
  void seesAnOldStateAfterANewerOne() {
    publish(state, 3);
    Journal journal = opened(state);
    come(journal, state, 1, 3, 2);
    journal.close();
    assertThat(findings.count(Wrong.MISORDERED)).isEqualTo(1);
  }

  @Test
  void seesANeedlessGap() {
    publish(log, 2);
    Journal journal = opened(log);
    come(journal, log, 1);
    journal.event(new MessageEvent("gap", "{}", EPOCH + positionOf(log, 1)));
    come(journal, log, 2);
    journal.close();
    assertOnly(Wrong.NEEDLESS_GAP, 1);
  }

  @Test
  void seesAnIdGoingBackwards() {
    publish(log, 1);
    Journal journal = opened(log);
    come(journal, log, 1);
    cursor(journal, positionOf(log, 1) - 1);
    journal.close();
    assertOnly(Wrong.ID_WENT_BACK, 1);
  }

  @Test
  void seesTwoEventsAtOnePlace() {
    publish(log, 1);
    Journal journal = opened(log);
    cursor(journal, positionOf(log, 1)); // says that all up to there has come
    come(journal, log, 1);
    journal.close();
    assertOnly(Wrong.ID_WENT_BACK, 1);
  }

  @Test
  void seesOneEventUnderTwoIds() {
    publish(log, 1);
    Journal journal = opened(log);
    journal.event(new MessageEvent("message", new NumberedEvent(log, 1).data(), EPOCH + 77));
    journal.close();
    assertOnly(Wrong.TWO_IDS, 1);
  }

  @Test
  void seesDamagedData() {
    publish(log, 1);
    Journal journal = opened(log);
    String data = new NumberedEvent(log, 1).data();
    journal.event(new MessageEvent("message", data + "x", EPOCH + positionOf(log, 1)));
    come(journal, log, 1);
    journal.close();
    assertOnly(Wrong.DAMAGED, 1);
  }

  @Test
  void seesWhatWasNotAskedFor() {
    publish(otherLog, 1);
    Journal journal = opened(log);
    come(journal, otherLog, 1);
    journal.close();
    assertOnly(Wrong.UNASKED, 1);
  }

  @Test
  void knowsWhatALateReaderMustGet() {
    publish(log, 5);
    Journal missesOne = journal(false, log);
    cursor(missesOne, positionOf(log, 2));
    come(missesOne, log, 4, 5);
    missesOne.close();
    assertOnly(Wrong.LOST, 1);

    Journal hasAll = journal(false, log);
    cursor(hasAll, positionOf(log, 3));
    come(hasAll, log, 4, 5);
    hasAll.close();
    Journal cameAfterAll = journal(false, log);
    cursor(cameAfterAll, positionOf(log, 5));
    assertThat(cameAfterAll.hasCaughtUp()).isTrue();
    cameAfterAll.close();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void beginsAfterTheIdThatAReaderResumesFromIfItsOpeningWasCut() {
    publish(state, 2);
    publish(log, 2);
    Journal journal = journal(false, state, log);
    come(journal, state, 2); // the state that a stream opens with
    journal.connects(EPOCH + positionOf(state, 2));
    come(journal, log, 2);
    journal.close();
    assertOnly(Wrong.LOST, 1);
  }

  @Test
  void seesARefusalAndTellsWhoGaveItAndWhatWasGoingOn() throws ProtocolException {
    AtomicLong now = new AtomicLong();
    Chronicle chronicle = new Chronicle(now::get);
    chronicle.note("server 7 is told to stop");
    chronicle.struck(new Strike(Fault.END, 0));
    now.addAndGet(Duration.ofMillis(1_812).toNanos());
    ResponseDecoder answer = new ResponseDecoder(bytes -> {});
    byte[] head = "HTTP/1.1 404 \r\nServer: x\r\nContent-Length: 5\r\n\r\n".getBytes(US_ASCII);
    answer.decode(ByteBuffer.wrap(head));
    Refusal refusal = new Refusal(answer, chronicle.lately());
    refusal.body("gone!".getBytes(US_ASCII));
    chronicle.note("something later");

    opened(log).refused(refusal.toString());

    assertOnly(Wrong.REFUSED, 1);
    assertThat(findings.messages().get(0))
        .contains(
            "status 404 {server=[x], content-length=[5]} \"gone!\", when 1,812 ms ago server 7 is"
                + " told to stop; 1,812 ms ago Strike[fault=END, amount=0]")
        .doesNotContain("later");
  }

  @Test
  void takesNoNoteOfWhatTheServerPublishesItself() {
    Journal journal = opened(log);
    journal.event(new MessageEvent("message", "2026-11-21T06:26:27Z", EPOCH + 1));
    journal.close();
    assertThat(findings.messages()).isEmpty();
    assertThat(journal.deliveries()).isZero();
  }

  private void assertOnly(Wrong what, long count) {
    assertThat(findings.counts()).as("%s", findings.messages()).isEqualTo(Map.of(what, count));
  }

  private Journal opened(Topic... wanted) {
    Journal journal = journal(true, wanted);
    cursor(journal, 0);
    return journal;
  }

  private Journal journal(boolean isFromTheBeginning, Topic... wanted) {
    List<Topic> all = List.of(wanted);
    return new Journal("test", isFromTheBeginning, all::contains, topics, ledger, findings);
  }

  private void publish(Topic topic, int count) {
    for (int number = 1; number <= count; number++) {
      ledger.acknowledged(new NumberedEvent(topic, number), idOf(topic, number));
    }
  }

  private static void cursor(Journal journal, int position) {
    journal.event(new MessageEvent("cursor", "{}", EPOCH + position));
  }

  private static void come(Journal journal, Topic topic, int... numbers) {
    for (int number : numbers) {
      String data = new NumberedEvent(topic, number).data();
      journal.event(new MessageEvent("message", data, idOf(topic, number)));
    }
  }

  private static String idOf(Topic topic, int number) {
    return topic.kind() == Topic.Kind.NAMED
        ? topic.ownId(number)
        : EPOCH + positionOf(topic, number);
  }

  /** As if each topic's events were published one topic after the other, in the topics' order. */
  private static int positionOf(Topic topic, int number) {
    int rank = topic.kind() == Topic.Kind.STATE ? 1 : 2 + topic.place();
    return rank * 100 + number;
  }
}
