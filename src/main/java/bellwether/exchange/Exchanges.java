package bellwether.exchange;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Reads the bodies of requests and writes their answers without a thread that waits for a client,
 * within limits for all of them together.
 *
 * <p>A body that has arrived whole is read at once, and a small answer is written at once, on the
 * container's thread. If a filter of the operator's does not support asynchronous requests, every
 * body and answer is.
 */
public final class Exchanges {
  /** The attribute of a request whose body has been read asynchronously. */
  static final String READING = "bellwether.body-reading";

  /** The time for a client to take its answer; then the container ends it. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration CROWDED = Duration.ofSeconds(5);

  /**
   * The limits of all requests.
   *
   * @param body most bytes of one body
   * @param bodyTime the time for one body to come whole
   * @param unfinished most bodies that are not whole, at a time
   * @param bodyBytes most bytes of these together
   * @param answerBytes most bytes of all answers together that their clients have not taken
   */
  public record Limits(
      int body, Duration bodyTime, int unfinished, long bodyBytes, long answerBytes) {}

  /** A handler that goes on with a request when its body is whole. */
  @FunctionalInterface
  public interface BodyHandler {
    void handle(RequestBody body) throws IOException;
  }

  /** Makes an answer and gives it. */
  @FunctionalInterface
  public interface Answering {
    void run() throws IOException;
  }

  private static final HeldAnswer.Owner UNOWNED = answer -> {};

  private static final HeldAnswer.Owner AWAITED =
      answer -> answer.answer(Failures.inDoubt().reply());

  private final Limits limits;
  private final int maxBody;
  private final FailedRequests failed;
  private final ScheduledExecutorService timer;
  private final Executor answering;
  private final LongSupplier nanoTime;
  private final Rooms rooms;
  private final Turns turns;
  private final boolean isForReaders;

  /**
   * @param timer ends bodies that do not arrive; never blocked
   * @param answering answers requests whose outcome was awaited; never blocked
   * @param nanoTime as {@link System#nanoTime}
   */
  public Exchanges(
      Limits limits,
      FailedRequests failed,
      ScheduledExecutorService timer,
      Executor answering,
      LongSupplier nanoTime) {
    this.limits = limits;
    this.maxBody = limits.body();
    this.failed = failed;
    this.timer = timer;
    this.answering = answering;
    this.nanoTime = nanoTime;
    this.rooms = Rooms.of(limits);
    this.turns = new Turns();
    this.isForReaders = false;
  }

  private Exchanges(Exchanges all, int maxBody, boolean isForReaders) {
    this.limits = all.limits;
    this.maxBody = maxBody;
    this.failed = all.failed;
    this.timer = all.timer;
    this.answering = all.answering;
    this.nanoTime = all.nanoTime;
    this.rooms = all.rooms;
    this.turns = all.turns;
    this.isForReaders = isForReaders;
  }

  /** Returns exchanges with the same limits, except for bodies of at most this many bytes. */
  public Exchanges upTo(int maxBytes) {
    return new Exchanges(this, maxBytes, isForReaders);
  }

  /**
   * Returns the same, for requests that need no right to publish: together their bodies take at
   * most half of the room, so that strangers never take the publishers' place.
   */
  public Exchanges forReaders() {
    return new Exchanges(this, maxBody, true);
  }

  /**
   * Returns the request's asynchronous context, which the caller has to complete. It may have been
   * started already, to read the body.
   */
  public static AsyncContext startAsync(HttpServletRequest request) {
    return request.getAttribute(READING) instanceof BodyReading reading
        ? reading.handOver()
        : request.startAsync();
  }

  /**
   * Returns the same, with its first time-out: the body was awaited without one. Tomcat counts it
   * from the start.
   */
  static AsyncContext startAsync(HttpServletRequest request, Duration patience) {
    AsyncContext async = startAsync(request);
    try {
      Duration before =
          request.getAttribute(READING) instanceof BodyReading reading
              ? reading.passed()
              : Duration.ZERO;
      async.setTimeout(before.plus(patience).toMillis());
      return async;
    } catch (RuntimeException | Error e) { // it is nobody's yet
      async.complete();
      throw e;
    }
  }

