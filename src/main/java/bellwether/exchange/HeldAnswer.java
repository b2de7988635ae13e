package bellwether.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer that is given later: its request is held open, answered once and whole by any thread,
 * and then completed. No thread waits for it or for its client.
 */
public final class HeldAnswer implements WriteListener, AsyncListener {
  /*
   * The response is used only under the lock, and only in a state in which it is ours: Tomcat gives
   * it to another request once this one is over. Under the lock only the container's stream is
   * called.
   *
   * The headers have the answer's length, so a client that gets half of it can tell.
   */
  private static final Logger logger = LoggerFactory.getLogger(HeldAnswer.class);
  private static final int MAX_WRITE = 8192; // Tomcat needs another thread for longer writes

  /** The states of the response; it only ever moves down this list. */
  private enum State {
    /** The container has not yet said that it may be written to. */
    NEW,
    /** The answer is awaited, or being written. */
    OPEN,
    /** The response may not be used any more, except to complete the request. */
    CLOSED
  }

  /** The owner of an answer, which is told of its end. Called on any thread, without a lock. */
  public interface Owner {
    /** Gives the answer now, if possible, because the container is about to end the request. */
    void timedOut(HeldAnswer answer);

    /** Releases everything, because the answer has been given, or never will be. Called once. */
    default void ended() {}
  }

  /** A function that completes the request; it may throw if the container has done so. */
  interface Completion {
    /**
     * Completes the request.
     *
     * @param isWritten whether the whole answer has been taken
     */
    void run(boolean isWritten);
  }

  /** The response that the answer is written to. */
  private record Target(boolean isHead, HttpServletResponse response, ServletOutputStream out) {}

  private final Room room;
  private final FailedRequests failed;
  private final Owner owner;

  // Set once, before the container calls this object.
  private volatile @Nullable Completion completion;
  private volatile @Nullable Target target;
  private boolean isFlushed; // after that only under the lock

  // Guarded by this.
  private State state = State.NEW;
  private @Nullable Reply reply;
  private boolean isBegun; // writing has begun
  private int written;
  private int taken; // of the room
  private boolean isWritten;
  private boolean hasEnded;
  private boolean isCompleted;

  HeldAnswer(Room room, FailedRequests failed, Owner owner) {
    this.room = room;
    this.failed = failed;
    this.owner = owner;
  }

  /**
   * Holds the request open, on a thread of the container, until it is answered or this time is
   * over. If that fails, the request ends.
   */
  public void begin(HttpServletRequest request, HttpServletResponse response, Duration patience) {
    AsyncContext async = Exchanges.startAsync(request, patience);
    isFlushed = true; // by its completion
    begin(async, isWritten -> async.complete(), request, response);
  }

  /** Holds a request open that goes on after its answer has been written. */
  void beginBeforeTheEnd(
      AsyncContext async,
      Completion whenDone,
      HttpServletRequest request,
      HttpServletResponse response) {
    begin(async, whenDone, request, response);
  }

  private void begin(
      AsyncContext async,
      Completion whenDone,
      HttpServletRequest request,
      HttpServletResponse response) {
    completion = whenDone;
    try {
      // If it ends without an answer.
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      ServletOutputStream out = response.getOutputStream();
      target = new Target(request.getMethod().equals("HEAD"), response, out);
      if (isClosed()) { // meanwhile
        complete();
        return;
      }
      async.addListener(this);
      out.setWriteListener(this); // last: now the container calls us
    } catch (IOException | RuntimeException | Error e) {
      finish();
      logger.debug("A request could not be held", e);
    }
  }

  /**
   * Takes room for an answer before it is made, so that many that are made at once do not fill the
   * memory before any of them is counted. Any thread.
   *
   * @return whether there was room; if not, the answer is to be {@link Exchanges#crowded}
   */
  public synchronized boolean reserve(int bytes) {
    if (state == State.CLOSED || reply != null) {
      return true; // nobody will take the answer
    }
    boolean hasRoom = room.take(bytes);
    taken += hasRoom ? bytes : 0;
    return hasRoom;
  }

