package bellwether.stream;

import bellwether.auth.Grant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The authorization under which a stream is open, and its end.
 *
 * @param end the timer that ends the stream when the authorization ends; null if that lasts as long
 *     as the stream
 */
record StreamAuthorization(Grant grant, @Nullable Future<?> end) {
  static final StreamAuthorization NONE = new StreamAuthorization(Grant.NONE, null);

  /** Cancels the timer; may be called any number of times. */
  void release() {
    if (end != null) {
      end.cancel(false);
    }
  }
}