  /**
   * Reads the request's body and goes on with it: before this returns if it is here already, else
   * later, on a thread of the container. What the handler throws is answered in both cases as
   * {@link ApiServlet} answers it.
   *
   * @throws HttpProblem for a body that is compressed or too large
   */
  public void withBody(
      HttpServletRequest request, HttpServletResponse response, BodyHandler handler)
      throws IOException {
    RequestBody.requireNoCoding(request);
    long length = request.getContentLengthLong();
    if (length > maxBody) {
      refuseTooLarge(request, response, handler);
      return;
    }
    BodyBuffer buffer = new BodyBuffer(maxBody + 1, length);
    if (isRead(request, length, buffer)) {
      handler.handle(buffer.whole());
    } else {
      new BodyReading(this, request, response, buffer, handler).start(null);
    }
  }

  /** Returns whether the body has been read whole; if not, the rest can be awaited. */
  private boolean isRead(HttpServletRequest request, long length, BodyBuffer buffer)
      throws IOException {
    try {
      if (isHere(request, length, buffer)) {
        return true;
      }
      if (request.isAsyncSupported()) {
        return false;
      }
      readAll(request.getInputStream(), buffer);
      return true;
    } catch (IOException e) {
      if (isTimeout(e)) { // a container would take it for our fault
        throw tooSlow();
      }
      throw e;
    }
  }

  private void refuseTooLarge(
      HttpServletRequest request, HttpServletResponse response, BodyHandler handler)
      throws IOException {
    if (request.getHeader("Expect") != null) {
      throw tooLarge(); // the client sends nothing until it is told to go on
    }
    if (!request.isAsyncSupported()) {
      ReadAway.waiting(request.getInputStream());
      throw tooLarge();
    }
    new BodyReading(this, request, response, new BodyBuffer(1, 0), handler).start(tooLarge());
  }

  /**
   * Reads the part of the body that has arrived, and returns whether that is all. A body in chunks
   * is not read here, because Tomcat counts the bytes around the chunks as available, too.
   */
  private static boolean isHere(HttpServletRequest request, long length, BodyBuffer buffer)
      throws IOException {
    if (length < 0) {
      return request.getProtocol().startsWith("HTTP/1.")
          && request.getHeader("Transfer-Encoding") == null;
    }
    if (length == 0) {
      return true;
    }
    ServletInputStream in = request.getInputStream();
    while (buffer.size() < length) {
      if (in.available() <= 0 || buffer.readFrom(in) < 0) {
        return false;
      }
    }
    // So that the container knows, too. Over HTTP/2 the end may come later than the last byte.
    return request.getProtocol().startsWith("HTTP/1.") ? in.read() < 0 : in.isFinished();
  }

  /**
   * Discards the rest of the body of a request that has been answered, without a thread that waits.
   */
  void linger(HttpServletRequest request, HttpServletResponse response) throws IOException {
    new BodyReading(this, request, response, new BodyBuffer(1, 0), body -> {}).linger();
  }

  private void readAll(ServletInputStream in, BodyBuffer buffer) throws IOException {
    while (buffer.readFrom(in) >= 0) {
      if (buffer.isFull()) {
        ReadAway.waiting(in);
        throw tooLarge();
      }
    }
  }

  /** Returns whether reading has timed out, which Jetty says by the exception's cause. */
  private static boolean isTimeout(IOException e) {
    return e instanceof SocketTimeoutException || e.getCause() instanceof TimeoutException;
  }

