package bellwether.feed;

import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import bellwether.table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Publishes the rows of an outbox, then marks them. A broken row is marked without being published,
 * since it would block the others for ever. Confined to the ticks of one feed.
 */
public final class OutboxPublisher<T> {
  private static final int BATCH = 100; // rows read at a time

  private final Hub hub;
  private final Outbox<T> outbox;
  private final Function<T, Publication> publication;
  private final BrokenRows brokenRows;

  /**
   * The ids of rows that have been published or are broken, and perhaps not marked yet, because the
   * database failed. The idempotency key alone is not enough: the log may forget it before the
   * database is back.
   */
  private final List<Long> done = new ArrayList<>();

  /**
   * @param table the table's name in the warning of a broken row, such as "the stock table"
   */
  public OutboxPublisher(
      Hub hub, Outbox<T> outbox, Function<T, Publication> publication, String table) {
    this.hub = hub;
    this.outbox = outbox;
    this.publication = publication;
    this.brokenRows = new BrokenRows(table);
  }

  /**
   * Publishes all rows that are not marked yet. If this fails half way, the next call continues.
   *
   * @return whether there were any
   */
  public boolean publishNew() {
    mark();
    boolean wereAny = false;
    List<Row<Long, T>> batch;
    do {
      batch = outbox.unpublishedRows(BATCH);
      brokenRows.tell(batch);
      for (Row<Long, T> row : batch) {
        row.content().map(publication).ifPresent(hub::publish);
        done.add(row.key());
      }
      mark();
      wereAny |= !batch.isEmpty();
    } while (batch.size() == BATCH);
    return wereAny;
  }

  private void mark() {
    if (!done.isEmpty()) {
      outbox.markPublished(List.copyOf(done));
      done.clear();
    }
  }
}
