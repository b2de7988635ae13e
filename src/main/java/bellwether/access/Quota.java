package bellwether.access;

/**
 * The limits of each client; zero means no limit.
 *
 * @param streams streams that are open at a time
 * @param publishesPerSecond events per second in the long run, and also the largest burst
 */
public record Quota(int streams, int publishesPerSecond) {}
