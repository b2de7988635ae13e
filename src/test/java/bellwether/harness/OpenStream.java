package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.wire.MessageEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The tests' reader of server-sent events: a stream that a test has opened and reads event by
 * event, by whatever HTTP client. Confined to the test's thread.
 *
 * <p>Only the fault suite has another, {@code faults.Reader}: that one is an {@code EventSource},
 * which comes back by itself and waits for nothing.
 */
public final class OpenStream implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final EventRecorder recorder = new EventRecorder();
  private final StreamClient client;
  private int taken; // how many events have been asked for

  private OpenStream(Function<BodySink, StreamClient> client) {
    this.client = client.apply(recorder);
  }

  /** Opens one over a plain socket. */
  public static OpenStream open(URI uri, Map<String, String> headers) {
    return new OpenStream(recorder -> SseClient.open(uri, headers, recorder));
  }

  /** Opens one of many that share a thread. */
  public static OpenStream open(SseClientGroup group, URI uri) {
    return new OpenStream(recorder -> group.open(uri, Map.of(), recorder));
  }

  /** Opens one by the JDK's client, in whatever version of HTTP that agrees on. */
  public static OpenStream open(HttpClient http, HttpRequest request) {
    return new OpenStream(recorder -> new JdkClient(http, request, recorder));
  }

  /** Opens one of many that share a connection. */
  static OpenStream open(Http2Connection connection, URI uri, Map<String, String> headers) {
    return new OpenStream(recorder -> connection.open(uri, headers, recorder));
  }

  public StreamClient client() {
    return client;
  }

  public EventRecorder recorder() {
    return recorder;
  }

  public int status() {
    return client.status();
  }

  /** The header's value; fails if it is not there exactly once. */
  public String header(String lowerCaseName) {
    List<String> values = client.headers().getOrDefault(lowerCaseName, List.of());
    assertThat(values).as(lowerCaseName).hasSize(1);
    return values.get(0);
  }

  /** The next event, waited for. */
  public MessageEvent next() {
    Await.until(
        "event " + (taken + 1) + " of a stream",
        LIMIT,
        () -> recorder.events().size() > taken || client.hasEnded());
    assertThat(recorder.events()).as("the stream has ended, at least").hasSizeGreaterThan(taken);
    return recorder.events().get(taken++);
  }

  /**
   * The data of the next events, waited for, without {@code cursor} events: a stream that is quiet
   * for a while gets them in between.
   */
  public List<String> nextData(int count) {
    return Stream.generate(this::next)
        .filter(event -> !event.type().equals("cursor"))
        .limit(count)
        .map(MessageEvent::data)
        .toList();
  }

  /** Takes the event that ends the opening of a fresh stream, which must come next. */
  public OpenStream opened() {
    assertThat(next().type()).isEqualTo("cursor");
    return this;
  }

  /** All events so far that have not been asked for. */
  public List<MessageEvent> rest() {
    List<MessageEvent> all = recorder.events();
    List<MessageEvent> rest = all.subList(taken, all.size());
    taken = all.size();
    return rest;
  }

  public StreamClient.End awaitEnd() {
    return client.awaitEnd(LIMIT);
  }

  @Override
  public void close() {
    client.close();
  }
}
