package bellwether.eventlog.file;

import java.time.Instant;
import java.util.List;

/**
 * What a segment's file was found to hold.
 *
 * @param first position of the first entry it may have
 * @param last position of the last that it has; one before the first if it has none
 * @param entries how many can be read
 * @param bytes of the file
 * @param from time of the first entry; {@link Instant#MAX} if there is none
 * @param to time of the last; {@link Instant#MIN} if there is none
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
