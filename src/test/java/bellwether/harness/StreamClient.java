package bellwether.harness;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * How the bytes of an {@link OpenStream} come: the answer to one GET, by one of several HTTP
 * clients. Any thread may call it.
 */
public abstract class StreamClient implements AutoCloseable {
  private static final Duration HEAD_LIMIT = Duration.ofSeconds(15);

  /** How a stream came to its end. */
  public enum End {
    /** The response is whole. */
    COMPLETE,
    /** The connection was reset, or ended in the middle of the response. */
    CUT,
    /** {@link #close} or {@link #reset} was called here. */
    CLOSED
  }

  /**
   * The head of an answer.
   *
   * @param headers by lower-case name
   */
  public record Head(HttpClient.Version version, int status, Map<String, List<String>> headers) {}

  final CompletableFuture<Head> head = new CompletableFuture<>();
  final CompletableFuture<End> end = new CompletableFuture<>();

  StreamClient() {}

  /** Waits for it. */
  public final Head head() {
    return Await.value("an answer", HEAD_LIMIT, head);
  }

  /** Waits for it. */
  public final int status() {
    return head().status();
  }

  /** Waits for them; by lower-case name. */
  public final Map<String, List<String>> headers() {
    return head().headers();
  }

  public final boolean hasEnded() {
    return end.isDone();
  }

  /** Fails if the stream has not ended in time, or because of what its sink or its bytes did. */
  public final End awaitEnd(Duration limit) {
    return Await.value("the end of the stream", limit, end);
  }

  /**
   * What arrives is not taken any more: a stalled reader.
   *
   * @throws UnsupportedOperationException from a client that cannot
   */
  public abstract void stopReading();

  public abstract void resumeReading();

  /** Leaves without a word (RST). Returns when it is done. */
  public abstract void reset();

  /** Leaves in order (FIN), where the protocol knows a difference. Returns when it is done. */
  @Override
  public abstract void close();
}
