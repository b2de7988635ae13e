package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.hub.ControlFrame;
import bellwether.hub.Cursor;
import bellwether.hub.Interest;
import bellwether.observe.CloseReason;
import bellwether.wire.EventStreamEncoder;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An open stream, as the hub, the supervisor, the registry and the container see it: its beginning,
 * changes and end are here. All of these only ask for a write turn, which is {@link
 * StreamWriter}'s.
 */
public final class StreamConnection extends StreamWriter
    implements HeldExchange, WriteListener, AsyncListener {
  // Set once, before the container calls this object.
  private final long keyHigh;
  private final long keyLow;
  private Runnable onClose = StreamPlan.NOTHING;
  private long endsAt;

  // Written by any thread.
  private volatile StreamAuthorization terms = StreamAuthorization.NONE;

  // Guarded by this.
  private boolean completed;

  // Guarded by its slot.
  private int placeInSlot = Integer.MAX_VALUE;

  /**
   * @param firstBytes the bytes that open the stream
   * @param key the key in the stream's own URL
   */
  StreamConnection(StreamOutput out, byte[] firstBytes, StreamContext context, StreamKey key) {
    super(out, firstBytes, context);
    this.keyHigh = key.high();
    this.keyLow = key.low();
  }

  /**
   * Sets the cursor to read from; once, before the container is told of the stream.
   *
   * @param newOnClose called once, when the stream leaves the registry that it was added to
   * @param newEndsAt see {@link Lifetime#draw}
   */
  void attach(Cursor newSubscription, Runnable newOnClose, long newEndsAt) {
    subscribeTo(newSubscription);
    onClose = newOnClose;
    endsAt = newEndsAt;
  }

  /** Returns the time at which the stream has to end: see {@link Lifetime#isOver}. */
  long endsAt() {
    return endsAt;
  }

  /**
   * Ends the stream without an event that its client could take for an update; the next response
   * tells the client of the gap.
   */
  @Override
  public void overtaken() {
    end(EventStreamEncoder.heartbeat(), CloseReason.LAGGED);
  }

  /**
   * Looks after the connection: ends it if its client has taken nothing for too long or is too far
   * behind, and has a heartbeat written if it has been quiet since the last time. If a connection
   * that may be written to is behind, that is our fault, not its client's.
   */
  void tend(Duration stallTimeout, long maxLag) {
    if (!isParked()) {
      beatIfQuiet();
    } else if (parkedFor() >= stallTimeout.toNanos()) {
      close(CloseReason.STALLED);
    } else if (lag() > maxLag) {
      close(CloseReason.LAGGED);
    } else if (subscription().isOverdue(stallTimeout)) {
      close(CloseReason.STALLED); // others wait for its memory
    }
  }

  /** Returns how far the stream is behind: see {@link Cursor#lag}. */
  long lag() {
    return subscription().lag();
  }

  StreamKey key() {
    return new StreamKey(keyHigh, keyLow);
  }

  /** Returns the data of the cursor event that opens the stream. */
  String cursorData() {
    return StreamServlet.cursorData(key());
  }

  /** Returns the stream's place in its slot; the slot's lock guards it. */
  int placeInSlot() {
    return placeInSlot;
  }

  void moveInSlot(int place) {
    placeInSlot = place;
  }

  /** Returns the interest of the stream's subscription: see {@link Cursor#interest}. */
  public Interest interest() {
    return subscription().interest();
  }

  /** Returns the value of the response's last-id header: see {@link Cursor#lastEventIdHeader}. */
  @Nullable String lastEventIdHeader() {
    return subscription().lastEventIdHeader();
  }

  @Override
  public StreamAuthorization terms() {
    return terms;
  }

  @Override
  public void bind(StreamAuthorization newTerms) {
    StreamAuthorization former;
    synchronized (this) {
      former = terms;
      terms = newTerms;
    }
    former.release();
    if (isGivenUp()) {
      newTerms.release();
    }
  }

  /** Ends the stream with a shutdown event, after the write that is under way. */
  @Override
  public void shutDown(Duration retry) {
    sayGoodBye(retry, CloseReason.SHUTDOWN);
  }

  /**
   * Ends the stream in order because it has lasted long enough; may be called any number of times.
   */
  void retire(Duration retry) {
    sayGoodBye(retry, CloseReason.AGED);
  }

  private void sayGoodBye(Duration retry, CloseReason reason) {
    boolean isPlain = interest().cursorData() == null;
    end(isPlain ? EventStreamEncoder.opening(retry) : ControlFrame.shutdown(retry), reason);
  }

  /**
   * Ends the stream because its client is no longer authorized: with these last bytes, or at once
   * without them if the stream cannot be written to.
   */
  @Override
  public void disallow(byte[] lastWords, CloseReason reason) {
    if (isParked()) {
      close(reason);
    } else {
      Cursor current = subscriptionIfAny(); // null while the stream is being opened
      boolean isPlain = current == null || current.interest().cursorData() == null;
      end(isPlain ? EventStreamEncoder.heartbeat() : lastWords, reason);
    }
  }

  /**
   * Ends the stream with these last bytes; if this is called several times, the first that are
   * written count.
   */
  public void end(byte[] lastWords, CloseReason reason) {
    bid(lastWords, reason);
  }

  @Override
  public void onWritePossible() {
    open();
  }

  /** Handles a failed write. */
  @Override
  public void onError(Throwable failure) {
    finish(reasonOf(failure), failure);
  }

  /** Handles a failure of the asynchronous request: Tomcat calls this method, Jetty the other. */
  @Override
  public void onError(AsyncEvent event) {
    finish(reasonOf(event.getThrowable()), event.getThrowable());
  }

  /**
   * Handles the one time-out that there is: Tomcat checks every second whether an application still
   * runs, and may notice that it stops before it tells us. Tomcat ends the request when this method
   * returns.
   */
  @Override
  public void onTimeout(AsyncEvent event) {
    try {
      shutDown(context().retryAtTheEnd().get());
    } finally {
      finish(CloseReason.ERROR, null);
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    isFirstToComplete(); // the container has
    finish(CloseReason.ERROR, null);
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  @Override
  Grant grant() {
    return terms.grant();
  }

  @Override
  void ended(CloseReason reason) {
    releaseAndComplete(reason, null);
  }

  @Override
  void failed(Throwable failure) {
    try {
      release(CloseReason.GONE, failure);
      // The container calls onError, and if not, we complete it.
      context().failed().add(this::complete);
    } catch (Throwable e) { // not even memory to keep it in mind
      complete();
    }
  }

  /** Ends the stream without an event, between two writes. */
  @Override
  public void close(CloseReason reason) {
    State before = giveUp();
    if (before == State.NEW) {
      releaseAndComplete(reason, null);
    } else if (before == State.OPEN) {
      try {
        release(reason, null);
      } finally {
        takeTurn();
      }
    }
  }

  /** Closes and completes the stream, which the container has ended or is about to end. */
  private void finish(CloseReason reason, @Nullable Throwable failure) {
    shut();
    releaseAndComplete(reason, failure);
  }

  private void releaseAndComplete(CloseReason reason, @Nullable Throwable failure) {
    try {
      release(reason, failure);
    } finally { // whatever has been thrown: nobody else would complete it
      complete();
    }
  }

  /**
   * Lets go of everything but the request itself; any number of times, the first counts. What one
   * of these throws keeps none of the others from being let go of.
   */
  private void release(CloseReason reason, @Nullable Throwable failure) {
    try {
      subscription().close();
    } finally {
      try {
        terms.release();
      } finally {
        if (context().registry().remove(this, reason, failure)) {
          onClose.run();
        }
      }
    }
  }

  /** Completes the request, unless it is completed; may be called any number of times. */
  void complete() {
    if (isFirstToComplete()) {
      try {
        completeOutput();
      } catch (RuntimeException e) {
        // The container has completed it already: an IllegalStateException, or on a request
        // that Tomcat has recycled, a NullPointerException. There is nothing left to do.
      }
    }
  }

  private synchronized boolean isFirstToComplete() {
    boolean isFirst = !completed;
    completed = true;
    return isFirst;
  }

  private static CloseReason reasonOf(@Nullable Throwable failure) {
    if (failure instanceof UnexpectedInputException) {
      return CloseReason.INPUT;
    }
    boolean timedOut =
        failure instanceof TimeoutException || failure instanceof SocketTimeoutException;
    return timedOut ? CloseReason.STALLED : CloseReason.GONE;
  }
}
