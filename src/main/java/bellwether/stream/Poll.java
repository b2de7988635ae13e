package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.eventlog.Turn;
import bellwether.exchange.HttpProblem;
import bellwether.hub.Cursor;
import bellwether.hub.Page;
import bellwether.hub.Subscriber;
import bellwether.observe.CloseReason;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request for events as JSON: held until there are some, or its time is over, then answered
 * once. No thread waits with it, and none blocks on its client.
 */
final class Poll implements HeldExchange, Subscriber, WriteListener, AsyncListener {
  /*
   * The turn and the lock are for what they are for in StreamConnection: one thread at a time looks,
   * and whatever touches the response does so under the lock, after seeing a state in which it is
   * ours.
   *
   * The answer's length is said before it: so whoever gets half of it can tell.
   */
  private static final Logger logger = LoggerFactory.getLogger(Poll.class);

  /** The states of a poll; it only ever moves down this list. */
  private enum State {
    /** The container has not yet said that it may be answered. */
    NEW,
    /** The poll waits for something to come. */
    WAITING,
    /** The answer is being written. */
    ANSWERED,
    /** Nothing of the request or the response may be touched any more, but for completing it. */
    CLOSED
  }

  /**
   * The surroundings of a poll.
   *
   * @param isHeld whether it waits, if there is nothing at first
   * @param notAllowed the answer when its right has ended
   * @param executor where turns that grow long go on
   * @param leave called when it has ended, perhaps repeatedly
   */
  record Setting(
      ConnectionRegistry registry,
      FailedRequests failed,
      boolean isHeld,
      HttpProblem notAllowed,
      Executor executor,
      Runnable leave) {}

  /** The request and where its answer goes. */
  private record Client(
      AsyncContext async, HttpServletResponse response, ServletOutputStream out) {}

  private final Setting setting;
  private final Page page;
  private final Turn turn = new Turn();

  // Set before the container knows of us, never again.
  private volatile @Nullable Cursor subscription;
  private volatile @Nullable Future<?> end;
  private volatile @Nullable Client client;

  // Written by anyone, read in the turn.
  private volatile boolean isOver;
  private volatile boolean isDisallowed;

  // Written by anyone.
  private volatile StreamAuthorization terms = StreamAuthorization.NONE;

  // Guarded by this.
  private byte[] answer = {};
  private int written;
  private boolean completed;

  // Written under the lock, read by anyone.
  private volatile State state = State.NEW;

  Poll(Setting setting, Page page) {
    this.setting = setting;
    this.page = page;
  }

  /**
   * Gives it what to read, before it begins.
   *
   * @param newEnd ends its waiting; null if it does not wait, or not for a time of its own
   */
  void attach(Cursor newSubscription, @Nullable Future<?> newEnd) {
    subscription = newSubscription;
    end = newEnd;
    if (state == State.CLOSED) {
      release();
    }
  }

