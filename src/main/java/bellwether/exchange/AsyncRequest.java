package bellwether.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A request that has become asynchronous, and is completed once: by us, or by its container. */
abstract class AsyncRequest implements AsyncListener {
  private final AtomicBoolean isCompleted = new AtomicBoolean();

  // Set before the container knows of us.
  private @Nullable AsyncContext async;

  /**
   * Makes it asynchronous, without a time-out: on Jetty one would stay for what follows, which may
   * be a stream that has none.
   */
  final void startAsync(HttpServletRequest request) {
    AsyncContext begun = request.startAsync();
    begun.setTimeout(0);
    async = begun;
    begun.addListener(this);
  }

  final AsyncContext async() {
    return Objects.requireNonNull(async);
  }

  /** Ends it, if it is ours. */
  abstract void close();

  /** It has been completed. */
  abstract void completed();

  final void complete() {
    if (isCompleted.compareAndSet(false, true)) {
      try {
        async().complete();
      } catch (RuntimeException e) {
        // The container has completed it already: see HeldAnswer.
      }
    }
  }

  @Override
  public final void onError(AsyncEvent event) {
    close();
  }

  @Override
  public final void onTimeout(AsyncEvent event) {
    close();
  }

  @Override
  public final void onComplete(AsyncEvent event) {
    isCompleted.set(true); // by the container
    completed();
  }

  @Override
  public final void onStartAsync(AsyncEvent event) {}
}
