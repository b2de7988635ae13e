package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.Publication;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.EventStreamEncoder;
import jakarta.servlet.AsyncEvent;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is left of a stream when it has ended, however it ends: nothing, and the reason. */
class StreamEndingTest {
  private static final Topic TOPIC = new Topic("topic");
  private static final Duration RETRY = Duration.ofSeconds(3);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String FAREWELL = "event: shutdown\nretry: 3000\ndata: {}\n\n";

  private final Metrics metrics = new Metrics();
  private final ConnectionRegistry registry = new ConnectionRegistry(10, metrics);
  private final FailedRequests failed = new FailedRequests();
  private final ManualScheduler executor = new ManualScheduler();
  private final Hub hub = Hubs.over(MemoryLogs.of(100), executor);
  private final FakeResponse response = new FakeResponse(new Random(1), 0);
  private int judged; // how often the hub asked on the stream's behalf

  private enum Ending {
    CLOSED("error") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.close(CloseReason.ERROR);
      }
    },
    SHUT_DOWN("shutdown") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.shutDown(RETRY);
      }
    },
    CLIENT_IS_GONE("gone") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.onError(new IOException("reset"));
      }
    },
    CONTAINER_GAVE_UP_WRITING("stalled") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.onError(new TimeoutException("Jetty's"));
      }
    },
    CONTAINER_GAVE_UP_THE_REQUEST("stalled") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.onError(
            new AsyncEvent(null, null, null, new SocketTimeoutException("Tomcat's")));
      }
    },
    CONTAINER_TIMED_OUT("shutdown") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.onTimeout(new AsyncEvent(null, null, null));
      }
    },
    CONTAINER_COMPLETED("error") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        connection.onComplete(new AsyncEvent(null, null, null));
      }
    },
    WRITE_FAILED("gone") {
      @Override
      void of(StreamConnection connection, FakeResponse response) {
        response.breakOff();
        beat(connection);
      }
    };

    private final String reason;

    Ending(String reason) {
      this.reason = reason;
    }

    abstract void of(StreamConnection connection, FakeResponse response);
  }

  @ParameterizedTest
  @EnumSource
  void leavesTheHubAndTheRegistryAndSaysWhy(Ending ending) {
    StreamConnection connection = open(response::complete);
    publishPrivately();
    assertThat(judged).isPositive();

    ending.of(connection, response);
    judged = 0;
    publishPrivately();

    assertThat(judged).isZero();
    assertThat(registry.size()).isZero();
    assertThat(metrics.text())
        .contains("bellwether_streams_open 0.0")
        .contains("bellwether_streams_closed_total{reason=\"" + ending.reason + "\"} 1.0")
        .containsOnlyOnce("bellwether_streams_closed_total{");
  }

  @ParameterizedTest
  @EnumSource
  void completesTheRequestOnceUnlessTheContainerHas(Ending ending) {
    StreamConnection connection = open(response::complete);

    ending.of(connection, response);
    connection.close(CloseReason.SHUTDOWN);
    failed.close();

    assertThat(response.completions()).isEqualTo(ending == Ending.CONTAINER_COMPLETED ? 0 : 1);
    assertThat(response.violations()).isEmpty();
  }

  @Test
  void saysGoodByeWhenTheContainerEndsItOnItsWayOut() {
    StreamConnection connection = open(response::complete);

    connection.onTimeout(new AsyncEvent(null, null, null));

    assertThat(new String(response.written(), UTF_8)).endsWith(FAREWELL);
    assertThat(response.isFlushed()).isTrue();
    assertThat(response.isOver()).isTrue();
    assertThat(response.violations()).isEmpty();
  }

  @Test
  void endsWithoutAWordWhenTheClientTakesNoneAsTheContainerEndsIt() {
    StreamConnection connection = open(response::complete);
    response.stickAfter(0);
    publishPrivately();

    connection.onTimeout(new AsyncEvent(null, null, null));

    assertThat(new String(response.written(), UTF_8)).doesNotContain("shutdown");
    assertThat(response.completions()).isEqualTo(1);
    assertThat(metrics.text()).contains("bellwether_streams_closed_total{reason=\"error\"} 1.0");
  }

  @Test
  void takesItCalmlyWhenTheContainerWasQuicker() {
    StreamConnection connection =
        open(
            () -> {
              throw new IllegalStateException("completed already");
            });

    connection.close(CloseReason.ERROR);

    assertThat(registry.size()).isZero();
  }

  @Test
  void isCompletedAndForgottenWhateverIsThrownAsItIsLetGoOf() {
    StreamConnection connection =
        open(
            response,
            response::complete,
            () -> {
              throw new OutOfMemoryError("to tell of its end");
            });

    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(() -> connection.close(CloseReason.ERROR));

    assertThat(registry.size()).isZero();
    assertThat(response.completions()).isEqualTo(1);
  }

  /** The long event fills a turn to the last write; the farewell joins what is left of it. */
  @Test
  void saysGoodByeOnceAfterALongEventAndLetsOthersGoFirst() {
    StreamConnection connection = open(response::complete);
    response.stickAfter(1);
    hub.publish(Publication.of(TOPIC, "x".repeat(65 * WriteBuffer.MAX + 100)));
    executor.runDue();
    connection.shutDown(RETRY);
    response.stickAfter(Integer.MAX_VALUE);
    writePossible(connection);
    assertThat(response.isOver()).as("others go first").isFalse();

    executor.runDue();

    assertThat(response.isOver()).isTrue();
    assertThat(response.violations()).isEmpty();
    assertThat(new String(response.written(), UTF_8))
        .endsWith("x\n\n" + FAREWELL)
        .containsOnlyOnce(FAREWELL);
  }

  @Test
  void doesNotEndTheRoundsOfTheCaretakerWhateverItsCompletionThrows() {
    StreamConnection connection =
        open(
            () -> {
              throw new StackOverflowError();
            });
    response.breakOff();
    beat(connection);
    FakeResponse sound = new FakeResponse(new Random(1), 0);
    StreamConnection other = open(sound, sound::complete);
    new StreamSupervisor(
            registry,
            failed,
            executor,
            Duration.ofSeconds(15),
            DAY,
            Long.MAX_VALUE,
            Openers.ENDLESS)
        .start();
    executor.advance(Duration.ofMinutes(1));
    int written = sound.written().length;

    executor.advance(Duration.ofMinutes(1));

    assertThat(sound.written().length).as("heartbeats go on").isGreaterThan(written);
    other.close(CloseReason.SHUTDOWN);
  }

  /** Two rounds of the supervisor: it has been quiet since the first. */
  private static void beat(StreamConnection connection) {
    connection.tend(DAY, Long.MAX_VALUE);
    connection.tend(DAY, Long.MAX_VALUE);
  }

  private StreamConnection open(Runnable complete) {
    return open(response, complete);
  }

  private StreamConnection open(FakeResponse of, Runnable complete) {
    return open(of, complete, () -> {});
  }

  private StreamConnection open(FakeResponse of, Runnable complete, Runnable onClose) {
    StreamConnection connection =
        new StreamConnection(
            new ContainerOutput(of, complete, () -> {}),
            EventStreamEncoder.opening(RETRY),
            new StreamContext(registry, failed, metrics, executor, executor::nanoTime, () -> RETRY),
            new StreamKey(0, 0));
    Interest interest =
        new Interest(
            TopicSelector.parse(List.of("topic")),
            new StartingPoint.Newest(),
            false,
            Duration.ZERO,
            entry -> judged++ >= 0);
    connection.attach(hub.subscribe(interest, connection), onClose, 0);
    assertThat(registry.add(connection)).isTrue();
    if (of.takeWritePossible()) {
      connection.onWritePossible();
    }
    return connection;
  }

  private void writePossible(StreamConnection connection) {
    if (response.takeWritePossible()) {
      connection.onWritePossible();
    }
  }

  private void publishPrivately() {
    hub.publish(Publication.of(TOPIC, "data").privately());
    executor.runDue();
  }
}
