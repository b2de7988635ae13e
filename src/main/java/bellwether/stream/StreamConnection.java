package bellwether.stream;

import bellwether.eventlog.LogEntry;
import bellwether.hub.ControlFrame;
import bellwether.hub.FrameSink;
import bellwether.hub.Interest;
import bellwether.hub.Subscriber;
import bellwether.hub.Subscription;
import bellwether.observe.CloseReason;
import bellwether.wire.EventStreamEncoder;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One open response, written to without ever blocking. Whoever has something for it, the hub, the
 * heartbeat, the container, only asks for a write turn; the turn pulls from the subscription.
 */
public final class StreamConnection
    implements HeldExchange, Subscriber, WriteListener, AsyncListener {
  /*
   * The write turn. "work" counts the reasons to look at this connection. Whoever raises it from 0
   * takes the turn and keeps it until it has brought the count back to 0, so that nobody waits for
   * anybody and no wake-up is lost; the lock makes the turn exclude the container's callbacks.
   *
   * The lock is what keeps one client's bytes from reaching another. Containers reuse a response
   * once it is completed; so every touch of it happens under the lock, after seeing the state OPEN,
   * and whatever completes it, or lets the container do so by returning from an error callback, has
   * first set the state CLOSED under that lock. complete() itself is called outside it: Jetty runs
   * onComplete on the caller, Tomcat on another thread.
   *
   * Between any two of write and flush the container is asked isReady(): an unasked second call is
   * an IllegalStateException on Jetty. When it says no we are parked until onWritePossible. The
   * parked mark is cleared before the subscription is polled, and the hub notes what it has before
   * it looks at the mark: so a parked connection can be passed over without missing anything.
   *
   * Nor is it completed while the container says no. Part of what was written is then still with
   * the container; told to complete, Tomcat 10.1 drops that part and ends the body all the same, and
   * what the client then reads can look like a whole event. So it waits, ENDING, until the client
   * has taken what there was, or is cut off: by us where we can, else by the container's own
   * time-out.
   *
   * The lock is the monitor, and the count a plain field: both lie in this object, and one fetched
   * from afar less is what thousands of connections notice (see Cursor).
   */
  private static final int MAX_WRITES = 64; // in one turn; then others get their chance

  /** Where a connection is in its life; it only ever moves down this list. */
  private enum State {
    /** The container has not yet said that it may be written to. */
    NEW,
    /** It may be written to, in a write turn. */
    OPEN,
    /** It is given up, and completed as soon as the container has let go of what it has. */
    ENDING,
    /** Nothing of the request or the response may be touched any more, but for completing it. */
    CLOSED
  }

  private static final AtomicIntegerFieldUpdater<StreamConnection> workOf =
      AtomicIntegerFieldUpdater.newUpdater(StreamConnection.class, "work");

  // Set before the container knows of us, never again.
  private final StreamOutput out;
  private final Runnable complete;
  private final StreamContext context;
  private final StreamKey key;

  // Set before the container knows of us, then changed in the write turn only; read by anyone.
  private volatile @Nullable Subscription subscription;

  // Set before the container knows of us, never again.
  private Runnable onClose = () -> {};

  // Written by anyone.
  private volatile StreamAuthorization terms = StreamAuthorization.NONE;

  @SuppressWarnings("UnusedVariable") // it is read through workOf
  private volatile int work;

  // Guarded by this.
  private byte @Nullable [] rest; // of a frame that was too large for one write
  private int restOffset;
  private long restSince;
  private boolean flushPending;
  private boolean farewellWritten;
  private boolean completed;

  // Written under the lock, read by anyone.
  private volatile State state = State.NEW;
  private volatile boolean parked;
  private volatile long parkedSince;

  // Set by the supervisor, cleared by any write.
  private volatile boolean quiet;

  // Written by anyone, read in the write turn.
  private volatile boolean beatDue;
  private volatile @Nullable Farewell farewell;
  private volatile @Nullable StreamChange change; // written under the lock

  /** The last words on a stream, and why it ends. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Farewell(byte[] frame, CloseReason reason) {}

  /**
   * @param complete completes the request; may throw IllegalStateException when the container
   *     already has
   * @param firstBytes what opens the stream
   * @param key what its own URL is made of
   */
  StreamConnection(
      StreamOutput out,
      Runnable complete,
      byte[] firstBytes,
      StreamContext context,
      StreamKey key) {
    this.key = key;
    this.out = out;
    this.complete = complete;
    this.context = context;
    this.rest = firstBytes;
    this.restSince = FrameSink.AGELESS;
  }

  /**
   * Gives it what to write; once, before the container is told of it.
   *
   * @param newOnClose called once, when it has been taken up and is let go of
   */
  void attach(Subscription newSubscription, Runnable newOnClose) {
    subscription = newSubscription;
    onClose = newOnClose;
  }

  @Override
  public void wake() {
    if (!parked) {
      takeTurn();
    }
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
    if (parked) {
      if (now() - parkedSince >= stallTimeout.toNanos()) {
        close(CloseReason.STALLED);
      } else if (lag() > maxLag) {
        close(CloseReason.LAGGED);
      } else if (subscription().isOverdue(stallTimeout)) {
        close(CloseReason.STALLED); // others wait for the memory that it holds
      }
    } else if (quiet) {
      beatDue = true;
      takeTurn();
    } else {
      quiet = true;
    }
  }

  /** See {@link Subscription#lag}. */
  long lag() {
    return subscription().lag();
  }

  StreamKey key() {
    return key;
  }

  /** See {@link Subscription#interest}. */
  public Interest interest() {
    return subscription().interest();
  }

  /** See {@link Subscription#lastEventIdHeader}. */
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
    if (state == State.CLOSED || state == State.ENDING) {
      newTerms.release();
    }
  }

  /** Whether its client may have a private event. */
  boolean mayRead(LogEntry entry) {
    return terms.grant().mayRead(entry.publication().topics());
  }

  /** Has it go on in another way, soon: if it cannot be written to, then when it can. */
  void change(StreamChange wish) {
    synchronized (this) {
      StreamChange before = change;
      change = before == null ? wish : before.and(wish);
    }
    wake();
  }

  /** Ends the stream with a word of farewell, once what is being written has been written. */
  @Override
  public void shutDown(Duration retry) {
    boolean isPlain = interest().cursorData() == null;
    end(
        isPlain ? EventStreamEncoder.opening(retry) : ControlFrame.shutdown(retry),
        CloseReason.SHUTDOWN);
  }

  /**
   * Ends the stream because its client may not have it any more: with these last words, or at once
   * without, if there is no writing to it.
   */
  @Override
  public void disallow(byte[] lastWords, CloseReason reason) {
    if (parked) {
      close(reason);
    } else {
      Subscription current = subscription; // there is none while the stream is being opened
      boolean isPlain = current == null || current.interest().cursorData() == null;
      end(isPlain ? EventStreamEncoder.heartbeat() : lastWords, reason);
    }
  }

  /** Ends the stream with these last words; of several such, the first that are written count. */
  public void end(byte[] lastWords, CloseReason reason) {
    farewell = new Farewell(lastWords, reason);
    takeTurn();
  }

  @Override
  public void onWritePossible() {
    if (state == State.NEW) {
      open();
    }
    takeTurn();
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
    shutDown(context.retryAtTheEnd().get());
    finish(CloseReason.ERROR, null);
  }

  @Override
  public void onComplete(AsyncEvent event) {
    isFirstToComplete(); // the container has
    finish(CloseReason.ERROR, null);
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  private synchronized void open() {
    if (state == State.NEW) {
      state = State.OPEN;
    }
  }

  private void takeTurn() {
    if (workOf.getAndIncrement(this) != 0) {
      return; // whoever has the turn looks again
    }
    int seen = 1;
    do {
      turn();
      seen = workOf.addAndGet(this, -seen);
    } while (seen != 0);
  }

  private void turn() {
    boolean ended = false;
    boolean stuck = false;
    Throwable failure = null;
    synchronized (this) {
      try {
        if (state == State.OPEN) {
          ended = write();
        } else if (state == State.ENDING) {
          ended = out.isReady();
          stuck = !ended;
        }
        if (ended) {
          state = State.CLOSED;
        }
      } catch (Throwable e) { // a NullPointerException on Tomcat, recycled; out of memory;
        // anything: escaping, it would leave the turn taken for ever
        state = State.CLOSED;
        failure = e;
      }
    }
    if (ended) {
      Farewell last = farewell;
      release(last == null ? CloseReason.SHUTDOWN : last.reason(), null);
      complete();
    } else if (stuck) {
      out.cut();
    } else if (failure != null) {
      release(CloseReason.GONE, failure);
      context
          .failed()
          .add(this::complete); // the container calls onError, and if not, we complete it
    }
  }

  /** Returns whether the farewell has been written. */
  private boolean write() throws IOException {
    if (parked) {
      parked = false;
    }
    WriteBuffer buffer = WriteBuffer.ofThisThread();
    for (int writes = 0; out.isReady(); ) {
      if (flushPending) {
        flushPending = false;
        out.flush();
      } else if (farewellWritten && rest == null) {
        return true;
      } else if (writes == MAX_WRITES) {
        return goOnLater();
      } else {
        boolean isMore = fill(buffer);
        if (buffer.isEmpty()) {
          return isMore && goOnLater();
        }
        send(buffer);
        writes++;
      }
    }
    parkedSince = now();
    parked = true;
    return false;
  }

  /** Lets others have their turn first. */
  private boolean goOnLater() {
    context.executor().execute(this::takeTurn);
    return false;
  }

  /** Returns whether there may be more, although the subscription gave nothing now. */
  private boolean fill(WriteBuffer buffer) {
    byte[] begun = rest;
    if (begun != null) {
      buffer.offer(begun, restOffset, restSince);
    }
    Farewell last = farewell;
    if (last != null) { // what it has not had yet, the client gets when it resumes
      farewellWritten = farewellWritten || buffer.offer(last.frame(), 0, FrameSink.AGELESS);
      return false;
    }
    boolean isMore = buffer.rest() == null && subscription().poll(buffer);
    StreamChange wish = change;
    if (wish != null && !isMore && !subscription().isHolding()) {
      isMore = turnTo(wish);
    }
    if (beatDue) {
      beatDue = false;
      if (buffer.isEmpty()) {
        buffer.offer(subscription().heartbeat(), 0, FrameSink.AGELESS);
      }
    }
    return isMore;
  }

  /** Returns whether the new subscription is to be polled. */
  private boolean turnTo(StreamChange wish) {
    Subscription current = subscription();
    Subscription next = wish.apply(current, terms.grant(), this);
    if (next == null) {
      return false; // it is being opened: there is a next turn
    }
    change = null;
    subscription = next; // under the lock, in state OPEN: whoever closes it later closes this one
    return true;
  }

  private void send(WriteBuffer buffer) throws IOException {
    int length = buffer.length();
    out.write(buffer);
    flushPending = true;
    if (rest != buffer.rest()) {
      rest = buffer.rest();
      restSince = buffer.restSince();
    }
    restOffset = buffer.restOffset();
    if (quiet) { // a volatile write that is not needed would cost every delivery its fence
      quiet = false;
    }
    context.metrics().wrote(length);
    if (buffer.aged() > 0) {
      context.metrics().flushed(buffer.ages(), buffer.aged(), now());
    }
    buffer.clear();
  }

  /** Ends the stream without a word, between two writes. */
  @Override
  public void close(CloseReason reason) {
    State before;
    synchronized (this) {
      before = state;
      if (before == State.NEW) {
        state = State.CLOSED;
      } else if (before == State.OPEN) {
        state = State.ENDING;
      }
    }
    if (before == State.NEW) {
      release(reason, null);
      complete();
    } else if (before == State.OPEN) {
      release(reason, null);
      takeTurn();
    }
  }

  /** The container is done with the stream, or about to be. */
  private void finish(CloseReason reason, @Nullable Throwable failure) {
    synchronized (this) {
      state = State.CLOSED;
    }
    release(reason, failure);
    complete();
  }

  /** Lets go of everything but the request itself; any number of times, the first counts. */
  private void release(CloseReason reason, @Nullable Throwable failure) {
    subscription().close();
    terms.release();
    if (context.registry().remove(this, reason, failure)) {
      onClose.run();
    }
  }

  /** Completes the request, unless it has been; any number of times. */
  void complete() {
    if (isFirstToComplete()) {
      try {
        complete.run();
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
    boolean timedOut =
        failure instanceof TimeoutException || failure instanceof SocketTimeoutException;
    return timedOut ? CloseReason.STALLED : CloseReason.GONE;
  }

  private long now() {
    return context.nanoTime().getAsLong();
  }

  private Subscription subscription() {
    Subscription attached = subscription;
    if (attached == null) {
      throw new IllegalStateException("no subscription yet");
    }
    return attached;
  }
}
