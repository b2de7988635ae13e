package bellwether.eventlog.file;

import java.time.Duration;

/**
 * A policy that says when appended entries are put on the medium, and so which entries a power cut
 * may destroy.
 */
public sealed interface SyncPolicy {

  /** Syncs before any reader sees an entry. Appends that come together share one sync. */
  record Always() implements SyncPolicy {}

  /**
   * Syncs after at most this interval. A killed process loses nothing; a machine that crashes may
   * lose the entries of one interval.
   */
  record Every(Duration interval) implements SyncPolicy {}

  /** Leaves syncing to the operating system. A killed process loses nothing. */
  record Never() implements SyncPolicy {}
}
