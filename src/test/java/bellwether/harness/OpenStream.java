package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.wire.MessageEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A stream that a test has opened, read event by event. */
public final class OpenStream implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final EventRecorder recorder;
  private final SseClient client;
  private final EventReader events;

  private OpenStream(EventRecorder recorder, SseClient client) {
    this.recorder = recorder;
    this.client = client;
    this.events = new EventReader(recorder, client::hasEnded);
  }

  public static OpenStream open(URI uri, Map<String, String> headers) {
    EventRecorder recorder = new EventRecorder();
    return new OpenStream(recorder, SseClient.open(uri, headers, recorder));
  }

  /** Opens one of many that share a thread. */
  public static OpenStream open(SseClientGroup group, URI uri) {
    EventRecorder recorder = new EventRecorder();
    return new OpenStream(recorder, group.open(uri, Map.of(), recorder));
  }

  public SseClient client() {
    return client;
  }

  public EventRecorder recorder() {
    return recorder;
  }

  /** The header's value; fails if it is not there exactly once. */
  public String header(String lowerCaseName) {
    List<String> values = client.headers().getOrDefault(lowerCaseName, List.of());
    assertThat(values).as(lowerCaseName).hasSize(1);
    return values.get(0);
  }

  /** The next event, waited for. */
  public MessageEvent next() {
    return events.next();
  }

  public int status() {
    return client.status();
  }

  /** The data of the next events, waited for. */
  public List<String> nextData(int count) {
    return events.nextData(count);
  }

  /** Takes the event that ends the opening of a fresh stream, which must come next. */
  public OpenStream opened() {
    events.takeOpening();
    return this;
  }

  /** All events so far that have not been asked for. */
  public List<MessageEvent> rest() {
    return events.rest();
  }

  public SseClient.End awaitEnd() {
    return client.awaitEnd(LIMIT);
  }

  @Override
  public void close() {
    client.close();
  }
}
