package bellwether.stream;

import java.time.Duration;

/**
 * How long a drain takes its clients and whoever sends them.
 *
 * @param delay from readiness going down to the end of the streams: for a load balancer to see it
 * @param window over which the clients are to come back; zero leaves it to the usual time for that
 */
public record DrainTimes(Duration delay, Duration window) {}