  /**
   * Gives the answer. The first that is given counts.
   *
   * <p>If the answers that clients have not taken yet are too large already, a 503 is given
   * instead.
   */
  public void answer(Reply given) {
    synchronized (this) {
      if (state == State.CLOSED || reply != null) {
        return;
      }
      reply = settle(given.body().length) ? given : Exchanges.crowded().reply();
    }
    goOn();
  }

  /** Has what is taken of the room be the answer's size; returns whether there was room. */
  private boolean settle(int size) {
    int more = size - taken;
    if (more > 0 && !room.take(more)) {
      return false;
    }
    if (more < 0) {
      room.give(-more);
    }
    taken = size;
    return true;
  }

  /** Ends it without a word. */
  public void close() {
    finish();
  }

  /**
   * Ends the request because of a failure. The container should complete it; if not, this class
   * does so later.
   */
  public void fail(Throwable failure) {
    onError(failure);
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      if (state == State.NEW) {
        state = State.OPEN;
      }
    }
    goOn();
  }

  /**
   * Handles a failed write. Tomcat then calls the other {@code onError} as well, and if the request
   * has been completed by then, it adds an error page; Jetty calls only this one.
   */
  @Override
  public void onError(Throwable failure) {
    try {
      end();
    } finally {
      failed.add(this::complete);
    }
  }

  @Override
  public void onError(AsyncEvent event) {
    finish();
  }

  /**
   * Handles a time-out: the client did not take its answer, or Tomcat noticed before us that the
   * application stops.
   */
  @Override
  public void onTimeout(AsyncEvent event) {
    owner.timedOut(this);
    finish();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    isFirstToComplete(); // the container has
    finish();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  private void goOn() {
    boolean isDone = false;
    Throwable failure = null;
    synchronized (this) {
      try {
        Target to = target;
        if (state == State.OPEN && reply != null && to != null) {
          isDone = write(reply, to);
        }
        if (isDone) {
          state = State.CLOSED;
          isWritten = true;
        }
      } catch (Throwable e) {
        state = State.CLOSED;
        failure = e;
      }
    }
    if (failure != null) {
      logger.debug("A request could not be answered", failure);
      onError(failure);
    } else if (isDone) {
      finish();
    }
  }

  /**
   * Writes as much of the answer as the client takes; returns whether all of it has been taken.
   * Under the lock.
   */
  private boolean write(Reply answer, Target to) throws IOException {
    if (!isBegun) {
      isBegun = true;
      answer.writeHead(to.response());
    }
    int length = to.isHead() ? 0 : answer.body().length;
    while (to.out().isReady()) {
      int rest = length - written;
      if (rest == 0 && isFlushed) {
        return true;
      }
      if (rest == 0) {
        isFlushed = true;
        to.out().flush();
        continue;
      }
      int piece = Math.min(rest, MAX_WRITE);
      to.out().write(answer.body(), written, piece);
      written += piece;
    }
    return false;
  }

  /** Ends and completes the request: it is over, or the container has ended it or is about to. */
  private void finish() {
    try {
      end();
    } finally { // whatever its owner throws: nobody else would complete it
      complete();
    }
  }

  private void end() {
    boolean isFirst;
    synchronized (this) {
      state = State.CLOSED;
      isFirst = !hasEnded;
      hasEnded = true;
      reply = null;
      room.give(taken);
      taken = 0;
    }
    if (isFirst) {
      owner.ended();
    }
  }

  private void complete() {
    Completion whenDone = completion;
    if (whenDone != null && isFirstToComplete()) {
      try {
        whenDone.run(isWritten());
      } catch (RuntimeException e) {
        // The container has completed it already: an IllegalStateException, or on a request
        // that Tomcat has recycled, a NullPointerException. There is nothing left to do.
      }
    }
  }

  private synchronized boolean isFirstToComplete() {
    boolean isFirst = !isCompleted;
    isCompleted = true;
    return isFirst;
  }

  private synchronized boolean isClosed() {
    return state == State.CLOSED;
  }

  private synchronized boolean isWritten() {
    return isWritten;
  }
}
