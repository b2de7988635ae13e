package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.LogLines;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One stripe, of whose fan-out turns the test decides when they run. */
class StripeTest {
  private final ManualScheduler executor = new ManualScheduler();
  private final ManualScheduler fetching = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(100);
  private final Hub hub = Hubs.over(log, executor);
  private final List<String> woken = new ArrayList<>();

  @Test
  void takesAnotherTurnForWhatIsPublishedDuringOne() {
    assertThatTheSecondIsWokenToo(() -> publish("second"));
  }

  @Test
  void goesOnAtOnceWhenNoOtherTurnCanBeHad() {
    assertThatTheSecondIsWokenToo(
        () -> {
          publish("second");
          executor.failNext();
        });
  }

  @Test
  void looksAgainAfterATurnInWhichTheLogCouldNotBeRead() {
    boolean[] isToFail = {false};
    EventLog failing =
        new ForwardingLog(log) {
          @Override
          public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
            if (isToFail[0]) {
              isToFail[0] = false;
              throw new InternalError("made to fail");
            }
            return super.read(place, upTo, wanted, limit);
          }
        };
    Hub over = Hubs.over(failing, topic -> false, executor, fetching);
    Interest interest = Interest.in(TopicSelector.parse(List.of("topic")));
    over.subscribe(interest, () -> woken.add("reader"))
        .poll((FrameSink) (frame, offset, since) -> true);
    isToFail[0] = true;
    try (LogLines muted = new LogLines(Stripe.class)) {
      publish("topic");
      executor.runDue();
      assertThat(muted.lines()).hasSize(1);
    }
    executor.advance(Duration.ofSeconds(1));

