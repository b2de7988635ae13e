package bellwether.cluster;

import java.util.UUID;

/**
 * Something that a node has at the moment, and others may want to know of.
 *
 * @param kind what it is, such as streams of one client
 * @param id names it among those of its kind
 * @param amount how much it is, if it can be counted
 * @param body more about it, if need be
 */
public record Holding(String kind, UUID id, long amount, String body) {

  /** Returns something that is only counted; an amount of zero takes it away. */
  static Holding ofAmount(String kind, UUID id, long amount) {
    return new Holding(kind, id, amount, "");
  }
}
