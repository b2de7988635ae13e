package bellwether.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The body of a committed, chunked response, written to the client's socket, which the server has
 * handed over. Each write is one chunk (RFC 9112, section 7.1). The request is over when the stream
 * begins.
 */
final class DirectOutput implements StreamOutput, CompletionHandler<Integer, DirectOutput.Act> {
  // States are numbers, because setting a reference costs more, and each write sets the state.
  private static final int READY = 0;

  /** A write is under way. */
  private static final int WRITING = 1;

  /** A write is under way, and the listener waits for its end. */
  private static final int AWAITED = 2;

  /** A write, or the hand-over, failed; the listener has been told. */
  private static final int FAILED = 3;

  /** The socket is still the server's, and the request has not been completed. */
  private static final int HELD = 4;

  /** The request has been completed, and the server is about to hand the socket over. */
  private static final int ASKED = 5;

  /** Nothing is written any more. */
  private static final int ENDED = 6;

  private static final AtomicIntegerFieldUpdater<DirectOutput> stateOf =
      AtomicIntegerFieldUpdater.newUpdater(DirectOutput.class, "state");

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** The operations of the channel. */
  enum Act {
    READ,
    WRITE
  }

  private final AsynchronousByteChannel channel;
  private final Executor executor;
  private @Nullable Runnable request; // completes the request; in state HELD
  private volatile int state = HELD;
  private @Nullable WriteListener listener; // set before the first write

  /**
   * @param request completes the asynchronous request
   * @param channel as {@code bellwether.launch.DirectChannel}
   * @param executor tells the listener of writes that fail
   */
  DirectOutput(Runnable request, AsynchronousByteChannel channel, Executor executor) {
    this.request = request;
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
    stateOf.lazySet(this, WRITING); // other threads see it only after the channel has the bytes
    channel.write(buffer.chunk(), Act.WRITE, this);
  }

  /** Does nothing: everything written is on its way already. */
  @Override
  public void flush() {}

  /**
   * Takes over the socket. The listener is called when the socket is ours, and later if the client
   * leaves or sends anything.
   */
  @Override
  public void setWriteListener(WriteListener newListener) {
    listener = newListener;
    Runnable held = request;
    if (held != null && stateOf.compareAndSet(this, HELD, ASKED)) {
      try {
        channel.read(NOTHING, Act.READ, this);
      } finally {
        completeRequest(held);
      }
    }
  }

  /** What fails is tried again by whoever ends the stream. */
  private void completeRequest(Runnable held) {
    try {
      held.run();
    } catch (RuntimeException | Error e) {
      stateOf.compareAndSet(this, ASKED, HELD);
      throw e;
    }
    request = null;
  }

  /** The listener is told, if a write was under way. */
  @Override
  public void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // The channel is closed in any case.
    }
  }

  @Override
  public void complete() {
    Runnable held = request;
    int before = stateOf.getAndSet(this, ENDED);
    if (before == HELD && held != null) {
      held.run();
    } else if (before != ASKED) {
      end(before == READY);
    }
  }

  /**
   * Closes the socket, after the last chunk if the end is in order. It does not wait for that
   * chunk: a client that has no room for it sees the end of the connection.
   */
  private void end(boolean isInOrder) {
    if (isInOrder) {
      channel.write(ByteBuffer.wrap(LAST_CHUNK), Act.WRITE, this);
    }
    cut();
  }

  @Override
  public void completed(Integer length, Act act) {
    if (act == Act.READ) {
      onRead(length);
    } else if (!stateOf.compareAndSet(this, WRITING, READY)
        && stateOf.compareAndSet(this, AWAITED, READY)
        && listener != null) {
      tell(listener);
    }
  }

  private void onRead(int length) {
    WriteListener told = listener;
    if (length > 0) {
      fail(told, new UnexpectedInputException());
    } else if (length < 0) {
      fail(told, new ClosedChannelException());
    } else if (stateOf.compareAndSet(this, ASKED, READY)) {
      tell(told);
      channel.read(NOTHING, Act.READ, this);
    } else { // ended meanwhile
      end(true);
    }
  }

  @Override
  public void failed(Throwable failure, Act act) {
    WriteListener told = listener;
    if (act == Act.READ) {
      stateOf.compareAndSet(this, ASKED, FAILED);
      fail(told, failure);
    } else if (stateOf.getAndUpdate(this, seen -> seen == ENDED ? ENDED : FAILED) != ENDED) {
      executor.execute(() -> fail(told, failure)); // not in the call that failed
    }
  }

  private static void fail(@Nullable WriteListener listener, Throwable failure) {
    if (listener != null) {
      listener.onError(failure);
    }
  }

  private static void tell(@Nullable WriteListener listener) {
    try {
      if (listener != null) {
        listener.onWritePossible();
      }
    } catch (IOException e) {
      listener.onError(e);
    }
  }
}
