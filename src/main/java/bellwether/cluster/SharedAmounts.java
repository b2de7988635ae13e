package bellwether.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The amounts of something that the nodes have, such as the open streams of each client: this node
 * says its own at each meeting, and learns the others'. Any thread may ask for these.
 */
public final class SharedAmounts implements Part {
  private final ClusterStore store;
  private final UUID life;
  private final String kind;
  private final Supplier<Map<String, Integer>> own;

  // Confined to the thread that meets.
  private Map<UUID, Long> said = new HashMap<>();

  private volatile Map<UUID, Long> ofOthers = Map.of();

  /**
   * @param own returns this node's amounts, by name; what is zero is left out
   */
  public SharedAmounts(
      ClusterStore store, UUID life, String kind, Supplier<Map<String, Integer>> own) {
    this.store = store;
    this.life = life;
    this.kind = kind;
    this.own = own;
  }

  /** Returns what the other nodes together had at their last meetings. */
  public int ofOthers(String name) {
    Map<UUID, Long> known = ofOthers;
    return known.isEmpty() ? 0 : Math.toIntExact(known.getOrDefault(idOf(name), 0L));
  }

  private static UUID idOf(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
  }

  /** Else a client would be refused for ever because of what it had on a node that is gone. */
  @Override
  public void cutOff() {
    ofOthers = Map.of();
  }

  /** Returns amounts that none equals, so that all are said again. */
  private static Map<UUID, Long> unsure(Map<UUID, Long> before, Map<UUID, Long> now) {
    Map<UUID, Long> all = new HashMap<>();
    before.keySet().forEach(id -> all.put(id, -1L));
    now.keySet().forEach(id -> all.put(id, -1L));
    return all;
  }

  @Override
  public void meet(boolean isForgotten) {
    Map<UUID, Long> now = new HashMap<>();
    own.get().forEach((name, amount) -> now.put(idOf(name), (long) amount));
    Map<UUID, Long> before = isForgotten ? unsure(said, Map.of()) : said;
    List<Holding> changes = new ArrayList<>();
    now.forEach(
        (id, amount) -> {
          if (!amount.equals(before.get(id))) {
            changes.add(Holding.ofAmount(kind, id, amount));
          }
        });
    for (UUID id : before.keySet()) {
      if (!now.containsKey(id)) {
        changes.add(Holding.ofAmount(kind, id, 0));
      }
    }
    if (!changes.isEmpty()) {
      said = unsure(before, now); // if it fails, nobody knows what has been kept
      store.hold(life, changes);
    }
    said = now;
    ofOthers = store.amountsOfOthers(life, kind);
  }
}
