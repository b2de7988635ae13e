package bellwether.demo;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import java.time.Duration;
import java.util.Map;

/**
 * What load has done so far.
 *
 * @param streams asked for
 * @param open of them, just now
 * @param lasted since the first stream was asked for
 * @param published events
 * @param delivered events that were read from a socket
 * @param deliveriesPerSecond in the last second
 * @param bytes of bodies that were read
 * @param p50 from publishing to reading from the socket, in the last second
 * @param missing events that a stream passed over
 */
public record LoadFigures(
    boolean running,
    int streams,
    int open,
    Duration lasted,
    long published,
    long delivered,
    long deliveriesPerSecond,
    long bytes,
    Duration p50,
    Duration p99,
    long missing) {
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());
  private static final double NANOS_OF_MILLI = 1e6;

  /** Before there was any. */
  public static final LoadFigures NONE =
      new LoadFigures(false, 0, 0, Duration.ZERO, 0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0);

  public String toJson() {
    return json.createObjectBuilder()
        .add("running", running)
        .add("topic", LoadRun.TOPIC.name())
        .add("streams", streams)
        .add("open", open)
        .add("seconds", lasted.toMillis() / 1e3)
        .add("published", published)
        .add("delivered", delivered)
        .add("deliveriesPerSecond", deliveriesPerSecond)
        .add("bytes", bytes)
        .add("p50Millis", p50.toNanos() / NANOS_OF_MILLI)
        .add("p99Millis", p99.toNanos() / NANOS_OF_MILLI)
        .add("missing", missing)
        .build()
        .toString();
  }
}
