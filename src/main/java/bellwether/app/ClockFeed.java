package bellwether.app;

import bellwether.eventlog.Publication;
import bellwether.eventlog.Topic;
import bellwether.hub.FeedLoop;
import bellwether.hub.Hub;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ScheduledExecutorService;

/** Publishes the server's time to {@code clock}, as ISO 8601 text. */
final class ClockFeed implements AutoCloseable {
  static final Topic TOPIC = new Topic("clock");

  private final FeedLoop loop;

  ClockFeed(Hub hub, InstantSource clock, Duration interval, ScheduledExecutorService executor) {
    Runnable tell =
        () -> {
          String now = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
          hub.publish(Publication.of(TOPIC, now));
        };
    loop = new FeedLoop("clock", tell, interval, executor);
  }

  void start() {
    loop.start();
  }

  @Override
  public void close() {
    loop.close();
  }
}
