package bellwether.eventlog.shared;

import java.time.Duration;

/**
 * The limits of one node's part in a shared log.
 *
 * @param keep what the store keeps; the same on all nodes
 * @param hotEntries the most of the newest entries that this node keeps in memory
 * @param hotBytes the most memory that these may take, roughly
 * @param readingBytes the most memory, roughly, for entries that are being read from the store
 *     again; an entry that takes more is read alone
 * @param patience the time that an append may wait for the store
 * @param waitingBytes the memory, roughly, for waiting appends, above which others are refused
 */
public record SharedLogLimits(
    SharedStore.Keep keep,
    int hotEntries,
    long hotBytes,
    long readingBytes,
    Duration patience,
    long waitingBytes) {
  /** The number of waiting appends above which others are refused: each is a held request. */
  static final int MAX_WAITING = 65_536;
}
