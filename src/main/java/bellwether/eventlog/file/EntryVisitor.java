package bellwether.eventlog.file;

import java.io.IOException;

/** Takes entries one by one, the oldest first. */
@FunctionalInterface
public interface EntryVisitor {

  /**
   * Takes the next one.
   *
   * @return whether to go on
   */
  boolean visit(StoredEntry entry) throws IOException;
}
