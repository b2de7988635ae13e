package bellwether.stream;

import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The body of a committed, chunked response, written past the container to the client's socket.
 * Each write is one chunk (RFC 9112, section 7.1).
 */
final class DirectOutput implements StreamOutput, CompletionHandler<Integer, Void> {
  // The states: numbers, because changing a reference costs more, and this changes with each write.
  private static final int READY = 0;

  /** A write is under way. */
  private static final int WRITING = 1;

  /** A write is under way, and the listener waits for its end. */
  private static final int AWAITED = 2;

  /** A write failed; the listener has been told. */
  private static final int FAILED = 3;

  private static final AtomicIntegerFieldUpdater<DirectOutput> stateOf =
      AtomicIntegerFieldUpdater.newUpdater(DirectOutput.class, "state");

  private final AsynchronousByteChannel channel;
  private final Executor executor;
  private volatile int state = READY;
  private @Nullable WriteListener listener; // set before the first write

  /**
   * @param channel lets go of a buffer before its write returns
   * @param executor tells the listener of failures
   */
  DirectOutput(AsynchronousByteChannel channel, Executor executor) {
    this.channel = channel;
    this.executor = executor;
  }

  @Override
  public boolean isReady() {
    int seen = state;
    if (seen == WRITING && !stateOf.compareAndSet(this, WRITING, AWAITED)) {
      seen = state;
    }
    return seen == READY;
  }

  @Override
  public void write(WriteBuffer buffer) {
    if (buffer.isEmpty()) {
      throw new IllegalArgumentException("an empty chunk would be the last");
    }
    if (state != READY) {
      throw new IllegalStateException("not ready");
    }
    stateOf.lazySet(this, WRITING); // seen by others not before the channel has the bytes
    channel.write(buffer.chunk(), null, this);
  }

  /** Does nothing: everything written is on its way already. */
  @Override
  public void flush() {}

  /** The first call of the listener is made here and now. */
  @Override
  public void setWriteListener(WriteListener newListener) {
    listener = newListener;
    tell(newListener);
  }

  /** The listener is told, if a write was under way. */
  @Override
  public void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // Then it is closed all the same.
    }
  }

  @Override
  public void completed(Integer length, Void attachment) {
    if (stateOf.getAndSet(this, READY) == AWAITED && listener != null) {
      tell(listener);
    }
  }

  @Override
  public void failed(Throwable failure, Void attachment) {
    state = FAILED;
    WriteListener told = listener;
    if (told != null) {
      executor.execute(() -> told.onError(failure)); // not within the write that failed
    }
  }

  private static void tell(WriteListener listener) {
    try {
      listener.onWritePossible();
    } catch (IOException e) {
      listener.onError(e);
    }
  }
}
