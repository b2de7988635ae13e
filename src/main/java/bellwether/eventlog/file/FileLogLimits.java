package bellwether.eventlog.file;

import java.time.Duration;
import java.time.Instant;

/**
 * The limits of a log in files. Whole segments are dropped, the oldest first, so the log may keep
 * an eighth less; retained entries stay in any case.
 *
 * @param entries the most entries
 * @param bytes the most bytes of all segments together
 * @param age the greatest age of an entry; {@link #ANY_AGE} for no limit
 * @param segmentBytes the largest size of a segment, though one append is never divided
 * @param hotEntries the most of the newest entries that are kept in memory too
 * @param hotBytes the most memory that these may take, roughly
 * @param readingBytes the most memory, roughly, for entries that are being read from the disk
 *     again; an entry that takes more is read alone
 * @param waiting the limits of appends that wait for the disk
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
   * The limits of appends that have been submitted and are not yet in the log.
   *
   * @param patience the time that an append may wait before its submitter is told that the outcome
   *     is unknown; while one has waited longer, others are refused
   * @param bytes the memory, roughly, above which others are refused
   */
  public record Waiting(Duration patience, long bytes) {
    /**
     * The number of appends above which others are refused, since each is a request that is held
     * open.
     */
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
