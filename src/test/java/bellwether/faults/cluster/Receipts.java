package bellwether.faults.cluster;

import bellwether.faults.Acknowledgements;
import bellwether.faults.Findings;
import bellwether.faults.Ids;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import java.util.ArrayList;
import java.util.List;

/** What has been acknowledged, and in whose reign. Thread-safe. */
final class Receipts implements Acknowledgements {
  /**
   * One acknowledgement.
   *
   * @param reign how many fail-overs had been before
   */
  private record Receipt(NumberedEvent event, String id, int reign) {}

  private final Takeovers takeovers;
  // Guarded by this.
  private final List<Receipt> all = new ArrayList<>();
  private final int[] last; // the number of the last event of each topic

  Receipts(Topics topics, Takeovers takeovers) {
    this.takeovers = takeovers;
    this.last = new int[topics.size()];
  }

  @Override
  public synchronized void acknowledged(NumberedEvent event, String id) {
    all.add(new Receipt(event, id, takeovers.count()));
    int place = event.topic().place();
    last[place] = Math.max(last[place], event.number());
  }

  /** Returns how often anything was acknowledged; more than once, for what was repeated. */
  synchronized long count() {
    return all.size();
  }

  synchronized int last(Topic topic) {
    return last[topic.place()];
  }

  /**
   * Finds what was acknowledged and is not kept, unless the server lacked it that took over next.
   *
   * @return how many events were lost so
   */
  synchronized long check(KeptLog kept, Findings findings) {
    long lost = 0;
    for (Receipt receipt : all) {
      NumberedEvent event = receipt.event;
      long position = Ids.position(receipt.id);
      long now = kept.positionOf(event);
      if (now >= 0 && (position < 0 || position == now)) {
        continue;
      }
      String what =
          "%s %d, acknowledged as %s in reign %d"
              .formatted(event.topic().name(), event.number(), receipt.id, receipt.reign);
      if (now >= 0) {
        findings.add(Wrong.TWO_IDS, what + ", is at " + now);
      } else if (takeovers.mayLose(receipt.reign)
          && (position < 0 || kept.isLostByLagging(position))) {
        lost++;
      } else {
        findings.add(Wrong.LOST, what + ", is not in the log");
      }
    }
    return lost;
  }
}
