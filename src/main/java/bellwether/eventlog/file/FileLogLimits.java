package bellwether.eventlog.file;

import java.time.Duration;
import java.time.Instant;

/**
 * How much a log in files keeps. Whole segments are dropped, the oldest first, so it may be an
 * eighth less; retained states stay in any case.
 *
 * @param entries most entries
 * @param bytes most bytes of all segments together
 * @param age how old an entry may become; {@link #ANY_AGE} for no limit
 * @param segmentBytes how large a segment may grow, though one append is never divided
 * @param hotEntries most of the newest entries that are kept in memory too
 * @param hotBytes most memory those may take, roughly
 * @param readingBytes most memory, roughly, for entries that are being read from the disk again;
 *     one that takes more is read alone
 */
public record FileLogLimits(
    long entries,
    long bytes,
    Duration age,
    int segmentBytes,
    int hotEntries,
    long hotBytes,
    long readingBytes) {
  public static final Duration ANY_AGE = Duration.ofSeconds(Long.MAX_VALUE);

  private static final int SEGMENTS = 8; // at least, of a full log
  private static final long READING = 16L << 20;

  /** With 16 MiB for reading. */
  public FileLogLimits(
      long entries, long bytes, Duration age, int segmentBytes, int hotEntries, long hotBytes) {
    this(entries, bytes, age, segmentBytes, hotEntries, hotBytes, READING);
  }

  /** How many entries a segment may have. */
  long entriesOfSegment() {
    return Math.max(1, entries / SEGMENTS);
  }

  /** How large a segment may grow. */
  long bytesOfSegment() {
    return Math.min(segmentBytes, bytes / SEGMENTS);
  }

  boolean isTooOld(Instant time, Instant now) {
    return age.compareTo(Duration.between(time, now)) < 0;
  }

  /** Whether a segment whose first entry is from this time should grow no more. */
  boolean isRipe(Instant first, Instant now) {
    return age.dividedBy(SEGMENTS).compareTo(Duration.between(first, now)) < 0;
  }
}
