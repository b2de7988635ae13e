package bellwether.stream;

import bellwether.config.Settings;
import bellwether.eventlog.Report;
import bellwether.observe.CloseReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the server out of service: first it is no longer ready, then no stream is admitted, then
 * each open stream is told when to come back, and ended. A poll counts as a stream; it is answered.
 * Any thread, any number at a time; a thread that drains waits a bounded time, and no stream waits
 * for another.
 */
public final class Drain {
  /*
   * During the delay streams are still admitted. Load balancers go on sending clients here until
   * they have looked at readiness again, and a client that was refused would have nothing
   * meanwhile.
   *
   * A drain that is taken back during its delay must end nothing, even if the next drain has begun
   * when it wakes up: so each time of service has a number, and a drain ends only the one that it
   * found.
   *
   * A drain ends the streams that were open when no more were admitted. If it is taken back while
   * it waits for a slow client, it does not end the streams that come then. One drain at a time
   * ends streams, so that each can count those that it has ended; the next one waits for it, a
   * bounded time.
   */
  private static final Logger logger = LoggerFactory.getLogger(Drain.class);
  private static final Report report = new Report(logger);
  private static final Duration FAREWELL = Duration.ofSeconds(2); // for all to read the event

  /** The states of a drain. */
  public enum State {
    /** The server is ready, and streams are admitted. */
    SERVING,
    /** The server is no longer ready; streams go on and are admitted. */
    LEAVING,
    /** The server admits no stream, and the open ones end. */
    DRAINED
  }

  /**
   * The result of a drain.
   *
   * @param told the number of streams that were open, and were ended
   * @param cut the number of those that did not read the event in time, and were ended without it
   * @param took the time from the first event to the end of the last stream, without the delay
   */
  public record Outcome(int told, int cut, Duration took) {}

  private final ConnectionRegistry registry;
  private final Retry retry;
  private final Settings.Drain usual;
  private final LongSupplier nanoTime;
  private final BooleanSupplier pause;
  private final Lock ending = new ReentrantLock();

  // Written under the lock, read by anyone.
  private volatile State state = State.SERVING;
  private volatile Duration window;

  // Guarded by this.
  private long service;
  private boolean isFinal;

  /**
   * @param usual the times that a drain has unless other ones are asked for
   * @param nanoTime as {@link System#nanoTime}
   * @param pause waits a moment, and returns whether to go on waiting
   */
  Drain(
      ConnectionRegistry registry,
      Retry retry,
      Settings.Drain usual,
      LongSupplier nanoTime,
      BooleanSupplier pause) {
    this.registry = registry;
    this.retry = retry;
    this.usual = usual;
    this.window = usual.window();
    this.nanoTime = nanoTime;
    this.pause = pause;
  }

  /** Returns whether the server has to report that it is not ready. */
  public boolean isDraining() {
    return state != State.SERVING;
  }

  /**
   * Drains for good, with the usual times, in a server that goes on answering until this returns.
   */
  public void stop() {
    stop(usual.delay());
  }

  /** Drains for good, in a server that accepts no more requests. */
  void stopNow() {
    stop(Duration.ZERO);
  }

  private void stop(Duration delay) {
    long mine = leave(usual.window(), true);
    Optional<Outcome> outcome = drain(mine, delay);
    outcome
        .filter(o -> o.told() > 0)
        .ifPresent(
            o ->
                logger.info(
                    "Closed {} streams in {} ms, {} of them cut",
                    o.told(),
                    o.took().toMillis(),
                    o.cut()));
  }

  /** Returns whether no more streams are admitted. */
  public boolean isDrained() {
    return state == State.DRAINED;
  }

  public State state() {
    return state;
  }

  public Settings.Drain usual() {
    return usual;
  }

  /** Returns the number of open streams and unanswered polls. */
  public int open() {
    return registry.size();
  }

  /** Returns the reconnection time of a client whose stream ends with the server. */
  Duration retryAtTheEnd() {
    return retry.over(window);
  }

  /** Returns the reconnection time of a client that is refused now. */
  Duration retryOfRefused() {
    return state == State.DRAINED ? retryAtTheEnd() : retry.nextWhenRefused();
  }

  /**
   * Drains the server, until the drain is taken back. If it is drained already, this ends the
   * streams that are left.
   *
   * @return empty if the drain was taken back before any stream was told
   */
  public Optional<Outcome> drain(Settings.Drain times) {
    return drain(leave(times.window(), false), times.delay());
  }

  private Optional<Outcome> drain(long mine, Duration delay) {
    long asked = nanoTime.getAsLong();
    while (state == State.LEAVING
        && nanoTime.getAsLong() - asked < delay.toNanos()
        && pause.getAsBoolean()) {}
    if (!letNobodyIn(mine)) {
      return Optional.empty();
    }
    return Optional.of(endOpen());
  }

  /**
   * Ends the streams and polls that are open now, and waits a bounded time for them; it does not
   * change whether others are admitted.
   */
  Outcome endOpen() {
    ending.lock();
    try {
      return endAll();
    } finally {
      ending.unlock();
    }
  }

  /**
   * Takes the drain back, so that streams are admitted again.
   *
   * @return whether they are: not when the application stops
   */
  public synchronized boolean takeBack() {
    if (isFinal) {
      return false;
    }
    if (state != State.SERVING) {
      service++;
      state = State.SERVING;
      registry.open();
      logger.info("Not draining any more");
    }
    return true;
  }

  /** Leaves service, and returns the number of the time of service that ends. */
  private synchronized long leave(Duration newWindow, boolean forGood) {
    isFinal |= forGood;
    window = newWindow;
    if (state == State.SERVING) {
      state = State.LEAVING;
      logger.info("Draining");
    }
    return service;
  }

  private synchronized boolean letNobodyIn(long mine) {
    if (service != mine) {
      return false;
    }
    state = State.DRAINED;
    registry.close();
    return true;
  }

  private Outcome endAll() {
    long start = nanoTime.getAsLong();
    List<HeldExchange> open = new ArrayList<>();
    registry.forEach(open::add);
    int told = open.size();
    sayGoodBye(open);
    long begun = nanoTime.getAsLong();
    while (isAnyLeft(open)
        && nanoTime.getAsLong() - begun < FAREWELL.toNanos()
        && pause.getAsBoolean()) {}
    sayGoodBye(open); // some may be ready by now, though a busy container has not called yet
    int cut = isAnyLeft(open) ? open.size() : 0;
    each(open, request -> request.close(CloseReason.SHUTDOWN));
    return new Outcome(told, cut, Duration.ofNanos(nanoTime.getAsLong() - start));
  }

  private void sayGoodBye(List<HeldExchange> open) {
    each(open, request -> request.shutDown(retryAtTheEnd()));
  }

  private boolean isAnyLeft(List<HeldExchange> open) {
    open.removeIf(request -> !registry.holds(request));
    return !open.isEmpty();
  }

  private static void each(List<HeldExchange> open, Consumer<HeldExchange> what) {
    for (HeldExchange request : open) {
      try {
        what.accept(request);
      } catch (Throwable e) { // the others are to be ended all the same
        report.warn("One stream could not be ended in order", e);
      }
    }
  }
}
