package bellwether.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import bellwether.wire.MessageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("try") // listening needs to be ended, and nothing else
class BellwetherTest {
  private final Bellwether bellwether =
      Bellwether.inMemory(10, topic -> topic.name().startsWith("state"));
  private final ExecutorService executor = Executors.newFixedThreadPool(3);
  private final BlockingQueue<MessageEvent> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    bellwether.close();
    executor.shutdownNow();
  }

  @Test
  void hearsTheStateThenEveryEventInOrder() throws InterruptedException {
    bellwether.publish("state/a", "now");
    try (Listening listening = bellwether.listen(List.of("state/{x}", "a"), executor, heard::add)) {
      assertThat(next().data()).isEqualTo("now");
      assertThat(next().type()).isEqualTo("cursor");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        ids.add(bellwether.publish("a", "line\nof " + i));
        bellwether.publish("b", "not asked for");
        assertThat(next()).isEqualTo(new MessageEvent("message", "line\nof " + i, ids.get(i)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k\fz", "a\tb", "é", " a", "a ", "earliest"})
  void refusesAnIdThatCouldNotComeBack(String id) {
    assertThatThrownBy(
            () ->
                bellwether.publish(
                    new Publication(List.of(new Topic("a")), false, id, null, null, "data", null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("id ");
  }

  @Test
  void goesOnFromWhereAnotherEndedAndSaysWhatIsGone() throws InterruptedException {
    String first = bellwether.publish("a", "1");
    bellwether.publish(Publication.of(new Topic("a"), "2").withType("update").privately());
    try (Listening again = bellwether.listen(List.of("a"), first, executor, heard::add)) {
      MessageEvent update = next();
      assertThat(update.type()).isEqualTo("update");
      assertThat(update.data()).isEqualTo("2");
    }
    for (int i = 0; i < 20; i++) {
      bellwether.publish("a", "later");
    }
    try (Listening late = bellwether.listen(List.of("a"), first, executor, heard::add)) {
      assertThat(next().type()).isEqualTo("gap");
      assertThat(next().data()).isEqualTo("later");
    }
  }

  @Test
  void beginsAnewWhereAnotherEndedInItsOpeningState() throws InterruptedException {
    bellwether.publish("state/a", "now");
    try (Listening first = bellwether.listen(List.of("state/a"), executor, heard::add)) {
      MessageEvent state = next();
      assertThat(state).isEqualTo(new MessageEvent("message", "now", ""));
      assertThat(next().type()).isEqualTo("cursor");
      try (Listening again =
          bellwether.listen(List.of("state/a"), state.lastEventId(), executor, heard::add)) {
        assertThat(next()).isEqualTo(state);
        assertThat(next().type()).isEqualTo("cursor");
      }
    }
  }

  @Test
  void aSlowListenerKeepsNobodyWaitingAndOneThatFailsGoesOn() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    try (Listening slow =
            bellwether.listen(
                List.of("a"),
                executor,
                event -> {
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
        Listening failing =
            bellwether.listen(
                List.of("a"),
                executor,
                event -> {
                  heard.add(event);
                  throw new IllegalStateException("on purpose");
                })) {
      bellwether.publish("a", "1");
      bellwether.publish("a", "2");
      assertThat(next().type()).isEqualTo("cursor");
      assertThat(next().data()).isEqualTo("1");
      assertThat(next().data()).isEqualTo("2");
    } finally {
      release.countDown();
    }
  }

  @Test
  void hearsWhatItsExecutorDidNotTakeWithTheNextEvent() throws InterruptedException {
    AtomicInteger tasks = new AtomicInteger();
    Executor reluctant =
        task -> {
          if (tasks.incrementAndGet() == 2) { // the first is the opening
            throw new RejectedExecutionException("full");
          }
          executor.execute(task);
        };
    try (Listening listening = bellwether.listen(List.of("a"), reluctant, heard::add)) {
      assertThat(next().type()).isEqualTo("cursor");
      bellwether.publish("a", "1");
      bellwether.publish("a", "2");
      assertThat(next().data()).isEqualTo("1");
      assertThat(next().data()).isEqualTo("2");
    }
  }

  @Test
  void goesOnAfterAnErrorAndAfterAnExecutorThatTakesNothing() throws InterruptedException {
    AtomicInteger refusals = new AtomicInteger(1);
    Executor reluctant =
        task -> {
          if (refusals.getAndDecrement() > 0) {
            throw new RejectedExecutionException("full");
          }
          executor.execute(task);
        };
    try (Listening listening =
        bellwether.listen(
            List.of("a"),
            reluctant,
            event -> {
              heard.add(event);
              if (event.data().equals("1")) {
                throw new AssertionError("on purpose");
              }
            })) {
      bellwether.publish("a", "1");
      assertThat(next().type()).isEqualTo("cursor");
      assertThat(next().data()).isEqualTo("1");
      bellwether.publish("a", "2");
      assertThat(next().data()).isEqualTo("2");
    }
  }

  @Test
  void aFailureReachesTheThreadsHandlerWhichMayFailItself() throws InterruptedException {
    BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    ExecutorService watched =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task);
              thread.setUncaughtExceptionHandler(
                  (failed, failure) -> {
                    failures.add(failure);
                    throw new IllegalStateException("of the handler");
                  });
              return thread;
            });
    try (Listening listening =
        bellwether.listen(
            List.of("a"),
            watched,
            event -> {
              throw new IllegalStateException(event.type());
            })) {
      bellwether.publish("a", "1");
      for (String type : List.of("cursor", "message")) {
        assertThat(failures.poll(30, TimeUnit.SECONDS)).hasMessage(type);
      }
    } finally {
      watched.shutdownNow();
    }
  }

  @Test
  void hearsNothingOnceItIsClosed() throws InterruptedException {
    Listening listening = bellwether.listen(List.of("a"), executor, heard::add);
    assertThat(next().type()).isEqualTo("cursor");
    listening.close();
    listening.close();
    bellwether.publish("a", "1");
    try (Listening other = bellwether.listen(List.of("b"), executor, heard::add)) {
      bellwether.publish("b", "2");
      assertThat(next().type()).isEqualTo("cursor");
      assertThat(next().data()).isEqualTo("2");
    }
  }

  @Test
  void refusesWhatHttpWouldRefuse() {
    assertThatThrownBy(() -> bellwether.publish("", "1"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bellwether.publish(Publication.of(new Topic("a"), "").withType("gap")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> bellwether.listen(List.of("\n"), executor, heard::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private MessageEvent next() throws InterruptedException {
    MessageEvent event = heard.poll(30, TimeUnit.SECONDS);
    assertThat(event).as("within 30 s").isNotNull();
    return event;
  }
}
