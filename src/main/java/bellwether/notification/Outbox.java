package bellwether.notification;

import bellwether.table.Row;
import java.util.List;

/** Rows that were kept in order to be published, each until it is marked as published. */
interface Outbox<T> {
  /** The oldest that have not been marked as published, by their ids, oldest first. */
  List<Row<Long, T>> unpublishedRows(int limit);

  /** Marks rows, by their ids; those that are gone, or were marked before, do not matter. */
  void markPublished(List<Long> ids);
}
