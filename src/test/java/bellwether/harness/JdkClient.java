package bellwether.harness;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream by the JDK's client. It speaks TLS, and agrees with a server on HTTP/2 as other clients
 * do; {@link SseClient} knows neither. It reads at its own pace.
 */
final class JdkClient implements StreamClient {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final BodySink sink;
  private final CompletableFuture<Head> head = new CompletableFuture<>();
  private final CompletableFuture<HttpResponse<Void>> whole;

  JdkClient(HttpClient http, HttpRequest request, BodySink sink) {
    this.sink = sink;
    whole = http.sendAsync(request, this::body);
  }

  private HttpResponse.BodySubscriber<Void> body(HttpResponse.ResponseInfo info) {
    head.complete(new Head(info.version(), info.statusCode(), Map.copyOf(info.headers().map())));
    return BodySubscribers.ofByteArrayConsumer(piece -> piece.ifPresent(sink::body));
  }

  @Override
  public Head head() {
    return Await.value("an answer", LIMIT, head);
  }

  @Override
  public boolean hasEnded() {
    return whole.isDone();
  }

  @Override
  public End awaitEnd(Duration limit) {
    return Await.value(
        "the end of the stream", limit, whole.handle((response, failure) -> end(failure)));
  }

  private static End end(@Nullable Throwable failure) {
    if (failure == null) {
      return End.COMPLETE;
    }
    return failure instanceof CancellationException ? End.CLOSED : End.CUT;
  }

  @Override
  public void stopReading() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void resumeReading() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reset() {
    whole.cancel(true);
  }

  @Override
  public void close() {
    reset();
  }
}
