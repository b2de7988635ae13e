package bellwether.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket that is handed over when its request is completed, or when the test says so. It takes
 * everything at once, or keeps a write until it is drained.
 */
final class FakeChannel implements AsynchronousByteChannel {
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private @Nullable Runnable complete;
  private @Nullable Runnable fail;
  private @Nullable IntConsumer completeRead;
  private @Nullable Consumer<Throwable> failRead;
  private boolean isClosed;
  volatile boolean isFull;
  boolean isBroken;
  boolean isSlow; // to hand over
  boolean isGone;
  int completions;

  /** Does what the server does when the request is completed whose socket is asked for. */
  void completeRequest() {
    completions++;
    if (!isSlow && completeRead != null) {
      handOver();
    }
  }

  void handOver() {
    read(0);
  }

  boolean isAsked() {
    return completeRead != null;
  }

  void read(int length) {
    IntConsumer told = Objects.requireNonNull(completeRead);
    completeRead = null;
    told.accept(length);
  }

  void failRead(Throwable failure) {
    Objects.requireNonNull(failRead).accept(failure);
  }

  @Override
  public synchronized <A> void write(
      ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
    if (isBroken) {
      handler.failed(new IOException("broken"), attachment);
      return;
    }
    int length = source.remaining();
    byte[] bytes = new byte[length];
    source.get(bytes);
    taken.writeBytes(bytes);
    if (isFull) {
      complete = () -> handler.completed(length, attachment);
      fail = () -> handler.failed(new ClosedChannelException(), attachment);
    } else {
      handler.completed(length, attachment);
    }
  }

  void drain() {
    isFull = false;
    run(complete);
  }

  synchronized String written() {
    return taken.toString(ISO_8859_1);
  }

  @Override
  public void close() {
    isClosed = true;
    run(fail);
  }

  private static void run(@Nullable Runnable action) {
    if (action != null) {
      action.run();
    }
  }

  @Override
  public boolean isOpen() {
    return !isClosed;
  }

  @Override
  public Future<Integer> write(ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <A> void read(
      ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
    if (isGone) {
      throw new IllegalStateException("no request");
    }
    completeRead = length -> handler.completed(length, attachment);
    failRead = failure -> handler.failed(failure, attachment);
  }

  @Override
  public Future<Integer> read(ByteBuffer target) {
    throw new UnsupportedOperationException();
  }
}
