package bellwether.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is still arriving. No thread waits for the body: the container calls when
 * there is more. When the body is whole, its handler goes on with the request on the container's
 * thread.
 */
final class BodyReading implements ReadListener, AsyncListener {
  /*
   * Only the container's threads touch the request and the response. The timer does not: on Tomcat
   * a listener that is set by another thread waits for the connection's lock, which the container
   * holds as it calls us. So a client that is too slow is told when its next byte comes; if none
   * ever comes, the container's own idle time-out ends the request. By then the request's share of
   * the limits has been given back.
   *
   * A body that is not wanted is read away before the answer (ReadAway says why). It cannot be read
   * away afterwards: Tomcat 11 closes the body with the answer. A client that is too slow is
   * answered first. One that goes on sending after its answer is cut off by an exception: Tomcat,
   * told to complete the request, would have a thread wait for the rest of the body.
   */

  /** The time after which the container ends the request if nothing else has ended it. */
  private static final Duration BACKSTOP = Duration.ofMinutes(2);

  private enum State {
    /** The body is arriving. */
    READING,
    /** The body is whole, and the handler has the request. */
    HANDLED,
    /** The body did not arrive in time, and its client has not been told yet. */
    LATE,
    /** The body is not wanted: it is read and discarded, and then the request is refused. */
    UNWANTED,
    /** The answer is being written, although the body is not whole. */
    REFUSED,
    /**
     * The answer has been written, and the client has some time to read it before it is cut off.
     */
    LINGERING,
    /** The request may not be used any more, except to complete it. */
    ENDED
  }

  private final Exchanges exchanges;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final ServletInputStream in;
  private final Exchanges.BodyHandler handler;
  private final BodyBuffer buffer;
  private final String name;
  private final HeldAnswer refusal;
  private final BodyPace pace;

  // Set at the start, before the container calls this object.
  private @Nullable AsyncContext async;

  // Guarded by this.
  private final BodyRoom room;
  private final ReadAway away;
  private State state = State.READING;
  private @Nullable Future<?> nextLook;
  private boolean isWhole;
  private @Nullable HttpProblem problem; // of what is unwanted
  private boolean isHandedOver;
  private boolean isCompleted;

  /**
   * @param buffer has the part of the body that has arrived
   */
  BodyReading(
      Exchanges exchanges,
      HttpServletRequest request,
      HttpServletResponse response,
      BodyBuffer buffer,
      Exchanges.BodyHandler handler)
      throws IOException {
    this.exchanges = exchanges;
    this.request = request;
    this.response = response;
    this.in = request.getInputStream();
    this.buffer = buffer;
    this.handler = handler;
    this.name = ApiServlet.nameOf(request);
    this.refusal = exchanges.hold(answer -> {});
    this.pace = new BodyPace(exchanges.nanoTime(), exchanges.limits().bodyTime());
    this.room = exchanges.bodyRoom();
    this.away = new ReadAway(exchanges.nanoTime());
  }

