package bellwether.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.faults.Findings;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import bellwether.faults.cluster.KeptLog.Lost;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is acknowledged is in the log, unless a lagging standby lacked it when it took over. */
class ReceiptsTest {
  private final Topics topics = new Topics(1);
  private final Topic log = topics.all(Topic.Kind.LOG).get(0);
  private final Findings findings = new Findings();
  private final Takeovers takeovers = new Takeovers();
  private final Receipts receipts = new Receipts(topics, takeovers);

  @Test
  void countsWhatALaggingStandbyLacked() {
    acknowledge(1, 1);
    acknowledge(2, 2);
    takeovers.add(Takeovers.Kind.LAGGING);
    acknowledge(3, 101);
    KeptLog kept = kept(true, Map.of(1L, 1, 101L, 3));
    assertThat(receipts.check(kept, findings)).isEqualTo(1);
    assertThat(findings.messages()).isEmpty();
  }

  @Test
  void seesThatAStandbyLackedSomethingThatShouldHaveHadAll() {
    acknowledge(1, 1);
    acknowledge(2, 2);
    takeovers.add(Takeovers.Kind.COMPLETE);
    assertThat(receipts.check(kept(false, Map.of(1L, 1)), findings)).isZero();
    assertOnly(Wrong.LOST);
  }

  @Test
  void seesThatSomethingIsMissingFromTheLastReign() {
    takeovers.add(Takeovers.Kind.LAGGING);
    acknowledge(1, 101);
    assertThat(receipts.check(kept(true, Map.of()), findings)).isZero();
    assertOnly(Wrong.LOST);
  }

  @Test
  void seesThatSomethingIsMissingFromWhatTheLaggingStandbyHad() {
    acknowledge(1, 1);
    takeovers.add(Takeovers.Kind.LAGGING);
    assertThat(receipts.check(kept(true, Map.of()), findings)).isZero();
    assertOnly(Wrong.LOST);
  }

  @Test
  void seesAnEventUnderAnotherIdThanWasSaid() {
    acknowledge(1, 2);
    assertThat(receipts.check(kept(true, Map.of(1L, 1)), findings)).isZero();
    assertOnly(Wrong.TWO_IDS);
  }

  @Test
  void seesWhatTheLogHasTwiceOrOutOfOrder() {
    KeptLog kept = kept(true, Map.of());
    kept.add(101, new NumberedEvent(log, 1));
    kept.add(102, new NumberedEvent(log, 1));
    assertOnly(Wrong.DOUBLED);
    kept.add(103, new NumberedEvent(log, 3));
    kept.add(104, new NumberedEvent(log, 2));
    assertThat(findings.count(Wrong.MISORDERED)).isEqualTo(1);
  }

  /** A first epoch was closed at its first position, and the second begins at 101. */
  private KeptLog kept(boolean isByLagging, Map<Long, Integer> numbers) {
    KeptLog kept = new KeptLog(List.of(new Lost(1, 100, isByLagging)), topics, findings);
    new TreeMap<>(numbers)
        .forEach((position, number) -> kept.add(position, new NumberedEvent(log, number)));
    return kept;
  }

  private void acknowledge(int number, long position) {
    receipts.acknowledged(new NumberedEvent(log, number), "bw1-" + position);
  }

  private void assertOnly(Wrong what) {
    assertThat(findings.counts()).as("%s", findings.messages()).isEqualTo(Map.of(what, 1L));
  }
}
