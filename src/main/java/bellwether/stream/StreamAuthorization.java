package bellwether.stream;

import bellwether.auth.Grant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * By what right a stream is open, and until when.
 *
 * @param end ends it when the right does; null if that is good for as long as the stream lasts
 */
record StreamAuthorization(Grant grant, @Nullable Future<?> end) {
  static final StreamAuthorization NONE = new StreamAuthorization(Grant.NONE, null);

  /** Nothing is to happen any more; any number of times. */
  void release() {
    if (end != null) {
      end.cancel(false);
    }
  }
}
