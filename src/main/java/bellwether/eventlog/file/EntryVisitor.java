package bellwether.eventlog.file;

import java.io.IOException;

/** Receives entries one by one, the oldest first. */
@FunctionalInterface
public interface EntryVisitor {

  /**
   * Receives the next entry.
   *
   * @return whether to go on
   */
  boolean visit(StoredEntry entry) throws IOException;
}
