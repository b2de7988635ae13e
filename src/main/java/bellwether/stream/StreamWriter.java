package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.hub.Cursor;
import bellwether.hub.FrameSink;
import bellwether.hub.Subscriber;
import bellwether.observe.CloseReason;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a {@link StreamConnection}: the turn in which one thread at a time pulls from
 * the subscription and writes to the response, without ever blocking.
 */
abstract class StreamWriter implements Subscriber {
  /*
   * The write turn. "work" counts the reasons to look at this connection. The thread that raises it
   * from 0 takes the turn and keeps it until it has brought the count back to 0, so that no thread
   * waits for another and no wake-up is lost; the lock makes the turn exclude the container's
   * callbacks.
   *
   * The lock is what keeps one client's bytes from reaching another. Containers reuse a response
   * once it is completed; so the response is used only under the lock, after seeing the state OPEN.
   * A thread that completes it, or lets the container do so by returning from an error callback,
   * has first set the state CLOSED under that lock. complete() itself is called outside it: Jetty
   * runs onComplete on the caller, Tomcat on another thread.
   *
   * Between any two calls of write and flush isReady() is called: a second call without it is an
   * IllegalStateException on Jetty. When it returns false we are parked until onWritePossible. The
   * parked mark is cleared before the subscription is polled, and the hub notes an entry before it
   * looks at the mark: so the hub can skip a parked connection, and no entry is missed.
   *
   * The response is not completed while isReady() returns false. Then the container still has a
   * part of the bytes; if told to complete, Tomcat 10.1 drops that part and ends the body in order,
   * and the client may take a part of an event for a whole one. So the connection waits, ENDING,
   * until the client has taken those bytes, or is cut off: by us where we can, else by the
   * container's own time-out.
   *
   * The lock is the monitor, the count a plain field, and the half that opens and ends streams is a
   * subclass and not an object of its own. So all of it lies in one object, though that has many
   * fields: with thousands of connections it is faster if one object less has to be fetched from
   * memory (see Cursor).
   */
  private static final int MAX_WRITES = 64; // in one turn; then others go first

  /** The states of a connection; it only ever moves down this list. */
  enum State {
    /** The container has not yet said that it may be written to. */
    NEW,
    /** The connection may be written to, in a write turn. */
    OPEN,
    /**
     * The connection is given up, and completed as soon as the container has released its bytes.
     */
    ENDING,
    /** The request and the response may not be used any more, except to complete them. */
    CLOSED
  }

  private static final AtomicIntegerFieldUpdater<StreamWriter> workOf =
      AtomicIntegerFieldUpdater.newUpdater(StreamWriter.class, "work");

  // Set once, before the container calls this object.
  private final StreamOutput out;
  private final StreamContext context;

  // Set before the container calls this object, then changed in the write turn only; read by any
  // thread.
  private volatile @Nullable Cursor subscription;

  @SuppressWarnings("UnusedVariable") // it is read through workOf
  private volatile int work;

  // Guarded by this.
  private @Nullable Rest rest;
  private boolean flushPending;
  private boolean farewellWritten;

  // Written under the lock, read by any thread.
  private volatile State state = State.NEW;
  private volatile boolean parked;
  private volatile long parkedSince;

  // Set by the supervisor, cleared by any write.
  private volatile boolean quiet;

  // Written by any thread, read in the write turn.
  private volatile boolean beatDue;
  private volatile @Nullable Farewell farewell;
  private volatile @Nullable StreamChange change; // written under the lock

  /** The rest of a frame that was too large for one write. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Rest(byte[] frame, int offset, long since) {}

  /** The last bytes of a stream, and the reason of its end. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Farewell(byte[] frame, CloseReason reason) {}

  /**
   * @param firstBytes the bytes that open the stream
   */
  StreamWriter(StreamOutput out, byte[] firstBytes, StreamContext context) {
    this.out = out;
    this.context = context;
    this.rest = new Rest(firstBytes, 0, FrameSink.AGELESS);
  }

  final StreamContext context() {
    return context;
  }

  /** Returns the grant of the client now. */
  abstract Grant grant();

  /** Called outside the lock when all has been written and the state is CLOSED. */
  abstract void ended(CloseReason reason);

  /** Called outside the lock when writing has failed and the state is CLOSED. */
  abstract void failed(Throwable failure);

  final void subscribeTo(Cursor first) {
    subscription = first;
  }

  @Override
  public final void wake() {
    if (!parked) {
      takeTurn();
    }
  }

