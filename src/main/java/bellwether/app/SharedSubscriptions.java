package bellwether.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.cluster.ClusterStore;
import bellwether.cluster.Holding;
import bellwether.cluster.Part;
import bellwether.mercure.ActiveSubscriptions;
import bellwether.mercure.SubscriptionDirectory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** The directory of active subscriptions in the store of the nodes. Any thread. */
final class SharedSubscriptions implements SubscriptionDirectory, Part {
  private static final String KIND = "subscriber";

  private final ClusterStore store;
  private final UUID life;

  // Set once, before the first meeting.
  private Runnable putAllAgain = () -> {};
  private Runnable putAgainIfNeeded = () -> {};
  private Consumer<List<String>> end = texts -> {};

  SharedSubscriptions(ClusterStore store, UUID life) {
    this.store = store;
    this.life = life;
  }

  /** Sets what has the subscriptions of this node. */
  void bind(ActiveSubscriptions subscriptions) {
    putAllAgain = subscriptions::putAllAgain;
    putAgainIfNeeded = subscriptions::putAgainIfNeeded;
    end = subscriptions::endOf;
  }

  @Override
  public void put(Map<String, String> bySubscriber) {
    List<Holding> changes = new ArrayList<>();
    bySubscriber.forEach((subscriber, text) -> changes.add(holding(subscriber, text)));
    store.hold(life, changes);
  }

  @Override
  public void replace(Map<String, String> all) {
    Map<UUID, Holding> changes = new HashMap<>();
    for (Holding held : store.heldBy(life, KIND)) {
      changes.put(held.id(), new Holding(KIND, held.id(), 0, ""));
    }
    all.forEach((subscriber, text) -> changes.put(idOf(subscriber), holding(subscriber, text)));
    store.hold(life, changes.values());
  }

  private static Holding holding(String subscriber, String text) {
    return new Holding(KIND, idOf(subscriber), 0, text);
  }

  private static UUID idOf(String subscriber) {
    return UUID.nameUUIDFromBytes(subscriber.getBytes(UTF_8));
  }

  @Override
  public List<String> ofOthers() {
    return texts(store.heldByOthers(life, KIND));
  }

  @Override
  public void meet(boolean isForgotten) {
    (isForgotten ? putAllAgain : putAgainIfNeeded).run();
  }

  @Override
  public void mourn(UUID dead) {
    end.accept(texts(store.heldBy(dead, KIND)));
  }

  private static List<String> texts(List<Holding> held) {
    return held.stream().map(Holding::body).toList();
  }
}
