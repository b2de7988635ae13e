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
 * A request that is held open, answered once, whole, by any thread, and then completed. No thread
 * waits with it, and none blocks on its client.
 */
public final class HeldAnswer implements WriteListener, AsyncListener {
  /*
   * Whatever touches the response does so under the lock, after seeing a state in which it is ours:
   * Tomcat gives it to another request once this one is over. Nobody else is called under it but
   * the container's stream.
   *
   * The answer's length is said before it, so whoever gets half of it can tell.
   */
  private static final Logger logger = LoggerFactory.getLogger(HeldAnswer.class);
  private static final int MAX_WRITE = 8192; // Tomcat would need another thread's turn for more

  /** The states of the response; it only ever moves down this list. */
  private enum State {
    /** The container has not yet said that it may be written to. */
    NEW,
    /** The answer is awaited, or being written. */
    OPEN,
    /** Nothing of it may be touched any more, but for completing the request. */
    CLOSED
  }

  /** What the answer is for. Called on any thread, without a lock. */
  public interface Owner {
    /** Gives the answer now, if it can: the container is about to end the request. */
    void timedOut(HeldAnswer answer);

    /** Lets go of everything: the answer has been given, or never will be. Called once. */
    default void ended() {}
  }

  /** What completes the request; may throw if the container has. */
  interface Completion {
    /**
     * Completes the request.
     *
     * @param isWritten whether the whole answer has been taken
     */
    void run(boolean isWritten);
  }

  /** Where the answer goes. */
  private record Target(boolean isHead, HttpServletResponse response, ServletOutputStream out) {}

  private final Room room;
  private final FailedRequests failed;
  private final Owner owner;

  // Set before the container knows of us, never again.
  private volatile @Nullable Completion completion;
  private volatile @Nullable Target target;
  private boolean isFlushed; // then only under the lock

  // Guarded by this.
  private State state = State.NEW;
  private @Nullable Reply reply;
  private boolean isBegun; // to be written
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
   * Takes up the request, on a thread of the container. It is held until it is answered, or this
   * time is over. If it cannot be, that ends it.
   */
  public void begin(HttpServletRequest request, HttpServletResponse response, Duration patience) {
    AsyncContext async = Exchanges.startAsync(request, patience);
    isFlushed = true; // by its completion
    begin(async, isWritten -> async.complete(), request, response);
  }

  /** Takes up a request that goes on when its answer has been written. */
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
    } catch (IOException | RuntimeException e) {
      logger.debug("A request could not be held", e);
      finish();
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
   * <p>If what clients have not taken yet is too much already, it is 503 in its place.
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

  /** Ends it because something went wrong: the container is to complete it, or we do later. */
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
   * The write listener's. Tomcat then calls the other, and takes whoever has completed by then for
   * one who needs an error page; Jetty leaves it at this.
   */
  @Override
  public void onError(Throwable failure) {
    end();
    failed.add(this::complete);
  }

  @Override
  public void onError(AsyncEvent event) {
    finish();
  }

  /** The client did not take its answer; or Tomcat found the application stopping before we did. */
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

  /** Returns whether all of it has been taken. Under the lock. */
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

  /** Ends it: it is over, or the container is done with it, or about to be. */
  private void finish() {
    end();
    complete();
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