  /**
   * Ends the stream with these last bytes; if this is called several times, the first that are
   * written count.
   */
  final void bid(byte[] lastWords, CloseReason reason) {
    farewell = new Farewell(lastWords, reason);
    takeTurn();
  }

  /** Changes the stream soon: if it cannot be written to now, as soon as it can. */
  final void change(StreamChange wish) {
    synchronized (this) {
      StreamChange before = change;
      change = before == null ? wish : before.and(wish);
    }
    wake();
  }

  /** Writes a heartbeat if nothing has been written since the last call. */
  final void beatIfQuiet() {
    if (quiet) {
      beatDue = true;
      takeTurn();
    } else {
      quiet = true;
    }
  }

  /** Returns whether the container has said that the connection cannot be written to. */
  final boolean isParked() {
    return parked;
  }

  /** Returns how long the connection has been parked, in nanoseconds, if it is. */
  final long parkedFor() {
    return now() - parkedSince;
  }

  final boolean isGivenUp() {
    return state == State.CLOSED || state == State.ENDING;
  }

  /** Opens the connection, or goes on, because the container lets it be written to. */
  final void open() {
    if (state == State.NEW) {
      synchronized (this) {
        if (state == State.NEW) {
          state = State.OPEN;
        }
      }
    }
    takeTurn();
  }

  /**
   * Stops writing: the state is CLOSED if nothing has ever been written, else ENDING.
   *
   * @return the state before
   */
  final synchronized State giveUp() {
    State before = state;
    if (before == State.NEW) {
      state = State.CLOSED;
    } else if (before == State.OPEN) {
      state = State.ENDING;
    }
    return before;
  }

  /** Closes the connection: the response is not used any more. */
  final synchronized void shut() {
    state = State.CLOSED;
  }

  /** Ends the response; once, when the state is CLOSED, outside the lock. */
  final void completeOutput() {
    out.complete();
  }

  final void takeTurn() {
    if (workOf.getAndIncrement(this) != 0) {
      return; // the thread that has the turn looks again
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
      ended(last == null ? CloseReason.SHUTDOWN : last.reason());
    } else if (stuck) {
      out.cut();
    } else if (failure != null) {
      failed(failure);
    }
  }

  /**
   * Writes until the container says stop or nothing is left; returns whether the farewell has been
   * written.
   */
  private boolean write() throws IOException {
    boolean isStuck = parked; // since it was parked
    if (isStuck) {
      parked = false;
    }
    WriteBuffer buffer = WriteBuffer.ofThisThread();
    for (int writes = 0; out.isReady(); ) {
      isStuck = false;
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
    if (!isStuck) { // else a client that takes nothing would be new to it with each farewell
      parkedSince = now();
    }
    parked = true;
    return false;
  }

  /** Goes on later, so that others have their turn first. */
  private boolean goOnLater() {
    context.executor().execute(this::takeTurn);
    return false;
  }

  /**
   * Fills the buffer; returns whether there may be more, although the subscription gave nothing
   * now.
   */
  private boolean fill(WriteBuffer buffer) {
    Rest begun = rest;
    if (begun != null) {
      buffer.offer(begun.frame(), begun.offset(), begun.since());
    }
    Farewell last = farewell;
    if (last != null) { // the client gets the rest when it resumes
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

  /** Makes a change of the stream; returns whether the new subscription has to be polled. */
  private boolean turnTo(StreamChange wish) {
    Cursor current = subscription();
    Cursor next = wish.apply(current, grant(), this);
    if (next == null) {
      return false; // it is being opened: there is a next turn
    }
    change = null;
    subscription = next; // under the lock, in state OPEN: a later close closes this one
    return true;
  }

  private void send(WriteBuffer buffer) throws IOException {
    int length = buffer.length();
    out.write(buffer);
    flushPending = true;
    byte[] left = buffer.rest();
    if (left != null) {
      rest = new Rest(left, buffer.restOffset(), buffer.restSince());
    } else if (rest != null) {
      rest = null;
    }
    if (quiet) { // without this check every delivery would cost a volatile write
      quiet = false;
    }
    context.metrics().wrote(length);
    if (buffer.aged() > 0) {
      context.metrics().flushed(buffer.ages(), buffer.aged(), now());
    }
    buffer.clear();
  }

  private long now() {
    return context.nanoTime().getAsLong();
  }

  /** Returns the subscription, or null while the stream is being opened. */
  final @Nullable Cursor subscriptionIfAny() {
    return subscription;
  }

  final Cursor subscription() {
    Cursor attached = subscription;
    if (attached == null) {
      throw new IllegalStateException("no subscription yet");
    }
    return attached;
  }
}
