package bellwether.embed;

import bellwether.hub.FrameSink;
import bellwether.hub.Subscriber;
import bellwether.hub.Subscription;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls one listener, with one thread at a time: a thread that has something for it asks for a
 * turn.
 */
final class Turns implements Listening, Subscriber, FrameSink {
  private static final Logger logger = LoggerFactory.getLogger(Turns.class);

  private final Executor executor;
  private final Consumer<MessageEvent> listener;
  private final EventStreamParser parser =
      new EventStreamParser(this::hear, Integer.MAX_VALUE); // our own frames: no limit needed
  private final AtomicInteger work = new AtomicInteger(); // see the stream's connection

  private volatile @Nullable Subscription subscription;
  private volatile boolean closed;

  Turns(Executor executor, Consumer<MessageEvent> listener) {
    this.executor = executor;
    this.listener = listener;
  }

  void begin(Subscription begun) {
    subscription = begun;
    wake();
  }

  @Override
  public void wake() {
    if (work.getAndIncrement() == 0) {
      try {
        executor.execute(this::turn);
      } catch (RejectedExecutionException e) { // the next event tries again
        work.set(0);
        logger.warn("The executor of a listener takes nothing; it hears of this later", e);
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

  private void turn() {
    int seen;
    do {
      seen = work.get();
      Subscription open = subscription;
      try {
        while (open != null && !closed && open.poll(this)) {}
      } catch (Throwable e) { // if it escaped, the turn would stay taken for ever
        logger.warn("A listener could not be told of something; it goes on with what follows", e);
      }
    } while (work.addAndGet(-seen) != 0);
  }

  private void hear(MessageEvent event) {
    try {
      listener.accept(event);
    } catch (Throwable e) { // if it escaped, it would spoil the parser and repeat the event
      logger.warn("A listener failed", e);
    }
  }
}
