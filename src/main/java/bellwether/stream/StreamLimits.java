package bellwether.stream;

import java.time.Duration;

/**
 * How open streams are treated.
 *
 * @param max most streams and polls open at a time
 * @param heartbeat longest time a stream is quiet
 * @param retry when a client is to come back, roughly
 * @param stallTimeout longest time a client may take nothing while there is something for it
 * @param maxLag most positions of the log a client may be behind
 */
public record StreamLimits(
    int max, Duration heartbeat, Duration retry, Duration stallTimeout, long maxLag) {}
