package bellwether.tool;

import bellwether.eventlog.file.StoredLog;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** A selection of a log's entries, as a command asks for it. */
final class Selection {
  /** A receiver of the selected entries, one by one. */
  interface Taker {

    /** Takes an entry; returns whether it counts: it does not if it was left out. */
    boolean take(StoredLog.Entry entry) throws IOException;
  }

  private final StoredLog log;
  private final CommandLine asked;
  private final PrintStream errors;

  /**
   * @param errors receives messages about entries that cannot be read
   */
  Selection(StoredLog log, CommandLine asked, PrintStream errors) {
    this.log = log;
    this.asked = asked;
    this.errors = errors;
  }

  /** Returns the one topic of the selection; null for all. */
  @Nullable Topic topic() {
    return asked.topic();
  }

  /** Reads the selected entries; returns whether all could be read. */
  boolean read(Taker taker) throws IOException {
    long[] left = {asked.limit()};
    boolean[] isWhole = {true};
    long after = log.positionOf(asked.after());
    if (left[0] == 0) {
      return true;
    }
    log.read(
        after,
        entry -> {
          left[0] -= isAskedFor(entry) && taker.take(entry) ? 1 : 0;
          return left[0] > 0;
        },
        finding -> {
          isWhole[0] &= !finding.isDamage();
          errors.println(finding.text());
        });
    return isWhole[0];
  }

  private boolean isAskedFor(StoredLog.Entry entry) {
    return asked.topic() == null || entry.publication().topics().contains(asked.topic());
  }
}
