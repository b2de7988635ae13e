package bellwether.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The body of a committed, chunked response, written past the container to the client's socket, by
 * the rules of a non-blocking {@link ServletOutputStream}: one thread at a time, and a write only
 * after {@link #isReady} said true. Each write is one chunk (RFC 9112, section 7.1).
 */
final class DirectOutput extends ServletOutputStream implements CompletionHandler<Integer, Void> {
  /*
   * What goes out is put together in a buffer of the writing thread's: with the chunk's frame, and
   * outside the heap, where the JDK would copy it anyway. The channel lets go of it at once.
   */
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
  private static final int CHUNK_FRAME = 12; // at most: 8 digits and two line ends
  private static final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(WriteBuffer.MOST + CHUNK_FRAME));

  private enum State {
    READY,
    /** A write is under way. */
    WRITING,
    /** A write is under way, and the listener waits for its end. */
    AWAITED,
    /** A write failed; the listener has been told. */
    FAILED
  }

  private final AsynchronousByteChannel channel;
  private final Executor executor;
  private final AtomicReference<State> state = new AtomicReference<>(State.READY);
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
    return state.get() == State.READY || !awaits();
  }

  private boolean awaits() {
    State before = state.compareAndExchange(State.WRITING, State.AWAITED);
    return before != State.READY;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (length < 1 || length > WriteBuffer.MOST) { // an empty chunk would be the last
      throw new IllegalArgumentException("a chunk of " + length + " bytes");
    }
    if (!state.compareAndSet(State.READY, State.WRITING)) {
      throw new IllegalStateException("not ready");
    }
    ByteBuffer buffer = buffers.get().clear();
    putHexadecimal(buffer, length);
    buffer.put((byte) '\r').put((byte) '\n');
    buffer.put(bytes, offset, length);
    buffer.put((byte) '\r').put((byte) '\n').flip();
    channel.write(buffer, null, this);
  }

  /** Everything written is on its way already. */
  @Override
  public void flush() {}

  @Override
  public void write(int b) {
    throw new UnsupportedOperationException("a chunk for one byte");
  }

  /** The first call of the listener is made here and now. */
  @Override
  public void setWriteListener(WriteListener newListener) {
    listener = newListener;
    tell(newListener);
  }

  /** Cuts the client off; the listener is told, if a write was under way. */
  void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // Then it is closed all the same.
    }
  }

  @Override
  public void completed(Integer length, Void attachment) {
    if (state.getAndSet(State.READY) == State.AWAITED && listener != null) {
      tell(listener);
    }
  }

  @Override
  public void failed(Throwable failure, Void attachment) {
    state.set(State.FAILED);
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

  private static void putHexadecimal(ByteBuffer buffer, int number) {
    int shift = (31 - Integer.numberOfLeadingZeros(number)) / 4 * 4;
    for (; shift >= 0; shift -= 4) {
      buffer.put(HEX[number >> shift & 15]);
    }
  }
}
