package bellwether.demo;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A response that the demo keeps open without the hub: it writes some bytes at first, and others at
 * each tick. A tick is skipped while the client does not read. Any thread.
 */
final class DemoStream implements WriteListener, AsyncListener {
  private final AsyncContext async;
  private final ServletOutputStream out;
  private final Supplier<byte[]> next;
  private final Consumer<DemoStream> onEnd;

  // Guarded by this.
  private byte @Nullable [] due;
  private boolean mayWrite; // the container has said so once
  private boolean flushDue;
  private boolean ended;

  private volatile Future<?> ticking = CompletableFuture.completedFuture(null);

  /**
   * @param first the bytes to begin with
   * @param next supplies the bytes to write at each tick
   * @param onEnd called once
   */
  DemoStream(
      AsyncContext async,
      ServletOutputStream out,
      byte[] first,
      Supplier<byte[]> next,
      Consumer<DemoStream> onEnd) {
    this.async = async;
    this.out = out;
    this.due = first;
    this.next = next;
    this.onEnd = onEnd;
  }

  /** Starts the ticks. */
  void start(ScheduledExecutorService executor, Duration pause) {
    long nanos = pause.toNanos();
    ticking = executor.scheduleAtFixedRate(this::tick, nanos, nanos, TimeUnit.NANOSECONDS);
    synchronized (this) {
      if (ended) { // meanwhile
        ticking.cancel(false);
      }
    }
  }

  private void tick() {
    synchronized (this) {
      if (due == null) {
        due = next.get();
      }
    }
    write();
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      mayWrite = true;
    }
    write();
  }

  private void write() {
    boolean failed = false;
    synchronized (this) {
      try {
        while (mayWrite && !ended && (flushDue || due != null) && out.isReady()) {
          byte[] bytes = due;
          if (flushDue) {
            flushDue = false;
            out.flush();
          } else if (bytes != null) {
            due = null;
            flushDue = true;
            out.write(bytes);
          }
        }
      } catch (IOException | RuntimeException e) { // the client has left
        failed = true;
      }
    }
    if (failed) {
      end();
    }
  }

  /** Ends the response; may be called any number of times. */
  void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true; // the response must not be used from now on: the container may reuse it
    }
    ticking.cancel(false);
    onEnd.accept(this);
    try {
      async.complete();
    } catch (IllegalStateException e) {
      // The container has completed it.
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
