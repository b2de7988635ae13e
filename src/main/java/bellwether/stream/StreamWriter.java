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
   * The lock is the monitor, the count a plain field, and the half that opens and ends streams is a
   * subclass and no object of its own: so all of it, more fields than one would like, lies in one
   * object, and one fetched from afar less is what thousands of connections notice (see Cursor).
   */
  private static final int MAX_WRITES = 64; // in one turn; then others get their chance

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
    /** Nothing of the request or the response may be touched any more, but for completing it. */
    CLOSED
  }

  private static final AtomicIntegerFieldUpdater<StreamWriter> workOf =
      AtomicIntegerFieldUpdater.newUpdater(StreamWriter.class, "work");

  // Set before the container knows of us, never again.
  private final StreamOutput out;
  private final StreamContext context;

  // Set before the container knows of us, then changed in the write turn only; read by anyone.
  private volatile @Nullable Cursor subscription;

  @SuppressWarnings("UnusedVariable") // it is read through workOf
  private volatile int work;

  // Guarded by this.
  private @Nullable Rest rest;
  private boolean flushPending;
  private boolean farewellWritten;

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

  /** What is left of a frame that was too large for one write. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Rest(byte[] frame, int offset, long since) {}

  /** The last words on a stream, and why it ends. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares two
  private record Farewell(byte[] frame, CloseReason reason) {}

  /**
   * @param firstBytes what opens the stream
   */
  StreamWriter(StreamOutput out, byte[] firstBytes, StreamContext context) {
    this.out = out;
    this.context = context;
    this.rest = new Rest(firstBytes, 0, FrameSink.AGELESS);
  }

  final StreamContext context() {
    return context;
  }

  /** Returns what the client may read now. */
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

  /** Ends the stream with last words; of several such, the first that is written counts. */
  final void bid(byte[] lastWords, CloseReason reason) {
    farewell = new Farewell(lastWords, reason);
    takeTurn();
  }

  /** Changes the stream soon: if it cannot be written to, then when it can. */
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

  /** Returns whether the container has said that it cannot be written to. */
  final boolean isParked() {
    return parked;
  }

  /** Returns how long it has been parked, in nanoseconds, if it is. */
  final long parkedFor() {
    return now() - parkedSince;
  }

  final boolean isGivenUp() {
    return state == State.CLOSED || state == State.ENDING;
  }

  /** The container lets it be written to. */
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
   * Writes nothing more: it is CLOSED if nothing has ever been written, and else ENDING.
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

  /** Closes the connection: the response is not touched any more. */
  final synchronized void shut() {
    state = State.CLOSED;
  }

  /** Ends the response; once, when the state is CLOSED, outside the lock. */
  final void completeOutput() {
    out.complete();
  }

  final void takeTurn() {
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
      ended(last == null ? CloseReason.SHUTDOWN : last.reason());
    } else if (stuck) {
      out.cut();
    } else if (failure != null) {
      failed(failure);
    }
  }

  /** Returns whether the farewell has been written. */
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

  /** Lets others have their turn first. */
  private boolean goOnLater() {
    context.executor().execute(this::takeTurn);
    return false;
  }

  /** Returns whether there may be more, although the subscription gave nothing now. */
  private boolean fill(WriteBuffer buffer) {
    Rest begun = rest;
    if (begun != null) {
      buffer.offer(begun.frame(), begun.offset(), begun.since());
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
    Cursor current = subscription();
    Cursor next = wish.apply(current, grant(), this);
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
    byte[] left = buffer.rest();
    if (left != null) {
      rest = new Rest(left, buffer.restOffset(), buffer.restSince());
    } else if (rest != null) {
      rest = null;
    }
    if (quiet) { // a volatile write that is not needed would cost every delivery its fence
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
