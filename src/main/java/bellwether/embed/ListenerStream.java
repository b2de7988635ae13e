package bellwether.embed;

import bellwether.hub.FrameSink;
import bellwether.hub.Subscriber;
import bellwether.hub.Subscription;
import bellwether.hub.Turn;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one listener, with one thread at a time: a thread that has something for it asks for a
 * turn.
 */
final class ListenerStream implements Listening, Subscriber, FrameSink {
  private static final Logger logger = LoggerFactory.getLogger(ListenerStream.class);

  private final Executor executor;
  private final Consumer<MessageEvent> listener;
  private final EventStreamParser parser =
      new EventStreamParser(this::hear, Integer.MAX_VALUE); // of our own making: no limit but ours
  private final Turn turn = new Turn();

  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  ListenerStream(Executor executor, Consumer<MessageEvent> listener) {
    this.executor = executor;
    this.listener = listener;
  }

  void begin(Subscription begun) {
    subscription = begun;
    wake();
  }

  @Override
  public void wake() {
    if (turn.take()) {
      try {
        executor.execute(() -> turn.run(this::readOn));
      } catch (RejectedExecutionException e) { // the next event tries again
        turn.abandon();
        logger.warn("A listener's executor refused a task; the listener gets this event later", e);
      }
    }
  }

  /** Takes a frame, unless it is closed. */
  @Override
  public boolean offer(byte[] frame, int offset, long since) {
    if (closed) {
      return false;
    }
    parser.feed(frame, offset, frame.length - offset);
    return true;
  }

  @Override
  public void close() {
    closed = true;
    Subscription open = subscription;
    if (open != null) {
      open.close();
    }
  }

  private void readOn() {
    Subscription open = subscription;
    try {
      while (open != null && !closed && open.poll(this)) {}
    } catch (Throwable e) { // escaping, it would leave the turn taken for ever
      tell(e);
    }
  }

  private void hear(MessageEvent event) {
    try {
      listener.accept(event);
    } catch (Throwable e) { // out of here, it would spoil the parser and have the event come again
      tell(e);
    }
  }

  /** As an executor tells of a task that failed; a logger may have nowhere to write to. */
  private static void tell(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable e) { // as the virtual machine does: a handler may fail, and nothing else
      failure.addSuppressed(e);
    }
  }
}
