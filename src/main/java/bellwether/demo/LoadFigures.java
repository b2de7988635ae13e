package bellwether.demo;

import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import java.time.Duration;
import java.util.Map;

/**
 * The figures of a {@link LoadRun} so far.
 *
 * @param streams the number of streams that the run was asked to open
 * @param open the number of them that are open now
 * @param lasted the time since the first request
 * @param published how many events were published
 * @param delivered how many events were read from a socket, over all streams
 * @param deliveriesPerSecond how many events were read in the last second
 * @param bytes how many bytes of bodies were read
 * @param p50 the median time from publishing to reading from the socket, in the last second
 * @param missing how many events a stream skipped
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

  /** The figures before the first run. */
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
