package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.RawAnswer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who asks for a stream while our own server stops is never told to stay away for good. */
class StopAnswersIT {
  private static final int ASKING = 4; // at a time
  private static final String STREAM =
      "GET /events?topic=a HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

  @Test
  void answersAsToABrowserThatShallComeBackOrNotAtAll() throws InterruptedException {
    Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    AtomicBoolean hasStopped = new AtomicBoolean();
    try (Bellwether server = Bellwether.start(Container.OWN, settings -> settings)) {
      Runnable ask =
          () -> {
            while (!hasStopped.get()) {
              try {
                statuses.add(RawAnswer.to(server, STREAM).status());
              } catch (UncheckedIOException e) {
                // Nobody there, any more.
              }
            }
          };
      List<Thread> asking = Stream.generate(() -> new Thread(ask)).limit(ASKING).toList();
      asking.forEach(Thread::start);
      Await.until("answers", Bellwether.LIMIT, () -> statuses.size() > 2 * ASKING);
      server.process().terminate();
      hasStopped.set(true);
      for (Thread thread : asking) {
        thread.join();
      }
    }
    // 0 is a connection that was closed before it was answered.
    assertThat(statuses).contains(200).allMatch(status -> status == 200 || status == 0);
  }
}
