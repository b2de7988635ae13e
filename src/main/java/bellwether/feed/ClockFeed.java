package bellwether.feed;

import bellwether.eventlog.Publication;
import bellwether.hub.Hub;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Publishes the server's time to {@code clock}, as ISO 8601 text. */
public final class ClockFeed implements Feed {
  private final Hub hub;
  private final InstantSource clock;

  public ClockFeed(Hub hub, InstantSource clock) {
    this.hub = hub;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "clock";
  }

  @Override
  public Optional<Duration> look() {
    String now = clock.instant().truncatedTo(ChronoUnit.MILLIS).toString();
    hub.publish(Publication.of(ClockTopics.CLOCK, now));
    return Optional.empty();
  }
}
