package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.ForwardingLog;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Publishing that is answered later. */
class HubSubmitTest {
  private static final Publication EVENT = Publication.of(new Topic("news"), "x");

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final List<Integer> published = new ArrayList<>();
  private final LateLog log = new LateLog();
  private final Hub hub =
      new Hub(
          log,
          topic -> false,
          executor,
          executor,
          FanOut.over(1),
          System::nanoTime,
          new HubListener() {
            @Override
            public void published(int events) {
              published.add(events);
            }
          });

  /** A log that answers when the test says so. */
  private static final class LateLog extends ForwardingLog {
    private CompletableFuture<List<LogEntry>> answer = new CompletableFuture<>();

    LateLog() {
      super(
          new MemoryEventLog(10, 1 << 20, InstantSource.system(), System::nanoTime, new Random(1)));
    }

    @Override
    public CompletableFuture<List<LogEntry>> submit(
        List<Publication> publications, Predicate<Topic> retained) {
      answer = new CompletableFuture<>();
      return answer;
    }
  }

  @AfterEach
  void close() {
    executor.shutdownNow();
  }

  @Test
  void countsWhatIsPublishedOnceAndBeforeItIsAnswered() {
    CompletableFuture<Integer> counted =
        hub.submit(List.of(EVENT, EVENT)).thenApply(entries -> published.size());
    assertThat(published).isEmpty();
    log.answer.complete(log.append(List.of(EVENT, EVENT), topic -> false));
    assertThat(counted).isCompletedWithValue(1);
    assertThat(published).containsExactly(2);
    var unused = hub.publish(EVENT);
    assertThat(published).containsExactly(2, 1);
  }

  @Test
  void countsNothingThatIsRefused() {
    CompletableFuture<List<LogEntry>> refused = hub.submit(List.of(EVENT));
    log.answer.completeExceptionally(
        new LogUnavailableException("full", new IOException("made to fail")));
    assertThat(refused).isCompletedExceptionally();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hub.submit(List.of(EVENT, EVENT.withType("gap"))));
    assertThat(published).isEmpty();
  }
}
