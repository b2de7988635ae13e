package bellwether.mercure;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.auth.Grant;
import bellwether.auth.Payloads;
import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import bellwether.mercure.SubscriptionEvents.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The registry of the subscriptions that are active now (Mercure, active subscriptions), which also
 * publishes the events that announce them. Code that opens a stream registers its matchers, and
 * runs the returned action when the stream has ended:
 *
 * <pre>{@code
 * Runnable leave = subscriptions.open(SubscriptionMatcher.in(form), grant, mayPublish);
 * ...
 * leave.run();
 * }</pre>
 *
 * Neither call blocks. If the first fails, for want of memory, nothing is registered. Any thread.
 */
public final class ActiveSubscriptions {
  private static final int MAX_AT_ONCE = 500; // events
  private static final Duration MOMENT = Duration.ofMillis(5);

  private final Map<String, List<ActiveSubscription>> bySubscriber = new ConcurrentHashMap<>();
  private final Hub hub;
  private final SubscriptionDirectory directory;
  private final SubscriptionEvents events;
  private final Supplier<UUID> ids;

  /**
   * Creates a registry without subscriptions.
   *
   * @param directory of the subscriptions on all servers that share the log
   * @param executor publishes the events; its threads may wait for the log
   * @param ids supplies the ids of streams, which nobody can guess
   */
  public ActiveSubscriptions(
      Hub hub, SubscriptionDirectory directory, Executor executor, Supplier<UUID> ids) {
    this.hub = hub;
    this.directory = directory;
    this.events = new SubscriptionEvents(hub, directory, executor, this::texts);
    this.ids = ids;
  }

  /**
   * Registers the subscriptions of a stream that opens.
   *
   * @param matchers the stream's topics and matchers, without duplicates
   * @param grant the grant of its request
   * @param mayPublish asked once, for the number of events that tell of the stream's opening and of
   *     its end
   * @return the action to run when the stream has ended, any number of times; null if it may not
   *     open, since its events would be too many
   */
  @Nullable Runnable open(
      List<SubscriptionMatcher> matchers, Grant grant, IntPredicate mayPublish) {
    String subscriber = "urn:uuid:" + ids.get();
    Payloads payloads = grant.token() == null ? null : grant.token().payloads();
    List<ActiveSubscription> subscriptions =
        matchers.stream()
            .map(
                matcher ->
                    new ActiveSubscription(
                        subscriber, matcher, payloads == null ? null : payloads.of(matcher.text())))
            .distinct() // topic=a and match=a are one
            .toList();
    List<Publication> opening = events(subscriptions, true);
    if (!mayPublish.test(2 * opening.size())) {
      return null;
    }
    Runnable leave = () -> close(subscriber);
    bySubscriber.put(subscriber, subscriptions);
    try {
      events.publish(
          new Change(
              subscriber,
              text(subscriptions),
              opening)); // after the put: a client that asks after the event finds them
    } catch (RuntimeException | Error e) {
      leave.run();
      throw e;
    }
    return leave;
  }

  private void close(String subscriber) {
    List<ActiveSubscription> subscriptions = bySubscriber.remove(subscriber);
    if (subscriptions != null) {
      events.publish(new Change(subscriber, "", ends(subscriptions)));
    }
  }

  private String text(List<ActiveSubscription> subscriptions) {
    return directory == SubscriptionDirectory.NONE ? "" : SubscriptionText.of(subscriptions);
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    bySubscriber.forEach((subscriber, all) -> texts.put(subscriber, text(all)));
    return texts;
  }

  /** Puts all subscriptions that are active here into the directory again, which has lost them. */
  public void putAllAgain() {
    events.putAllAgain();
  }

  /**
   * Publishes the end of subscriptions of another server, which has died. May wait for the log.
   *
   * @param texts of its subscribers; published again, they are one event each
   */
  public void endOf(List<String> texts) {
    List<Publication> ends = new ArrayList<>();
    for (String text : texts) {
      ends.addAll(ends(SubscriptionText.parse(text)));
      if (ends.size() >= MAX_AT_ONCE) {
        var unused = hub.publishEach(ends);
        ends.clear();
      }
    }
    if (!ends.isEmpty()) {
      var unused = hub.publishEach(ends);
    }
  }

  /**
   * Returns the events that end subscriptions. With other servers each has a key, made of its
   * topic, which names the subscriber: if two of them tell of the end, it is one event.
   */
  private List<Publication> ends(List<ActiveSubscription> subscriptions) {
    List<Publication> ends = events(subscriptions, false);
    return directory == SubscriptionDirectory.NONE
        ? ends
        : ends.stream().map(ActiveSubscriptions::once).toList();
  }

  private static Publication once(Publication end) {
    String topic = end.topics().get(0).name() + ' ' + end.type();
    return end.withIdempotencyKey("end " + UUID.nameUUIDFromBytes(topic.getBytes(UTF_8)));
  }

  /** Tries again what could not be put into the directory; does not wait. */
  public void putAgainIfNeeded() {
    events.putAgainIfNeeded();
  }

  /**
   * Waits until all changes have been told.
   *
   * @return false if they were not in this time
   */
  public boolean awaitTold(Duration time) {
    long deadline = System.nanoTime() + time.toNanos(); // the real clock: it is waited for
    while (!events.isIdle()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(MOMENT.toNanos());
    }
    return true;
  }

  /** Returns the subscriptions of all servers. May wait for what the others have. */
  Stream<ActiveSubscription> all() {
    return Stream.concat(bySubscriber.values().stream().flatMap(List::stream), elsewhere());
  }

  /** Returns the subscriptions of one subscriber, on any server. May wait, as above. */
  Stream<ActiveSubscription> of(String subscriber) {
    List<ActiveSubscription> here = bySubscriber.get(subscriber);
    return here != null
        ? here.stream()
        : elsewhere().filter(each -> each.subscriber().equals(subscriber));
  }

  private Stream<ActiveSubscription> elsewhere() {
    return directory.ofOthers().stream().map(SubscriptionText::parse).flatMap(List::stream);
  }

  private static List<Publication> events(
      List<ActiveSubscription> subscriptions, boolean isActive) {
    List<Publication> all = new ArrayList<>();
    for (MercureDraft draft : MercureDraft.values()) {
      for (ActiveSubscription subscription : subscriptions) {
        Publication event = draft.event(subscription, isActive);
        if (event != null) {
          all.add(event);
        }
      }
    }
    return all;
  }
}
