package bellwether.table;

import java.time.Duration;
import java.util.Optional;

/**
 * The table that names the one server, of those that share tables, that works on these. Its methods
 * may wait for the database.
 */
public interface LeaseTable {
  /** The time that a claim lasts, by the clock of the database. */
  Duration LENGTH = Duration.ofSeconds(15);

  /**
   * Claims the lease for this server, from now on for its length, unless another server has it.
   *
   * @param isSuccessor whether to take over a lease of the same event log, too: a server that has
   *     just opened the log is alone with it, so the earlier holder is gone
   * @return the event log of the server that has the lease; empty if this server has it
   * @throws SourceUnavailableException if the database is out of reach
   */
  Optional<String> claim(boolean isSuccessor);

  /**
   * Gives up the lease, so that another server may have it at once; does nothing if another server
   * has it.
   *
   * @throws SourceUnavailableException if the database is out of reach
   */
  void release();
}
