package bellwether.embed;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Turn;
import bellwether.hub.Cursor;
import bellwether.hub.EventSink;
import bellwether.hub.Gap;
import bellwether.hub.Subscriber;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.MessageEvent;
import bellwether.wire.ServerSentEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A subscription that calls one listener, on one thread at a time. */
final class ListenerStream implements Listening, Subscriber, EventSink {
  private static final Logger logger = LoggerFactory.getLogger(ListenerStream.class);

  private final Executor executor;
  private final Consumer<MessageEvent> listener;
  private final Turn turn = new Turn();

  // Confined to the turn.
  private String lastEventId = "";

  private volatile @Nullable Cursor subscription;
  private volatile boolean closed;

  ListenerStream(Executor executor, Consumer<MessageEvent> listener) {
    this.executor = executor;
    this.listener = listener;
  }

  void begin(Cursor begun) {
    subscription = begun;
    try {
      wake();
    } catch (RejectedExecutionException e) {
      logger.warn("A listener's executor refused a task; the next event tries again", e);
    }
  }

  @Override
  public void wake() {
    if (turn.take()) {
      try {
        executor.execute(() -> turn.run(this::readOn));
      } catch (RuntimeException | Error e) { // the hub tries again
        turn.abandon();
        throw e;
      }
    }
  }

  @Override
  public boolean offerEvent(LogEntry entry, long since) {
    return tell(entry.publicId(), entry.publication().type(), entry.publication().data());
  }

  @Override
  public boolean offerState(LogEntry entry, boolean hasId) {
    String id = hasId ? entry.publicId() : null;
    return tell(id, entry.publication().type(), entry.publication().data());
  }

  @Override
  public boolean offerCursor(ServerSentEvent cursor) {
    return tell(cursor);
  }

  @Override
  public boolean offerGap(Gap gap) {
    return tell(gap.event());
  }

  @Override
  public void close() {
    closed = true;
    Cursor open = subscription;
    if (open != null) {
      open.close();
    }
  }

  private void readOn() {
    Cursor open = subscription;
    try {
      while (open != null && !closed && open.poll(this)) {}
    } catch (Throwable e) { // if it escaped, the turn would stay taken for ever
      report(e);
    }
  }

  private boolean tell(ServerSentEvent event) {
    return tell(event.id(), event.type(), event.data());
  }

  /**
   * Calls the listener with the event that a client would have read from the stream, unless the
   * listening is closed.
   *
   * @param id null if the event has none, and the last one stays
   */
  private boolean tell(@Nullable String id, @Nullable String type, String data) {
    if (closed) {
      return false;
    }
    lastEventId = id == null ? lastEventId : id;
    MessageEvent event =
        new MessageEvent(
            type == null ? "message" : type, EventStreamEncoder.dataAsRead(data), lastEventId);
    try {
      listener.accept(event);
    } catch (Throwable e) { // if it escaped, the event would come again
      report(e);
    }
    return true;
  }

  /**
   * Reports a failure as an executor reports a task that failed; a logger might not be configured.
   */
  private static void report(Throwable failure) {
    Thread thread = Thread.currentThread();
    try {
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    } catch (Throwable e) { // as the virtual machine does: a handler may fail, and nothing else
      failure.addSuppressed(e);
    }
  }
}
