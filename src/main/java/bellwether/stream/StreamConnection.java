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
 * One open stream, as the hub, the supervisor, the registry and the container see it: it begins,
 * changes and ends here. Each of them only asks for a write turn, which is {@link StreamWriter}'s.
 */
public final class StreamConnection extends StreamWriter
    implements HeldExchange, WriteListener, AsyncListener {
  // Set before the container knows of us, never again.
  private final long keyHigh;
  private final long keyLow;
  private Runnable onClose = StreamPlan.NOTHING;
  private long endsAt;

  // Written by anyone.
  private volatile StreamAuthorization terms = StreamAuthorization.NONE;

  // Guarded by this.
  private boolean completed;

  // Guarded by its slot.
  private int placeInSlot = Integer.MAX_VALUE;

  /**
   * @param firstBytes what opens the stream
   * @param key what its own URL is made of
   */
  StreamConnection(StreamOutput out, byte[] firstBytes, StreamContext context, StreamKey key) {
    super(out, firstBytes, context);
    this.keyHigh = key.high();
    this.keyLow = key.low();
  }

  /**
   * Gives it what to write; once, before the container is told of it.
   *
   * @param newOnClose called once, when it has been taken up and is let go of
   * @param newEndsAt see {@link Lifetime#draw}
   */
  void attach(Cursor newSubscription, Runnable newOnClose, long newEndsAt) {
    subscribeTo(newSubscription);
    onClose = newOnClose;
    endsAt = newEndsAt;
  }

  /** See {@link Lifetime#isOver}. */
  long endsAt() {
    return endsAt;
  }

  /** Without a word that its client could take for news; the next response tells it. */
  @Override
  public void overtaken() {
    end(EventStreamEncoder.heartbeat(), CloseReason.LAGGED);
  }

  /**
   * Looks after the connection: ends it if its client has taken nothing for too long or is too far
   * behind, and has something written if it has been quiet since the last time. One that could be
   * written to is not behind by its client's fault, but by ours.
   */
  void tend(Duration stallTimeout, long maxLag) {
    if (!isParked()) {
      beatIfQuiet();
    } else if (parkedFor() >= stallTimeout.toNanos()) {
      close(CloseReason.STALLED);
    } else if (lag() > maxLag) {
      close(CloseReason.LAGGED);
    } else if (subscription().isOverdue(stallTimeout)) {
      close(CloseReason.STALLED); // others wait for the memory that it holds
    }
  }

  /** See {@link Cursor#lag}. */
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

  /** Its place among the streams of its slot; the slot's lock guards it. */
  int placeInSlot() {
    return placeInSlot;
  }

  void moveInSlot(int place) {
    placeInSlot = place;
  }

  /** See {@link Cursor#interest}. */
  public Interest interest() {
    return subscription().interest();
  }

  /** See {@link Cursor#lastEventIdHeader}. */
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

  /** Ends the stream with a word of farewell, once what is being written has been written. */
  @Override
  public void shutDown(Duration retry) {
    sayGoodBye(retry, CloseReason.SHUTDOWN);
  }

  /** Ends the stream in order because it has lasted long enough; any number of times. */
  void retire(Duration retry) {
    sayGoodBye(retry, CloseReason.AGED);
  }

  private void sayGoodBye(Duration retry, CloseReason reason) {
    boolean isPlain = interest().cursorData() == null;
    end(isPlain ? EventStreamEncoder.opening(retry) : ControlFrame.shutdown(retry), reason);
  }

  /**
   * Ends the stream because its client may not have it any more: with these last words, or at once
   * without, if there is no writing to it.
   */
  @Override
  public void disallow(byte[] lastWords, CloseReason reason) {
    if (isParked()) {
      close(reason);
    } else {
      Cursor current = subscriptionIfAny(); // there is none while the stream is being opened
      boolean isPlain = current == null || current.interest().cursorData() == null;
      end(isPlain ? EventStreamEncoder.heartbeat() : lastWords, reason);
    }
  }

  /** Ends the stream with these last words; of several such, the first that are written count. */
  public void end(byte[] lastWords, CloseReason reason) {
    bid(lastWords, reason);
  }

  @Override
  public void onWritePossible() {
    open();
  }

  /** The write listener's. */
  @Override
  public void onError(Throwable failure) {
    finish(reasonOf(failure), failure);
  }

  /** The asynchronous request's: Tomcat calls this one, Jetty the other. */
  @Override
  public void onError(AsyncEvent event) {
    finish(reasonOf(event.getThrowable()), event.getThrowable());
  }

  /**
   * There is no time-out but one: Tomcat looks every second whether an application still runs, and
   * can find it stopping before we hear of it. It takes the request from us when this returns.
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

  /** Ends the stream without a word, between two writes. */
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

  /** The container is done with the stream, or about to be. */
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

  /** Completes the request, unless it has been; any number of times. */
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
