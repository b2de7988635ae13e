package bellwether.harness;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A stream of events, read by the JDK's client, in whatever version of HTTP that has agreed on. */
public final class JdkStream implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final EventRecorder recorder = new EventRecorder();
  private final CompletableFuture<HttpResponse.ResponseInfo> head = new CompletableFuture<>();
  private final CompletableFuture<HttpResponse<Void>> whole;
  private final EventReader events;

  private JdkStream(HttpClient http, HttpRequest request) {
    whole = http.sendAsync(request, this::body);
    events = new EventReader(recorder, whole::isDone);
  }

  public static JdkStream open(HttpClient http, HttpRequest request) {
    return new JdkStream(http, request);
  }

  private HttpResponse.BodySubscriber<Void> body(HttpResponse.ResponseInfo info) {
    head.complete(info);
    return BodySubscribers.ofByteArrayConsumer(piece -> piece.ifPresent(recorder::body));
  }

  public HttpResponse.ResponseInfo head() {
    return Await.value("an answer", LIMIT, head);
  }

  public EventRecorder recorder() {
    return recorder;
  }

  public EventReader events() {
    return events;
  }

  /** Fails if the response does not end whole. */
  public void awaitEnd() {
    Await.value("the end of the stream", LIMIT, whole);
  }

  @Override
  public void close() {
    whole.cancel(true);
  }
}
