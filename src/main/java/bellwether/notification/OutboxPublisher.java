package bellwether.notification;

import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** Publishes the rows of an outbox, then marks them. Confined to the ticks of one feed. */
final class OutboxPublisher<T> {
  private static final int BATCH = 100; // rows read at a time

  private final Hub hub;
  private final Outbox<T> outbox;
  private final ToLongFunction<T> id;
  private final Function<T, Publication> publication;

  /**
   * What is in the log, but perhaps not marked because the database failed. Remembered here, and
   * not left to the idempotency key alone: the log may forget a key before the database is back.
   */
  private final List<Long> published = new ArrayList<>();

  OutboxPublisher(
      Hub hub, Outbox<T> outbox, ToLongFunction<T> id, Function<T, Publication> publication) {
    this.hub = hub;
    this.outbox = outbox;
    this.id = id;
    this.publication = publication;
  }

  /** Publishes all that has not been; when this fails half-way, the next call goes on. */
  void publishNew() {
    mark();
    List<T> batch;
    do {
      batch = outbox.unpublished(BATCH);
      for (T row : batch) {
        hub.publish(publication.apply(row));
        published.add(id.applyAsLong(row));
      }
      mark();
    } while (batch.size() == BATCH);
  }

  private void mark() {
    if (!published.isEmpty()) {
      outbox.markPublished(List.copyOf(published));
      published.clear();
    }
  }
}