  /**
   * Begins reading, on the container's thread. Nothing is thrown once the request is asynchronous.
   *
   * @param unwanted why the body is not wanted; else null
   */
  void start(@Nullable HttpProblem unwanted) {
    AsyncContext begun = request.startAsync();
    async = begun;
    try {
      begun.setTimeout(exchanges.limits().bodyTime().plus(BACKSTOP).toMillis());
      request.setAttribute(Exchanges.READING, this);
      begun.addListener(this);
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST); // if it ends without an answer
      synchronized (this) {
        HttpProblem why = unwanted == null ? countIn() : unwanted;
        if (why == null) {
          look();
        } else {
          reject(why);
        }
      }
      in.setReadListener(this); // last: now the container calls us
    } catch (RuntimeException e) {
      close();
    }
  }

  /**
   * Begins to discard an unwanted body, whose request has been answered, so that no thread waits
   * for it.
   */
  void linger() throws IOException {
    AsyncContext begun = request.startAsync();
    async = begun;
    try {
      begun.setTimeout(BACKSTOP.toMillis());
      begun.addListener(this);
      synchronized (this) {
        state = State.LINGERING;
        away.begin();
      }
      response.flushBuffer();
      in.setReadListener(this); // last: now the container calls us
    } catch (IOException | RuntimeException e) {
      close();
    }
  }

  private @Nullable HttpProblem countIn() {
    return room.takePlace() && room.take(buffer.capacity()) ? null : Exchanges.crowded();
  }

  /** Looks whether enough has come by now; on the timer. */
  private synchronized void look() {
    if (state == State.READING) {
      Duration left = pace.nextLook(buffer.size());
      if (left == null) {
        state = State.LATE;
        letGo();
      } else {
        nextLook = exchanges.timer().schedule(this::look, left.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  /**
   * Begins to discard a body that is not wanted. Begins to discard a body that is not wanted. Under
   * the lock.
   */
  private void reject(HttpProblem why) {
    state = State.UNWANTED;
    problem = why;
    away.begin();
    letGo();
  }

  /** Writes the refusal before the body is whole. Under the lock. */
  private void refuse(HttpProblem why) throws IOException {
    AsyncContext begun = Objects.requireNonNull(async);
    state = State.REFUSED;
    letGo();
    Reply reply = why.reply(request);
    refusal.beginBeforeTheEnd(begun, this::answered, request, response);
    refusal.answer(reply);
  }

  @Override
  public void onDataAvailable() throws IOException {
    synchronized (this) {
      if (state == State.LATE) {
        refuse(Exchanges.tooSlow());
      } else if (state == State.READING) {
        collect();
      }
      if (state == State.UNWANTED || state == State.REFUSED || state == State.LINGERING) {
        readAway();
      }
    }
  }

  private void collect() throws IOException {
    while (!in.isFinished() && in.isReady()) {
      if (!room.take(buffer.growth())) {
        reject(Exchanges.crowded());
        return;
      }
      if (buffer.readFrom(in) < 0) {
        return;
      }
      if (buffer.isFull()) { // it takes one byte more than it may be
        reject(exchanges.tooLarge());
        return;
      }
    }
  }

  private void readAway() throws IOException {
    while (away.read(in)) {
      if (state == State.LINGERING) {
        throw new IOException("a client goes on sending what nobody wants");
      }
      if (state == State.UNWANTED) {
        refuse(Objects.requireNonNull(problem));
      }
    }
  }

  @Override
  public void onAllDataRead() {
    boolean isToBeHandled;
    HttpProblem unanswered;
    boolean isOver;
    synchronized (this) {
      isWhole = true;
      isToBeHandled = state == State.READING;
      unanswered = state == State.LATE ? Exchanges.tooSlow() : problem;
      isOver = state == State.LATE || state == State.UNWANTED || state == State.LINGERING;
      if (isToBeHandled) {
        state = State.HANDLED;
        stopLooking();
      } else if (isOver) {
        state = State.ENDED;
      }
    }
    if (isToBeHandled) {
      handle();
    } else if (isOver) {
      if (unanswered != null) {
        answer(unanswered);
      }
      complete();
    }
  }

  private void handle() {
    try {
      response.setStatus(HttpServletResponse.SC_OK); // as every handler has it
      handler.handle(buffer.whole());
    } catch (IOException e) {
      // The client is gone.
    } catch (RuntimeException e) {
      answer(Failures.problemOf(e, name));
    } finally {
      boolean isOurs;
      synchronized (this) {
        letGo();
        isOurs = !isHandedOver;
      }
      if (isOurs) {
        close();
      }
    }
  }

  private void answer(HttpProblem problem) {
    try {
      problem.write(request, response);
    } catch (IOException | RuntimeException e) {
      // The client is gone.
    }
  }

  /** Returns the asynchronous context, which the caller has to complete from now on. */
  synchronized AsyncContext handOver() {
    isHandedOver = true;
    return Objects.requireNonNull(async);
  }

  /** Goes on after the refusal has been written, or could not be. */
  private void answered(boolean isWritten) {
    boolean isOver;
    synchronized (this) {
      isOver = isWhole || !isWritten || state != State.REFUSED;
      state = isOver ? State.ENDED : State.LINGERING;
      away.begin();
      problem = null; // told
    }
    if (isOver) {
      complete();
    }
  }

  /**
   * Handles a failure of reading; see the same method of {@link HeldAnswer}. Jetty lets us answer a
   * client that was idle for too long, or that sent malformed HTTP. Tomcat has closed the
   * connection by then, and throws an {@link IOException}. Both throw one if the client is gone.
   */
  @Override
  public void onError(Throwable failure) {
    HttpProblem told = failure instanceof IOException ? null : problemOf(failure);
    if (end()) {
      if (told != null) {
        answer(told);
        complete();
      } else {
        exchanges.failed().add(this::complete);
      }
    }
  }

  /** Returns the answer to a client whose body has failed; null if it has its answer. */
  private synchronized @Nullable HttpProblem problemOf(Throwable failure) {
    return switch (state) {
      case UNWANTED -> problem;
      case READING, LATE ->
          failure instanceof TimeoutException
              ? Exchanges.tooSlow()
              : new HttpProblem(400, "the body is not well-formed");
      default -> null;
    };
  }

  @Override
  public void onError(AsyncEvent event) {
    close();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    close();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    synchronized (this) {
      isCompleted = true; // by the container
    }
    var unused = end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  private void close() {
    if (end()) {
      complete();
    }
  }

  /** Ends the reading; returns whether this object still has to complete the request. */
  private boolean end() {
    synchronized (this) {
      if (isHandedOver) {
        return false;
      }
      state = State.ENDED;
      letGo();
    }
    return true;
  }

  /**
   * Gives back this request's share of the limits; may be called any number of times. Under the
   * lock.
   */
  private void letGo() {
    stopLooking();
    room.giveBack();
  }

  private void stopLooking() {
    if (nextLook != null) {
      nextLook.cancel(false);
      nextLook = null;
    }
  }

  private void complete() {
    synchronized (this) {
      if (isCompleted) {
        return;
      }
      isCompleted = true;
    }
    try {
      Objects.requireNonNull(async).complete();
    } catch (RuntimeException e) {
      // The container has completed it already: see HeldAnswer.
    }
  }
}
