package bellwether.harness;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A stream by the JDK's client. It speaks TLS, and agrees with a server on HTTP/2 as other clients
 * do; {@link SseClient} knows neither. It reads at its own pace.
 */
final class JdkClient extends StreamClient {
  private final BodySink sink;
  private final CompletableFuture<HttpResponse<Void>> whole;

  JdkClient(HttpClient http, HttpRequest request, BodySink sink) {
    this.sink = sink;
    whole = http.sendAsync(request, this::body);
    var unused = whole.whenComplete(this::ended);
  }

  private HttpResponse.BodySubscriber<Void> body(HttpResponse.ResponseInfo info) {
    head.complete(new Head(info.version(), info.statusCode(), Map.copyOf(info.headers().map())));
    return BodySubscribers.ofByteArrayConsumer(piece -> piece.ifPresent(sink::body));
  }

  private void ended(@Nullable HttpResponse<Void> response, @Nullable Throwable failure) {
    if (failure == null) {
      end.complete(End.COMPLETE);
    } else {
      end.complete(failure instanceof CancellationException ? End.CLOSED : End.CUT);
      head.completeExceptionally(failure);
    }
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
