package bellwether.harness;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How the bytes of an {@link OpenStream} come: the answer to one GET, by one of several HTTP
 * clients. Any thread may call it.
 */
public interface StreamClient extends AutoCloseable {
  /** How a stream came to its end. */
  enum End {
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
  record Head(HttpClient.Version version, int status, Map<String, List<String>> headers) {}

  /** Waits for it. */
  Head head();

  /** Waits for it. */
  default int status() {
    return head().status();
  }

  /** Waits for them; by lower-case name. */
  default Map<String, List<String>> headers() {
    return head().headers();
  }

  boolean hasEnded();

  /** Fails if the stream has not ended in time, or because of what its sink or its bytes did. */
  End awaitEnd(Duration limit);

  /**
   * What arrives is not taken any more: a stalled reader.
   *
   * @throws UnsupportedOperationException from a client that cannot
   */
  void stopReading();

  void resumeReading();

  /** Leaves without a word (RST). Returns when it is done. */
  void reset();

  /** Leaves in order (FIN), where the protocol knows a difference. Returns when it is done. */
  @Override
  void close();
}