  /** Answers; a large answer is written after this has returned, as its client takes it. */
  public void answer(HttpServletRequest request, HttpServletResponse response, Reply reply)
      throws IOException {
    boolean isSmall = Answer.isKept(reply) || request.getMethod().equals("HEAD");
    if (isSmall || !request.isAsyncSupported()) {
      Answer.write(request, response, reply);
    } else {
      HeldAnswer held = hold(UNOWNED);
      held.begin(request, response, PATIENCE);
      held.answer(reply);
    }
  }

  /** Answers a request with JSON, as {@link #answer} does. */
  public void json(
      HttpServletRequest request, HttpServletResponse response, int status, String text)
      throws IOException {
    answer(request, response, Reply.json(status, text));
  }

  /**
   * Has an answer made that may be large. A few of these are made at a time, so that they do not
   * fill the memory before they are counted; the others wait for their turn.
   *
   * @param answering makes the answer and gives it to {@link #answer}
   * @throws HttpProblem if the turn did not come in time
   */
  public void inTurn(Answering answering) throws IOException {
    turns.take(answering);
  }

  /**
   * Answers when the outcome is there: before this returns if it is, else later. No thread waits,
   * and the one that brings the outcome does not answer.
   *
   * @param reply makes an answer of the outcome; if it throws, the answer is that of {@link
   *     ApiServlet}
   */
  public <T> void answerWith(
      CompletableFuture<T> outcome,
      Function<T, Reply> reply,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (outcome.isDone() || !request.isAsyncSupported()) {
      answer(request, response, reply.apply(valueOf(outcome)));
      return;
    }
    String name = ApiServlet.nameOf(request);
    HeldAnswer held = hold(AWAITED);
    held.begin(request, response, PATIENCE);
    var unused =
        outcome
            .handleAsync(
                (value, failure) -> {
                  if (failure != null) {
                    throw new CompletionException(causeOf(failure));
                  }
                  return reply.apply(value);
                },
                answering) // also if it failed: the thread that brings the failure must not answer
            .exceptionally(failure -> Failures.problemOf(causeOf(failure), name).reply())
            .thenAccept(held::answer);
  }

  private static <T> T valueOf(CompletableFuture<T> outcome) {
    try {
      return outcome.join();
    } catch (CompletionException e) {
      if (causeOf(e) instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static Throwable causeOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  /** Returns an answer that is to be given later, by any thread. */
  public HeldAnswer hold(HeldAnswer.Owner owner) {
    return new HeldAnswer(rooms.answers(), failed, owner);
  }

  /** Returns the answer to a request for which there is no room at the moment. */
  public static HttpProblem crowded() {
    return HttpProblem.unavailable("too much is under way at once; try again", CROWDED);
  }

  /**
   * Returns the answer to a request whose handling ended with this failure.
   *
   * @param request its method and its servlet's URL pattern, for the log
   */
  public static HttpProblem problemOf(Throwable failure, String request) {
    return Failures.problemOf(failure, request);
  }

  static HttpProblem tooSlow() {
    return new HttpProblem(408, "the body did not arrive in time");
  }

  HttpProblem tooLarge() {
    return new HttpProblem(413, "the body is larger than " + maxBody + " bytes");
  }

  /** Returns the number of requests whose body is still arriving. */
  public long unfinishedBodies() {
    return rooms.unfinished().taken();
  }

  /** Returns the bytes that are held of these. */
  long bodyBytes() {
    return rooms.bodies().taken();
  }

  /** Returns the number of bytes of all answers that their clients have not taken. */
  public long answerBytes() {
    return rooms.answers().taken();
  }

  /** Returns the requests on which a write failed; the owner of this object has them completed. */
  public FailedRequests failed() {
    return failed;
  }

  Limits limits() {
    return limits;
  }

  /** Returns what a body that begins takes of the rooms for all of them. */
  BodyRoom bodyRoom() {
    return isForReaders
        ? new BodyRoom(rooms.readersUnfinished(), rooms.readersBodies())
        : new BodyRoom(rooms.unfinished(), rooms.bodies());
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }
}
