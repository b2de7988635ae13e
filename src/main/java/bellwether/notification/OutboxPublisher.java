package bellwether.notification;

import bellwether.eventlog.Publication;
import bellwether.feed.BrokenRows;
import bellwether.hub.Hub;
import bellwether.table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Publishes the rows of an outbox, then marks them. A broken row is marked without being published,
 * since it would be in the way of the others for ever. Confined to the ticks of one feed.
 */
final class OutboxPublisher<T> {
  private static final int BATCH = 100; // rows read at a time

  private final Hub hub;
  private final Outbox<T> outbox;
  private final Function<T, Publication> publication;
  private final BrokenRows brokenRows;

  /**
   * What is in the log or broken, but perhaps not marked because the database failed. Remembered
   * here, and not left to the idempotency key alone: the log may forget a key before the database
   * is back.
   */
  private final List<Long> done = new ArrayList<>();

  /**
   * @param table for the message about a broken row, such as "the stock table"
   */
  OutboxPublisher(Hub hub, Outbox<T> outbox, Function<T, Publication> publication, String table) {
    this.hub = hub;
    this.outbox = outbox;
    this.publication = publication;
    this.brokenRows = new BrokenRows(table);
  }

  /** Publishes all that has not been; when this fails half-way, the next call goes on. */
  void publishNew() {
    mark();
    List<Row<Long, T>> batch;
    do {
      batch = outbox.unpublishedRows(BATCH);
      brokenRows.tell(batch);
      for (Row<Long, T> row : batch) {
        row.content().map(publication).ifPresent(hub::publish);
        done.add(row.key());
      }
      mark();
    } while (batch.size() == BATCH);
  }

  private void mark() {
    if (!done.isEmpty()) {
      outbox.markPublished(List.copyOf(done));
      done.clear();
    }
  }
}
