package bellwether.eventlog.file;

import java.time.Instant;
import java.util.List;

/**
 * The report on a segment's file.
 *
 * @param first the position of the first entry it may have
 * @param last the position of its last entry; one before {@code first} if it has none
 * @param entries the number of entries that can be read
 * @param bytes the size of the file
 * @param from the earliest time of an entry; {@link Instant#MAX} if there is none
 * @param to the latest time of an entry; {@link Instant#MIN} if there is none
 */
public record SegmentReport(
    String file,
    long first,
    long last,
    long entries,
    long bytes,
    Instant from,
    Instant to,
    List<Finding> findings) {}
