package bellwether.outbox;

import bellwether.eventlog.Publication;
import bellwether.feed.Feed;
import bellwether.feed.Outbox;
import bellwether.feed.OutboxPublisher;
import bellwether.hub.Hub;
import java.time.Duration;
import java.util.Optional;

/**
 * Publishes what programs have published by SQL, with {@code bellwether.publish}: each row of the
 * outbox is published and then deleted. Confined to the ticks of its loop.
 *
 * <p>An event is published once its transaction has committed, and never if that is rolled back.
 * The events of one transaction keep the order of the calls, and follow all events whose
 * transactions had committed before the call; otherwise no order is promised.
 */
public final class OutboxFeed implements Feed {
  /*
   * Rows are read in the order of their ids, which are given by the calls. A row of a transaction
   * that commits late may have a lower id than one that has been published: it is published later.
   */
  private final OutboxPublisher<Publication> outbox;

  public OutboxFeed(Hub hub, Outbox<Publication> outbox) {
    this.outbox =
        new OutboxPublisher<>(hub, outbox, publication -> publication, "the table of the outbox");
  }

  @Override
  public String name() {
    return "outbox";
  }

  @Override
  public Optional<Duration> look() {
    boolean mayBeMore = outbox.publishNew(); // a batch is smaller if its rows are large
    return mayBeMore ? Optional.of(Duration.ZERO) : Optional.empty();
  }
}