  /** Goes on as the container has it, until it is answered, or this time is over. */
  void begin(AsyncContext async, HttpServletResponse response, Duration patience)
      throws IOException {
    async.setTimeout(patience.toMillis());
    response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE); // if it ends without an answer
    ServletOutputStream out = response.getOutputStream();
    client = new Client(async, response, out);
    if (state == State.CLOSED) { // meanwhile
      complete();
      return;
    }
    async.addListener(this);
    out.setWriteListener(this); // last: now the container calls us
  }

  @Override
  public void wake() {
    takeTurn();
  }

  /** Ends the wait of the poll: it is answered with what there is. */
  void timeOut() {
    isOver = true;
    takeTurn();
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
    if (state == State.ANSWERED || state == State.CLOSED) {
      newTerms.release();
    }
  }

  @Override
  public void disallow(byte[] lastWords, CloseReason reason) {
    isDisallowed = true;
    takeTurn();
  }

  @Override
  public void shutDown(Duration retry) {
    timeOut();
  }

  @Override
  public void close(CloseReason reason) {
    finish();
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      if (state == State.NEW) {
        state = State.WAITING;
      }
    }
    takeTurn();
  }

  /**
   * The write listener's. Tomcat then calls the other, and takes whoever has completed by then for
   * one who needs an error page; Jetty leaves it at this.
   */
  @Override
  public void onError(Throwable failure) {
    end();
    setting.failed().add(this::complete);
  }

  @Override
  public void onError(AsyncEvent event) {
    finish();
  }

  /** The client did not take its answer; or Tomcat found the application stopping before we did. */
  @Override
  public void onTimeout(AsyncEvent event) {
    timeOut();
    finish();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    isFirstToComplete(); // the container has
    finish();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {}

  private void takeTurn() {
    if (turn.take()) {
      turn.run(this::goOn);
    }
  }

  private void goOn() {
    boolean isDone = false;
    Throwable failure = null;
    synchronized (this) {
      try {
        if (state == State.WAITING) {
          look(client().response());
        }
        if (state == State.ANSWERED) {
          isDone = write(client().out());
        }
        if (isDone) {
          state = State.CLOSED;
        }
      } catch (Throwable e) { // escaping, it would leave the turn taken for ever
        state = State.CLOSED;
        failure = e;
      }
    }
    if (failure != null) {
      logger.debug("A poll could not be answered", failure);
      onError(failure);
    } else if (isDone) {
      finish();
    } else if (state == State.ANSWERED) {
      releaseRights();
    }
  }

  /** Under the lock. */
  private void look(HttpServletResponse response) {
    try {
      if (isDisallowed) {
        refuse(setting.notAllowed(), response);
        return;
      }
      boolean isUnderWay = subscription().poll(page);
      boolean isMore = isUnderWay || page.isFull() || subscription().isAwaiting();
      boolean isEnough = page.isFull() || subscription().isHolding();
      if (page.isStateTooLarge()) {
        refuse(
            new HttpProblem(
                406, "more retained state than one answer may have: ask for fewer topics"),
            response);
      } else if (isEnough || isOver || (!isMore && isWorthAnAnswer())) {
        answerWithEvents(isMore, response);
      } else if (isUnderWay) {
        setting.executor().execute(this::takeTurn); // others first
      }
    } catch (RuntimeException e) {
      logger.error("Could not answer a poll", e);
      refuse(HttpProblem.ours(), response);
    }
  }

  private boolean isWorthAnAnswer() {
    return !setting.isHeld() || !page.isEmpty();
  }

  private void answerWithEvents(boolean isMore, HttpServletResponse response) {
    String lastEventId = subscription().resumeId();
    if (lastEventId == null) {
      throw new IllegalStateException("the opening of a poll was not written");
    }
    byte[] body = EventsJson.of(page, lastEventId, isMore);
    answer(HttpServletResponse.SC_OK, "application/json", body, response);
  }

  private void refuse(HttpProblem problem, HttpServletResponse response) {
    problem.headers().forEach(response::setHeader);
    answer(problem.status(), HttpProblem.MEDIA_TYPE, problem.text().getBytes(UTF_8), response);
  }

  private void answer(int status, String mediaType, byte[] body, HttpServletResponse response) {
    response.setStatus(status);
    response.setContentType(mediaType);
    response.setContentLength(body.length);
    answer = body;
    state = State.ANSWERED;
  }

  /** Returns whether all of it has been taken. Under the lock. */
  private boolean write(ServletOutputStream out) throws IOException {
    while (out.isReady()) {
      int rest = answer.length - written;
      if (rest == 0) {
        return true;
      }
      int length = Math.min(rest, WriteBuffer.MAX);
      out.write(answer, written, length);
      written += length;
    }
    return false;
  }

  /** Ends the poll: it is over, or the container is done with it, or about to be. */
  private void finish() {
    end();
    complete();
  }

  private void end() {
    synchronized (this) {
      state = State.CLOSED;
    }
    release();
    setting.registry().remove(this);
    setting.leave().run();
  }

  private void complete() {
    Client begun = client;
    if (begun != null && isFirstToComplete()) {
      try {
        begun.async().complete();
      } catch (RuntimeException e) {
        // The container has completed it already: see StreamConnection.
      }
    }
  }

  /** Lets go of what it needs until it is over; any number of times. */
  private void release() {
    Cursor attached = subscription;
    if (attached != null) {
      attached.close(); // not before: what it has read from the disk counts until it is written
    }
    releaseRights();
  }

  /** Lets go of what it only needs while it waits; any number of times. */
  private void releaseRights() {
    Future<?> scheduled = end;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    terms.release();
  }

  private synchronized boolean isFirstToComplete() {
    boolean isFirst = !completed;
    completed = true;
    return isFirst;
  }

  private Cursor subscription() {
    return Objects.requireNonNull(subscription, "not attached");
  }

  private Client client() {
    return Objects.requireNonNull(client, "not begun");
  }
}
