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
 * A request whose body is still coming. No thread waits for it: the container calls when there is
 * more. When it is whole, its handler goes on with the request on the container's thread.
 */
final class BodyReading implements ReadListener, AsyncListener {
  /*
   * Only the container's threads touch the request and the response. The timer does not: on Tomcat a
   * listener that is set by another thread waits for the connection's lock, which the container
   * holds as it calls us. So who is too slow is told when the next byte comes; if none ever does,
   * the container's own idle time-out ends the request. What it took of the limits is given back by
   * then.
   *
   * Who is refused before the body has come gets the answer at once. What still comes is read away
   * for a while: were the connection closed under a client that sends, it would be reset, and the
   * client might never see its answer. After that while it is cut off by an exception: Tomcat, told
   * to complete the request, would have a thread wait for the rest of the body.
   */
  private static final int MAX_READ_AWAY = 1 << 20; // bytes
  private static final Duration LINGERING = Duration.ofSeconds(5);

  /** What a body has to have brought by the time at which it is first looked at, and after. */
  private static final long LEAST_RATE = 1024; // bytes a second

  private static final Duration FIRST_LOOK = Duration.ofSeconds(10);
  private static final Duration NEXT_LOOK = Duration.ofSeconds(5);

  /** Much later than all else; in case that nothing else ends it. */
  private static final Duration BACKSTOP = Duration.ofMinutes(2);

  private enum State {
    /** The body is coming. */
    READING,
    /** The body is whole, and the handler has the request. */
    HANDLED,
    /** The body did not come in time, which its client has not been told. */
    LATE,
    /** The answer is being written, although the body is not whole. */
    REFUSED,
    /** The answer has been written, and the rest of the body is read away. */
    LINGERING,
    /** The request may be touched no more, but for completing it. */
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
  private final long begunAt;

  // Set when it starts, before the container knows of us.
  private @Nullable AsyncContext async;

  // Guarded by this.
  private State state = State.READING;
  private @Nullable Future<?> nextLook;
  private int taken; // of the room
  private boolean isCounted;
  private boolean isWhole;
  private int readAway;
  private long lingeringSince;
  private boolean isHandedOver;
  private boolean isCompleted;

  /**
   * @param buffer with what has come of the body so far
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
    this.begunAt = exchanges.nanoTime().getAsLong();
  }

  /**
   * Begins, on the container's thread. Nothing is thrown once the request is asynchronous.
   *
   * @param problem the answer, if it is known before the body; else null
   */
  void start(@Nullable HttpProblem problem) {
    AsyncContext begun = request.startAsync();
    async = begun;
    try {
      begun.setTimeout(exchanges.limits().bodyTime().plus(BACKSTOP).toMillis());
      request.setAttribute(Exchanges.READING, this);
      begun.addListener(this);
      synchronized (this) {
        HttpProblem refused = problem == null ? countIn() : problem;
        if (refused == null) {
          look();
        } else {
          refuse(refused);
        }
      }
      in.setReadListener(this); // last: now the container calls us
    } catch (IOException | RuntimeException e) {
      close();
    }
  }

  private @Nullable HttpProblem countIn() {
    if (!exchanges.unfinished().take(1)) {
      return Exchanges.crowded();
    }
    isCounted = true;
    return takeRoom(buffer.capacity()) ? null : Exchanges.crowded();
  }

  private boolean takeRoom(int bytes) {
    boolean hasRoom = exchanges.bodies().take(bytes);
    taken += hasRoom ? bytes : 0;
    return hasRoom;
  }

