package bellwether.table;

import java.time.Duration;
import java.util.Optional;

/** Where servers that share tables write down which of them works on these. May wait for it. */
public interface LeaseTable {
  /** How long a claim lasts, by the clock of the database. */
  Duration LENGTH = Duration.ofSeconds(15);

  /**
   * Makes the lease this server's, from now on for its length, unless another server has it.
   *
   * @param isSuccessor whether a lease of the same event log is taken over, too: who has just
   *     opened the log is alone with it, so that server is gone
   * @return the event log of the server that has it; empty if this one does
   * @throws SourceUnavailableException if the database is out of reach
   */
  Optional<String> claim(boolean isSuccessor);

  /**
   * Lets go of the lease, so that another may have it at once; if it is not this server's, nothing
   * changes.
   *
   * @throws SourceUnavailableException if the database is out of reach
   */
  void release();
}
