package bellwether.access;

/**
 * What each one may have: zero for as much as it likes.
 *
 * @param streams open at a time
 * @param publishesPerSecond events, in the long run; as many at once
 */
public record Quota(int streams, int publishesPerSecond) {}
