package bellwether.stream;

import bellwether.eventlog.Turn;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HeldAnswer;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Reply;
import bellwether.hub.Cursor;
import bellwether.hub.Page;
import bellwether.hub.Subscriber;
import bellwether.observe.CloseReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request for events as JSON, which is held until there are events or its time is over, and then
 * answered once. No thread waits for it.
 */
final class Poll implements HeldExchange, Subscriber, HeldAnswer.Owner {
  private static final Logger logger = LoggerFactory.getLogger(Poll.class);

  /**
   * The surroundings of a poll.
   *
   * @param isHeld whether the poll waits if there are no events at first
   * @param notAllowed the answer when its authorization has ended
   * @param executor where turns that grow long go on
   * @param leave called when the poll has ended
   */
  record Setting(
      ConnectionRegistry registry,
      boolean isHeld,
      HttpProblem notAllowed,
      Executor executor,
      Runnable leave) {}

  private final Setting setting;
  private final HeldAnswer answer;
  private final Turn turn = new Turn(); // one thread at a time looks

  // Written by anyone, read in the turn.
  private volatile boolean isOver;
  private volatile boolean isDisallowed;

  // Written under the lock, read by anyone.
  private volatile StreamAuthorization terms = StreamAuthorization.NONE;

  // Set once, the second before it begins.
  private volatile @Nullable Cursor subscription;
  private volatile @Nullable Future<?> end;

  // Guarded by this, as is reading the cursor: no thread reads a cursor that is about to be closed.
  private boolean isBegun;

  /** What it has read; null when it is answered, which its client may take slowly, or over. */
  private @Nullable Page page;

  Poll(Setting setting, Page page, Exchanges exchanges) {
    this.setting = setting;
    this.page = page;
    this.answer = exchanges.hold(this);
  }

  /** Gives it what to read. */
  void attach(Cursor newSubscription) {
    subscription = newSubscription;
    if (isDone()) {
      release();
    }
    takeTurn();
  }

  /** Returns whether it has got what to read. */
  boolean isAttached() {
    return subscription != null;
  }

  /** Answers it with a problem, instead of with what there is to read. */
  void refuse(HttpProblem problem) {
    answer.answer(problem.reply());
  }

  /** Gives it what ends its waiting, if it waits for a time of its own; before it begins. */
  void endWith(Future<?> newEnd) {
    end = newEnd;
    if (isDone()) {
      release();
    }
  }

  /**
   * Holds the request open until it is answered, or this time is over. On the container's thread.
   */
  void begin(HttpServletRequest request, HttpServletResponse response, Duration patience) {
    answer.begin(request, response, patience);
    synchronized (this) {
      isBegun = true;
    }
    takeTurn();
  }

  @Override
  public void wake() {
    takeTurn();
  }

  /** Ends the waiting of the poll: it is answered with the events that there are. */
  void timeOut() {
    isOver = true;
    takeTurn();
  }

  @Override
  public void timedOut(HeldAnswer held) {
    timeOut();
  }

  @Override
  public StreamAuthorization terms() {
    return terms;
  }

  @Override
  public void bind(StreamAuthorization newTerms) {
    StreamAuthorization former;
    boolean isTooLate;
    synchronized (this) {
      former = terms;
      terms = newTerms;
      isTooLate = page == null;
    }
    former.release();
    if (isTooLate) {
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
    answer.close();
  }

  /** Ends the poll, because its answer has been given or never will be. */
  @Override
  public void ended() {
    synchronized (this) {
      page = null;
    }
    try {
      release();
    } finally {
      setting.registry().remove(this);
      setting.leave().run();
    }
  }

  private void takeTurn() {
    if (turn.take()) {
      turn.run(this::goOn);
    }
  }

  private void goOn() {
    Reply reply = null;
    Throwable failure = null;
    synchronized (this) {
      try {
        reply = isBegun && page != null ? look(page) : null;
      } catch (Throwable e) { // escaping, it would leave the turn taken for ever
        failure = e;
      }
      if (reply != null) {
        page = null;
      }
    }
    if (failure != null) {
      giveUp(failure);
    } else if (reply != null) {
      give(reply);
    }
  }

  private void give(Reply reply) {
    try {
      answer.answer(reply);
      release();
    } catch (Throwable e) { // as above
      giveUp(e);
    }
  }

  private void giveUp(Throwable failure) {
    try {
      answer.fail(failure);
      logger.debug("A poll could not be answered", failure);
    } catch (Throwable e) {
      // As above; it has ended all the same.
    }
  }

  private synchronized boolean isDone() {
    return page == null;
  }

  /** Returns the answer, if it is time for it. Under the lock. */
  private @Nullable Reply look(Page page) {
    try {
      if (isDisallowed) {
        return setting.notAllowed().reply();
      }
      Cursor cursor = subscription;
      if (cursor == null) { // the log is still being read on
        return null;
      }
      boolean isUnderWay = cursor.poll(page);
      boolean isMore = isUnderWay || page.isFull() || cursor.isAwaiting();
      boolean isEnough = page.isFull() || cursor.isHolding();
      if (page.isStateTooLarge()) {
        return new HttpProblem(
                406, "more retained state than one answer may have: ask for fewer topics")
            .reply();
      }
      if (isEnough || isOver || (!isMore && isWorthAnAnswer(page))) {
        return withEvents(page, isMore, cursor);
      }
      if (isUnderWay) {
        setting.executor().execute(this::takeTurn); // other polls and streams go first
      }
      return null;
    } catch (RuntimeException e) {
      logger.error("Could not answer a poll", e);
      return HttpProblem.ours().reply();
    }
  }

  private boolean isWorthAnAnswer(Page page) {
    return !setting.isHeld() || !page.isEmpty();
  }

  private Reply withEvents(Page page, boolean isMore, Cursor cursor) {
    String lastEventId = cursor.resumeId();
    if (lastEventId == null) {
      throw new IllegalStateException("the opening of a poll was not written");
    }
    if (!answer.reserve(page.size())) {
      return Exchanges.crowded().reply();
    }
    return Reply.json(HttpServletResponse.SC_OK, EventsJson.of(page, lastEventId, isMore));
  }

  /** Closes the cursor when no thread will read it any more; may be called any number of times. */
  private void release() {
    Cursor attached = subscription;
    if (attached != null) {
      attached.close(); // not earlier: entries read from the disk count until they are copied
    }
    Future<?> scheduled = end;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    terms.release();
  }
}
