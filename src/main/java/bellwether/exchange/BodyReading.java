package bellwether.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body is still arriving. No thread waits for the body: the container calls when
 * there is more. When the body is whole, its handler goes on with the request on the container's
 * thread.
 */
final class BodyReading extends AsyncRequest implements ReadListener {
  /*
   * Only the container's threads touch the request and the response. The timer does not: on Tomcat
   * a listener that is set by another thread waits for the connection's lock, which the container
   * holds as it calls us. So who is too slow is told when the next byte comes; if none ever does,
   * the container's own idle time-out ends the request. What it took of the limits is given back by
   * then.
   *
   * A body that is not wanted is read away before the answer (ReadAway says why). It cannot be read
   * away afterwards: Tomcat 11 closes the body with the answer. A client that is too slow is
   * answered first. One that goes on sending after its answer is cut off by an exception: Tomcat,
   * told to complete the request, would have a thread wait for the rest of the body. While the
   * answer is being written nothing is read: who never stops sending would hold the thread that is
   * to write it.
   */

  private static final Duration STOPPING = Duration.ofSeconds(5);

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
  private final HeldAnswer refusal;

  // Guarded by this.
  private final BodyRoom room;
  private final ReadAway away;
  private final BodyWatch watch;
  private State state = State.READING;
  private boolean isWhole;
  private @Nullable HttpProblem problem; // of what is unwanted
  private boolean isHandedOver;

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
    this.refusal = exchanges.hold(answer -> {});
    this.watch = new BodyWatch(exchanges);
    this.room = exchanges.bodyRoom();
    this.away = new ReadAway(exchanges.nanoTime());
  }

  /**
   * Begins reading, on the container's thread. Nothing is thrown once the request is asynchronous.
   *
   * @param unwanted why the body is not wanted; else null
   */
  void start(@Nullable HttpProblem unwanted) {
    startAsync(request);
    try {
      request.setAttribute(Exchanges.READING, this);
      response.setStatus(HttpServletResponse.SC_BAD_REQUEST); // if it ends without an answer
      synchronized (this) {
        watch.begin(this::giveUp);
        HttpProblem why = unwanted == null ? countIn() : unwanted;
        if (why == null) {
          look();
        } else {
          reject(why);
        }
      }
      in.setReadListener(this); // last: now the container calls us
    } catch (RuntimeException | Error e) {
      answer(e instanceof RejectedExecutionException ? HttpProblem.busy(STOPPING) : e);
      close();
    }
  }

  /** On the timer. */
  private void giveUp() {
    if (!isHandled() && end()) {
      exchanges.failed().add(this::complete);
    }
  }

  private synchronized boolean isHandled() {
    return state == State.HANDLED;
  }

  /** Begins to see that nobody waits for a body that was not wanted; it has been answered. */
  void linger() throws IOException {
    startAsync(request);
    try {
      synchronized (this) {
        watch.begin(this::giveUp);
        state = State.LINGERING;
        away.begin();
      }
      response.flushBuffer();
      in.setReadListener(this); // last: now the container calls us
    } catch (IOException | RuntimeException | Error e) {
      close();
    }
  }

  private @Nullable HttpProblem countIn() {
    return room.takePlace() && room.take(buffer.capacity()) ? null : Exchanges.crowded();
  }

  /** Looks whether enough has come by now; on the timer. */
  private synchronized void look() {
    if (state == State.READING) {
      if (!watch.look(buffer.size(), this::look)) {
        state = State.LATE;
        letGo();
      }
    }
  }

  /** Begins to discard a body that is not wanted. Under the lock. */
  private void reject(HttpProblem why) {
    state = State.UNWANTED;
    problem = why;
    away.begin();
    letGo();
  }

  /** Writes the refusal before the body is whole. Under the lock. */
  private void refuse(HttpProblem why) throws IOException {
    state = State.REFUSED;
    letGo();
    Reply reply = why.reply(request);
    refusal.beginBeforeTheEnd(async(), this::answered, request, response);
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
      if (state == State.UNWANTED || state == State.LINGERING) {
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
    boolean isEnough = away.read(in);
    if (isEnough && state == State.LINGERING) {
      throw new IOException("a client goes on sending what nobody wants");
    }
    if (isEnough) {
      refuse(Objects.requireNonNull(problem));
    }
  }

  @Override
  public void onAllDataRead() {
    RequestBody whole = null;
    HttpProblem unanswered;
    boolean isOver;
    synchronized (this) {
      isWhole = true;
      unanswered = state == State.LATE ? Exchanges.tooSlow() : problem;
      isOver = state == State.LATE || state == State.UNWANTED || state == State.LINGERING;
      if (state == State.READING) {
        state = State.HANDLED;
        watch.stop();
        whole = buffer.whole();
      } else if (isOver) {
        over();
      }
    }
    if (whole != null) {
      handle(whole);
    } else if (isOver) {
      if (unanswered != null) {
        answer(unanswered);
      }
      complete();
    }
  }

  private void handle(RequestBody body) {
    try {
      response.setStatus(HttpServletResponse.SC_OK); // as every handler has it
      handler.handle(body);
    } catch (IOException e) {
      // The client is gone.
    } catch (RuntimeException | Error e) {
      answer(e);
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

  private void answer(Throwable failure) {
    try {
      ApiServlet.answerLate(failure, request, response);
    } catch (IOException | RuntimeException e) {
      // The client is gone.
    }
  }

  /** Returns the asynchronous context, which the caller has to complete from now on. */
  synchronized AsyncContext handOver() {
    isHandedOver = true;
    return async();
  }

  /** Goes on after the refusal has been written, or could not be. */
  private void answered(boolean isWritten) {
    boolean isOver;
    boolean isCutOff = false;
    synchronized (this) {
      isOver = isWhole || !isWritten || state != State.REFUSED;
      problem = null; // told
      if (!isOver) {
        state = State.LINGERING;
        away.begin();
        try {
          isCutOff = away.read(in); // of what has come meanwhile the container says nothing more
          isOver = in.isFinished();
        } catch (IOException | RuntimeException e) {
          isCutOff = true;
        }
      }
      if (isOver) {
        over();
      }
    }
    if (isOver) {
      complete();
    } else if (isCutOff && end()) {
      exchanges.failed().add(this::complete);
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
  void completed() {
    var unused = end();
  }

  @Override
  void close() {
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
      if (state != State.HANDLED) { // else the handler still has the body
        letGo();
      }
      over();
    }
    return true;
  }

  /** Under the lock. */
  private void over() {
    state = State.ENDED;
    watch.stop();
  }

  /** Lets go of all that is counted; any number of times. Under the lock. */
  private void letGo() {
    watch.stopLooking();
    buffer.clear();
    room.giveBack();
  }

  /** Returns the time since the request became asynchronous. */
  Duration passed() {
    return watch.passed();
  }
}
