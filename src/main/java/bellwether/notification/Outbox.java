package bellwether.notification;

import java.util.List;

/** Rows that were kept in order to be published, each until it is marked as published. */
interface Outbox<T> {
  /** The oldest that have not been marked as published, oldest first. */
  List<T> unpublished(int limit);

  /** Marks rows, by their ids; those that are gone, or were marked before, do not matter. */
  void markPublished(List<Long> ids);
}
