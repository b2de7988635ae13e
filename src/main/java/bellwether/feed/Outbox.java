package bellwether.feed;

import bellwether.table.Row;
import java.util.List;

/** A table of rows, each of which has to be published once, and then marked as published. */
public interface Outbox<T> {
  /** Returns the oldest rows that are not marked as published, oldest first. */
  List<Row<Long, T>> unpublishedRows(int limit);

  /** Marks rows as published, by their ids. Ids that are gone or marked already are ignored. */
  void markPublished(List<Long> ids);
}
