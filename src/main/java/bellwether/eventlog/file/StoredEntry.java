package bellwether.eventlog.file;

import bellwether.eventlog.Publication;
import java.time.Instant;

/**
 * An entry as it is stored in a file.
 *
 * @param id the log's own id for it; the position alone if there is no manifest to say more
 * @param isRetained whether it is a retained state
 */
public record StoredEntry(
    String id, long position, Instant time, Publication publication, boolean isRetained) {}
