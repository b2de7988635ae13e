package bellwether.eventlog.file;

import java.time.Duration;
import java.time.Instant;

/**
 * The limits of what a log in files keeps. Whole segments are dropped, the oldest first, so the log
 * may keep an eighth less; retained entries stay in any case.
 *
 * @param entries the most entries
 * @param bytes the most bytes of all segments together
 * @param age how old an entry may become; {@link #ANY_AGE} for no limit
 * @param segmentBytes how large a segment may grow, though one append is never divided
 * @param hotEntries the most entries, of the newest ones, that are kept in memory too
 * @param hotBytes the most memory that those may take, roughly
 * @param readingBytes the most memory, roughly, for entries that are being read from the disk
 *     again; an entry that takes more is read alone
 * @param waiting what may wait for the disk to be written
 */
public record FileLogLimits(
    long entries,
    long bytes,
    Duration age,
    int segmentBytes,
    int hotEntries,
    long hotBytes,
    long readingBytes,
    Waiting waiting) {
  public static final Duration ANY_AGE = Duration.ofSeconds(Long.MAX_VALUE);

  private static final int SEGMENTS = 8; // the least number of segments in a full log
  private static final long READING = 16L << 20;
  private static final Waiting WAITING = new Waiting(Duration.ofSeconds(10), 16L << 20);

  /**
   * The limits of what has been submitted and is not yet in the log.
   *
   * @param patience how long an append may wait before its submitter is told that nobody knows what
   *     becomes of it; as long as one has waited longer, others are refused
   * @param bytes the memory, roughly, from which on others are refused
   */
  public record Waiting(Duration patience, long bytes) {
    /** The number of appends from which on others are refused: each is a request that is held. */
    static final int MAX_APPENDS = 65_536;
  }

  /** Creates limits with 16 MiB for reading, and 16 MiB and 10 s for writing. */
  public FileLogLimits(
      long entries, long bytes, Duration age, int segmentBytes, int hotEntries, long hotBytes) {
    this(entries, bytes, age, segmentBytes, hotEntries, hotBytes, READING, WAITING);
  }

  /** Returns the most entries of a segment. */
  long entriesOfSegment() {
    return Math.max(1, entries / SEGMENTS);
  }

  /** Returns the most bytes of a segment. */
  long bytesOfSegment() {
    return Math.min(segmentBytes, bytes / SEGMENTS);
  }

  boolean isTooOld(Instant time, Instant now) {
    return age.compareTo(Duration.between(time, now)) < 0;
  }

  /** Returns whether a segment whose first entry is from this time should stop growing. */
  boolean isRipe(Instant first, Instant now) {
    return age.dividedBy(SEGMENTS).compareTo(Duration.between(first, now)) < 0;
  }
}