    assertThat(woken).as("without another event").containsExactly("reader");
  }

  @Test
  void takesAnotherTurnForWhatIsPublishedDuringOneThatFailed() {
    assertThatTheSecondIsWokenToo(
        () -> {
          publish("second");
          throw new AssertionError("one subscriber fails");
        });
  }

  /** What happens while the first is woken publishes for the second. */
  private void assertThatTheSecondIsWokenToo(Runnable whileTheFirstIsWoken) {
    subscribe("first", whileTheFirstIsWoken);
    subscribe("second", () -> {});

    publish("first");
    executor.runDue();

    assertThat(woken).containsExactly("first", "second");
  }

  @Test
  void wakesASubscriberLaterThatCouldNotBeWoken() {
    int[] failures = {2};
    subscribe(
        "topic",
        () -> {
          if (failures[0]-- > 0) {
            throw new OutOfMemoryError("made to fail");
          }
        });
    try (LogLines muted = new LogLines(Stripe.class)) {
      publish("topic");
      executor.runDue();
      assertThat(muted.lines()).hasSize(1);
    }
    executor.advance(Duration.ofSeconds(1));
    assertThat(failures).as("it was tried again").containsExactly(0);
    executor.advance(Duration.ofSeconds(1));
    assertThat(failures).as("without another event").containsExactly(-1);
    executor.advance(Duration.ofSeconds(5));
    assertThat(failures).as("once it is awake").containsExactly(-1);
  }

  @Test
  void wakesASubscriberWithTheNextEventThatCouldNotBeWoken() {
    boolean[] isToFail = {true};
    List<String> awake = new ArrayList<>();
    subscribe(
        "topic",
        () -> {
          if (isToFail[0]) {
            throw new OutOfMemoryError("made to fail");
          }
          awake.add("reader");
        });
    try (LogLines muted = new LogLines(Stripe.class)) {
      publish("topic");
      executor.runDue();
      assertThat(muted.lines()).hasSize(1);
    }
    isToFail[0] = false;
    publish("topic");
    executor.runDue();
    assertThat(awake).containsExactly("reader");
  }

  @Test
  void wakesASubscriberOnceUntilItHasLooked() {
    Cursor subscription = subscribe("topic", () -> {});

    publish("topic");
    executor.runDue();
    publish("topic");
    executor.runDue();
    assertThat(woken).hasSize(1);

    subscription.poll((FrameSink) (frame, offset, since) -> true);
    publish("topic");
    executor.runDue();
    assertThat(woken).hasSize(2);
  }

  @Test
  void gathersWhatComesThickAndFastButLetsTheFirstGoAtOnce() {
    FanOut gathering = new FanOut(1, Duration.ofMillis(5));
    Hub slower =
        new Hub(
            log,
            topic -> false,
            executor,
            executor,
            gathering,
            executor::nanoTime,
            HubListener.NONE);
    List<byte[]> frames = new ArrayList<>();
    Interest interest = Interest.in(TopicSelector.parse(List.of("topic")));
    Cursor reader = slower.subscribe(interest, () -> woken.add("reader"));
    reader.poll((FrameSink) (frame, offset, since) -> true);
    Publication one = Publication.of(new Topic("topic"), "data");

    slower.publish(one);
    executor.runDue();
    assertThat(woken).as("the first").hasSize(1);
    reader.poll((FrameSink) (frame, offset, since) -> frames.add(frame));
    slower.publish(one);
    slower.publish(one);
    executor.advance(Duration.ofMillis(4));
    assertThat(woken).as("too early").hasSize(1);
    executor.advance(Duration.ofMillis(1));
    assertThat(woken).as("both together").hasSize(2);
    reader.poll((FrameSink) (frame, offset, since) -> frames.add(frame));
    assertThat(frames).hasSize(3);
    executor.advance(Duration.ofMillis(5));
    slower.publish(one);
    executor.runDue();
    assertThat(woken).as("the first after a pause").hasSize(3);
  }

  @Test
  void goesOnWhenOneSubscribersJudgementFails() {
    hub.subscribe(failing(), () -> woken.add("failing"))
        .poll((FrameSink) (frame, offset, since) -> true);
    subscribe("other", () -> {});

    hub.publish(Publication.of(new Topic("topic"), "data").privately());
    publish("other");
    executor.runDue();

    assertThat(woken).containsExactlyInAnyOrder("failing", "other");
  }

  @Test
  void givesNobodyWhatItCouldNotJudge() {
    Cursor subscription = hub.subscribe(failing(), () -> woken.add("failing"));
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    List<byte[]> frames = new ArrayList<>();

    hub.publish(Publication.of(new Topic("topic"), "data").privately());
    executor.runDue();

    assertThatIllegalStateException()
        .isThrownBy(
            () -> subscription.poll((FrameSink) (frame, offset, since) -> frames.add(frame)));
    assertThat(frames).isEmpty();
  }

  private static Interest failing() {
    return new Interest(
        TopicSelector.parse(List.of("topic")),
        new StartingPoint.Newest(),
        false,
        Duration.ZERO,
        entry -> {
          throw new IllegalStateException("cannot judge");
        });
  }

  @Test
  void wakesASubscriberWhenWhatItAwaitsHasBeenFetched() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false); // the fan-out starts after it
    slow.isSlow = true;
    Cursor subscription = fromTheEarliest(slow);
    List<byte[]> frames = new ArrayList<>();
    FrameSink sink = (frame, offset, since) -> frames.add(frame);
    subscription.poll(sink);
    subscription.poll(sink); // asks for it once, however often it looks
    assertThat(frames).isEmpty();
    assertThat(fetching.waiting()).isEqualTo(1);

    fetching.runDue();
    assertThat(woken).as("by a thread that writes, not by the one that waits").isEmpty();
    executor.runDue();

    assertThat(woken).containsExactly("reader");
    subscription.poll(sink);
    assertThat(frames).hasSize(1);
  }

  @Test
  void triesAgainWhatCouldNotBeFetched() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false);
    slow.isSlow = true;
    slow.isBroken = true;
    Cursor subscription = fromTheEarliest(slow);
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    fetching.runDue();
    executor.runDue();
    assertThat(woken).isEmpty();

    slow.isBroken = false;
    executor.advance(Duration.ofSeconds(1));
    fetching.runDue();
    executor.runDue();

    assertThat(woken).containsExactly("reader");
  }

  @Test
  void waitsForNothingItself() {
    SlowLog slow = new SlowLog(log);
    Cursor subscription = fromTheEarliest(slow);
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    slow.isSlow = true;

    slow.append(Publication.of(new Topic("topic"), "data"), false);
    executor.runDue();

    assertThat(woken).as("to see to it itself").containsExactly("reader");
  }

  private Cursor fromTheEarliest(SlowLog slow) {
    return subscribeFromTheEarliest(hubOver(slow));
  }

  private Hub hubOver(SlowLog slow) {
    return Hubs.over(slow, topic -> false, executor, fetching);
  }

  private Cursor subscribeFromTheEarliest(Hub slowHub) {
    Interest all =
        Interest.in(TopicSelector.parse(List.of("topic"))).from(new StartingPoint.Earliest());
    return slowHub.subscribe(all, () -> woken.add("reader"));
  }

  @Test
  void forgetsASubscriberWhosePlaceCouldNotBeFound() {
    EventLog failing =
        new ForwardingLog(log) {
          @Override
          public Lookup find(String id, EntryFilter wanted) {
            throw new InternalError("made to fail");
          }
        };
    Hub over = Hubs.over(failing, topic -> false, executor, fetching);
    Interest interest =
        Interest.in(TopicSelector.parse(List.of("topic"))).from(new StartingPoint.After("some"));
    assertThatExceptionOfType(InternalError.class)
        .isThrownBy(() -> over.subscribe(interest, () -> woken.add("nobody")));

    publish("topic");
    executor.runDue();

    assertThat(woken).isEmpty();
  }

  @Test
  void wakesNobodyWhoHasLeft() {
    Cursor leaving = subscribe("topic", () -> {});
    subscribe("topic", () -> {});
    leaving.close();

    publish("topic");
    executor.runDue();

    assertThat(woken).hasSize(1);
  }

  @Test
  void wakesNobodyWhoHasLeftWhileTheLogFetchedWhatItAwaited() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false);
    slow.isSlow = true;
    Cursor subscription = fromTheEarliest(slow);
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    subscription.close();

    fetching.runDue();
    executor.runDue();

    assertThat(woken).isEmpty();
  }

  @Test
  void isAwaitingUntilASubscriberHasTakenWhatWasFetched() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false);
    slow.isSlow = true;
    Cursor subscription = fromTheEarliest(slow);
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    fetching.runDue();
    assertThat(subscription.isAwaiting()).as("it has come, and is not taken").isTrue();

    executor.runDue();
    assertThat(subscription.isAwaiting()).isTrue();
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    assertThat(subscription.isAwaiting()).isFalse();
  }

  @Test
  void triesNothingAgainForASubscriberThatHasLeft() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false);
    slow.isSlow = true;
    slow.isBroken = true;
    Cursor subscription = fromTheEarliest(slow);
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    fetching.runDue();
    executor.runDue();

    subscription.close();

    assertThat(executor.waiting() + fetching.waiting()).isZero();
  }

  @Test
  void triesOnceForAllSubscribersThatWaitForWhatCannotBeRead() {
    SlowLog slow = new SlowLog(log);
    slow.append(Publication.of(new Topic("topic"), "data"), false);
    slow.isSlow = true;
    slow.isBroken = true;
    Hub slowHub = hubOver(slow);
    for (int i = 0; i < 1000; i++) {
      subscribeFromTheEarliest(slowHub).poll((FrameSink) (frame, offset, since) -> true);
      fetching.runDue();
    }

    executor.advance(Duration.ofSeconds(1));
    assertThat(fetching.waiting()).isEqualTo(1);

    slow.isBroken = false;
    for (int i = 0; i < 1000; i++) {
      fetching.runDue();
      executor.runDue();
    }
    assertThat(woken).hasSize(1000);
  }

  @Test
  void doesNotKeepASubscriberWaitingForWhatWasBeforeIt() {
    for (int i = 0; i < 1000; i++) {
      publish("topic");
    }
    executor.runDue();
    subscribe("topic", () -> {});

    publish("topic");
    executor.runNext();

    assertThat(woken).containsExactly("topic");
  }

  @Test
  void readsNothingWhenTheLastSubscriberHasLeft() {
    SlowLog counting = new SlowLog(log);
    Hub countedHub = Hubs.over(counting, executor);
    for (String filter : List.of("topic", "{any}", "*")) {
      countedHub
          .subscribe(Interest.in(TopicSelector.parse(List.of(filter, "other"))), () -> {})
          .close();
    }

    countedHub.publish(Publication.of(new Topic("topic"), "data"));
    executor.runDue();

    assertThat(counting.reads).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a{b} | exact, template",
        "ac | template",
        "ab | template, URL pattern",
        "https://hub.example/ab | URL pattern",
      })
  void takesTheSameTextInThreeWaysForThreeFilters(String topic, String subscribers) {
    subscribe("exact", TopicFilter.exact("a{b}"));
    subscribe("template", TopicFilter.parse("a{b}"));
    subscribe("URL pattern", TopicFilter.urlPattern("a{b}", URI.create("https://hub.example/")));

    publish(topic);
    executor.runDue();

    assertThat(woken).containsExactlyInAnyOrder(subscribers.split(", "));
  }

  @Test
  void aTurnThatCouldNotBeginIsMadeUpForByTheNextEvent() {
    try (LogLines muted = new LogLines(MemoryEventLog.class)) {
      subscribe("topic", () -> {});
      executor.failNext();
      publish("topic");
      assertThat(muted.lines().get(0)).contains("could not be told");
    }
    publish("another");
    executor.runDue();

    assertThat(woken).containsExactly("topic");
  }

  @Test
  void wakesNobodyOnceTheHubIsClosed() {
    subscribe("topic", () -> {});
    hub.close();

    publish("topic");
    executor.runDue();

    assertThat(woken).isEmpty();
  }

  private Cursor subscribe(String topic, Runnable then) {
    Interest interest = Interest.in(TopicSelector.parse(List.of(topic)));
    Cursor subscription =
        hub.subscribe(
            interest,
            () -> {
              woken.add(topic);
              then.run();
            });
    subscription.poll((FrameSink) (frame, offset, since) -> true);
    return subscription;
  }

  private void subscribe(String name, TopicFilter filter) {
    Interest interest = Interest.in(TopicSelector.of(List.of(filter)));
    Cursor subscription = hub.subscribe(interest, () -> woken.add(name));
    subscription.poll((FrameSink) (frame, offset, since) -> true);
  }

  private void publish(String topic) {
    hub.publish(Publication.of(new Topic(topic), "data"));
  }
}
