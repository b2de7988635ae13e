package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.fixtures.ManualScheduler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One stripe, of whose fan-out turns the test decides when they run. */
class StripeTest {
  private final ManualScheduler executor = new ManualScheduler();
  private final MemoryEventLog log =
      new MemoryEventLog(100, Long.MAX_VALUE, InstantSource.system(), new Random(1));
  private final Hub hub =
      new Hub(log, topic -> false, executor, 1, executor::nanoTime, HubListener.NONE);
  private final List<String> woken = new ArrayList<>();

  @Test
  void takesAnotherTurnForWhatIsPublishedDuringOne() {
    subscribe("first", () -> publish("second"));
    subscribe("second", () -> {});

    publish("first");
    executor.runDue();

    assertThat(woken).containsExactly("first", "second");
  }

  @Test
  void takesAnotherTurnForWhatIsPublishedDuringOneThatFailed() {
    subscribe(
        "first",
        () -> {
          publish("second");
          throw new AssertionError("one subscriber fails");
        });
    subscribe("second", () -> {});

    publish("first");
    executor.runDue();

    assertThat(woken).containsExactly("first", "second");
  }

  @Test
  void wakesASubscriberOnceUntilItHasLooked() {
    Subscription subscription = subscribe("topic", () -> {});

    publish("topic");
    executor.runDue();
    publish("topic");
    executor.runDue();
    assertThat(woken).hasSize(1);

    subscription.poll((frame, offset) -> true);
    publish("topic");
    executor.runDue();
    assertThat(woken).hasSize(2);
  }

  private Subscription subscribe(String topic, Runnable then) {
    Interest interest = Interest.in(TopicSelector.parse(List.of(topic)));
    Subscription subscription =
        hub.subscribe(
            interest,
            () -> {
              woken.add(topic);
              then.run();
            });
    subscription.poll((frame, offset) -> true);
    return subscription;
  }

  private void publish(String topic) {
    hub.publish(Publication.of(new Topic(topic), "data"));
  }
}
