package bellwether.stream;

import bellwether.auth.Grant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The right by which a stream is open, and its end.
 *
 * @param end ends it when the right does; null if that is good for as long as the stream lasts
 */
record StreamAuthorization(Grant grant, @Nullable Future<?> end) {
  static final StreamAuthorization NONE = new StreamAuthorization(Grant.NONE, null);

  /** Cancels the end: any number of times. */
  void release() {
    if (end != null) {
      end.cancel(false);
    }
  }
}
