package bellwether.table;

import java.time.Duration;
import java.util.Optional;

/**
 * The table in which servers that share tables write down which of them works on these. Its methods
 * may wait for the database.
 */
public interface LeaseTable {
  /** The time that a claim lasts, by the clock of the database. */
  Duration LENGTH = Duration.ofSeconds(15);

  /**
   * Makes the lease this server's, from now on for its length, unless another server has it.
   *
   * @param isSuccessor whether to take over a lease of the same event log, too: a server that has
   *     just opened the log is alone with it, so the earlier holder is gone
   * @return the event log of the server that has the lease; empty if this server has it
   * @throws SourceUnavailableException if the database is out of reach
   */
  Optional<String> claim(boolean isSuccessor);

  /**
   * Lets go of the lease, so that another server may have it at once; does nothing if it is not
   * this server's.
   *
   * @throws SourceUnavailableException if the database is out of reach
   */
  void release();
}