  /** Looks whether enough has come by now; if so, returns when to look again. Under the lock. */
  private @Nullable Duration timeLeft() {
    Duration most = exchanges.limits().bodyTime();
    Duration passed = Duration.ofNanos(exchanges.nanoTime().getAsLong() - begunAt);
    Duration first = FIRST_LOOK.compareTo(most) < 0 ? FIRST_LOOK : most;
    if (passed.compareTo(first) < 0) {
      return first.minus(passed);
    }
    Duration left = most.minus(passed);
    boolean isInTime =
        left.compareTo(Duration.ZERO) > 0 && buffer.size() >= LEAST_RATE * passed.toSeconds();
    Duration next = NEXT_LOOK.compareTo(left) < 0 ? NEXT_LOOK : left;
    return isInTime ? next : null;
  }

  /** The timer's. */
  private synchronized void look() {
    if (state == State.READING) {
      Duration left = timeLeft();
      if (left == null) {
        state = State.LATE;
        letGo();
      } else {
        nextLook = exchanges.timer().schedule(this::look, left.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  /** Under the lock. */
  private void refuse(HttpProblem problem) throws IOException {
    AsyncContext begun = Objects.requireNonNull(async);
    state = State.REFUSED;
    letGo();
    Reply reply = problem.reply(request);
    refusal.begin(begun, this::answered, request, response);
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
      if (state == State.REFUSED || state == State.LINGERING) {
        readAway();
      }
    }
  }

  private void collect() throws IOException {
    while (!in.isFinished() && in.isReady()) {
      if (!takeRoom(buffer.growth())) {
        refuse(Exchanges.crowded());
        return;
      }
      if (buffer.readFrom(in) < 0) {
        return;
      }
      if (buffer.isFull()) { // it takes one byte more than it may be
        refuse(exchanges.tooLarge());
        return;
      }
    }
  }

  private void readAway() throws IOException {
    byte[] discarded = new byte[2048];
    while (!in.isFinished() && in.isReady()) {
      int count = in.read(discarded);
      if (count < 0) {
        return;
      }
      readAway += count;
      if (state == State.LINGERING
          && (readAway > MAX_READ_AWAY
              || exchanges.nanoTime().getAsLong() - lingeringSince > LINGERING.toNanos())) {
        throw new IOException("a client goes on sending what nobody wants");
      }
    }
  }

  @Override
  public void onAllDataRead() {
    boolean isToBeHandled;
    boolean isLate;
    boolean isOver;
    synchronized (this) {
      isWhole = true;
      isToBeHandled = state == State.READING;
      isLate = state == State.LATE;
      isOver = isLate || state == State.LINGERING;
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
      if (isLate) {
        answer(Exchanges.tooSlow());
      }
      complete();
    }
  }

  private void handle() {
    try {
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

  /** Returns what the caller has to complete from now on. */
  synchronized AsyncContext handOver() {
    isHandedOver = true;
    return Objects.requireNonNull(async);
  }

  /** The refusal's completion. */
  private void answered(boolean isWritten) {
    boolean isOver;
    synchronized (this) {
      isOver = isWhole || !isWritten || state != State.REFUSED;
      state = isOver ? State.ENDED : State.LINGERING;
      lingeringSince = exchanges.nanoTime().getAsLong();
    }
    if (isOver) {
      complete();
    }
  }

  /**
   * The read listener's; see the write listener's of {@link HeldAnswer}. Jetty lets who was idle
   * for too long have an answer; Tomcat has closed the connection, and says so by another class.
   */
  @Override
  public void onError(Throwable failure) {
    boolean isIdle = failure instanceof TimeoutException;
    boolean isUnanswered = isUnanswered();
    if (end()) {
      if (isIdle && isUnanswered) {
        answer(Exchanges.tooSlow());
        complete();
      } else {
        exchanges.failed().add(this::complete);
      }
    }
  }

  private synchronized boolean isUnanswered() {
    return state == State.READING || state == State.LATE;
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

  /** Returns whether the request is still ours to complete. */
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

  /** Lets go of all that is counted; any number of times. Under the lock. */
  private void letGo() {
    stopLooking();
    exchanges.bodies().give(taken);
    taken = 0;
    if (isCounted) {
      exchanges.unfinished().give(1);
      isCounted = false;
    }
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
