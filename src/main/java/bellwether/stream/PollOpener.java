package bellwether.stream;

import bellwether.access.Challenge;
import bellwether.access.ClientLimits;
import bellwether.auth.Grant;
import bellwether.eventlog.LogUnavailableException;
import bellwether.exchange.Answer;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HttpProblem;
import bellwether.hub.Cursor;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.Page;
import bellwether.hub.StartingPoint;
import bellwether.observe.CloseReason;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens polls for requests. */
final class PollOpener {
  /** The largest number of the log's events in one answer. */
  static final int MAX_EVENTS = 1000;

  private static final long MAX_BYTES = 1 << 20; // of these
  private static final long MAX_STATE_BYTES = 4 << 20;

  private final Hub hub;
  private final StreamContext context;
  private final Exchanges exchanges;
  private final ScheduledExecutorService timer;
  private final Supplier<Duration> retryOfRefused;
  private final StreamRights rights;
  private final ClientLimits limits;

  PollOpener(
      Hub hub,
      StreamContext context,
      Exchanges exchanges,
      ScheduledExecutorService timer,
      Supplier<Duration> retryOfRefused,
      StreamRights rights,
      ClientLimits limits) {
    this.hub = hub;
    this.context = context;
    this.exchanges = exchanges;
    this.timer = timer;
    this.retryOfRefused = retryOfRefused;
    this.rights = rights;
    this.limits = limits;
  }

  /** Sets the headers of an answer to a poll, for GET and HEAD alike. */
  static void setHeaders(HttpServletResponse response) {
    response.setContentType("application/json");
    response.setHeader("Cache-Control", Answer.DO_NOT_STORE);
  }

  /**
   * Opens a poll; it is answered after this has returned.
   *
   * @param wait how long the client wants to wait; null if it does not say
   * @throws HttpProblem if there are too many polls
   */
  void open(
      Interest interest,
      Grant grant,
      @Nullable Duration wait,
      HttpServletRequest request,
      HttpServletResponse response) {
    if (!request.isAsyncSupported()) {
      throw new HttpProblem(500, "A filter or servlet before this one does not support async");
    }
    boolean isFresh = interest.start() instanceof StartingPoint.Newest;
    Duration time = wait == null || isFresh ? Duration.ZERO : wait;
    boolean isHeld = !time.isZero();
    try (Undo<Poll> unopened = new Undo<>(poll -> poll.close(CloseReason.ERROR))) {
      Poll poll = takeUp(isHeld, grant, request);
      unopened.of(poll);
      rights.bind(poll, grant);
      CompletableFuture<Void> caughtUp = hub.caughtUp();
      if (caughtUp.isDone()) {
        subscribe(poll, interest, grant, caughtUp);
      }
      if (isHeld) {
        poll.endWith(timer.schedule(poll::timeOut, time.toNanos(), TimeUnit.NANOSECONDS));
      }
      setHeaders(response);
      if (wait != null) {
        response.setHeader("Preference-Applied", PreferredWait.applied(wait));
      }
      context.metrics().polled(wait != null);
      var unused = rights.check(poll); // it can be ended from now on; nobody has ended it before
      poll.begin(request, response, time.plus(Exchanges.PATIENCE));
      unopened.handOver();
      if (!poll.isAttached()) {
        var unusedLater =
            caughtUp.whenComplete((done, e) -> subscribeLater(poll, interest, grant, caughtUp));
      }
    }
  }

  /**
   * Subscribes a poll to what it asks for.
   *
   * @param caughtUp is done
   * @throws LogUnavailableException if the log is not to be had now
   */
  private void subscribe(
      Poll poll, Interest interest, Grant grant, CompletableFuture<Void> caughtUp) {
    requireCaughtUp(caughtUp);
    Cursor subscription =
        hub.subscribeIfRoom(interest.readingPrivate(poll::mayRead), poll, grant.isStranger());
    if (subscription == null) {
      context.metrics().pollRefused();
      throw HttpProblem.busy(retryOfRefused.get());
    }
    poll.attach(subscription);
  }

  private static void requireCaughtUp(CompletableFuture<Void> caughtUp) {
    try {
      caughtUp.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Subscribes a poll that has begun; throws nothing, as it would be nobody's. */
  private void subscribeLater(
      Poll poll, Interest interest, Grant grant, CompletableFuture<Void> caughtUp) {
    try {
      subscribe(poll, interest, grant, caughtUp);
    } catch (RuntimeException e) {
      poll.refuse(Exchanges.problemOf(e, "GET /events"));
    } catch (Error e) { // no memory is the most likely
      poll.close(CloseReason.ERROR);
    }
  }

  /** Returns a poll that has been counted. */
  private Poll takeUp(boolean isHeld, Grant grant, HttpServletRequest request) {
    try (Undo<Runnable> uncount = new Undo<>(Runnable::run)) {
      Runnable leave = limits.open(request, grant);
      uncount.of(leave);
      if (leave == null) {
        throw HttpProblem.tooMany("more at a time than one client may have", retryOfRefused.get());
      }
      HttpProblem notAllowed = Challenge.invalidToken(request);
      Poll poll =
          new Poll(
              new Poll.Setting(context.registry(), isHeld, notAllowed, timer, leave),
              new Page(MAX_EVENTS, MAX_BYTES, MAX_STATE_BYTES),
              exchanges);
      if (!context.registry().add(poll)) {
        throw HttpProblem.busy(retryOfRefused.get());
      }
      uncount.handOver();
      return poll;
    }
  }
}
