package bellwether.cluster;

import java.time.Instant;
import java.util.UUID;

/**
 * A node of the cluster.
 *
 * @param life names the life of its process, which no other has
 * @param name by which operators know it; two nodes may have the same
 * @param rules the settings that all nodes must have alike, a line each
 * @param since when it came, by the clock of the store
 */
public record Member(UUID life, String name, String rules, Instant since) {

  /** Returns the number in the keys of its streams. */
  public int number() {
    return numberOf(life);
  }

  static int numberOf(UUID life) {
    return (int) (life.getMostSignificantBits() >>> 32);
  }

  /** Returns whether it came before another one. */
  boolean isElderThan(Member other) {
    int order = since.compareTo(other.since);
    return order < 0 || (order == 0 && life.compareTo(other.life) < 0);
  }
}
