package bellwether.eventlog;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A right to do some work that one thread holds at a time. Any thread may ask for the work to be
 * done; no thread waits for another, and no request is lost.
 */
public final class Turn {
  /*
   * "requests" counts the requests that have not been looked at yet. The thread that raises it from
   * 0 takes the turn. It reads the count before each look, and subtracts that number after the
   * look. If that does not bring the count back to 0, there were requests meanwhile and the thread
   * looks again.
   *
   * The count is a plain field and not an AtomicInteger, so a turn is one object. StreamWriter has
   * the same few lines in itself, to save even that one (decision 0015).
   */
  private static final AtomicIntegerFieldUpdater<Turn> requestsOf =
      AtomicIntegerFieldUpdater.newUpdater(Turn.class, "requests");

  private volatile int requests;

  /**
   * Asks for the work to be done.
   *
   * @return whether the caller has taken the turn by this, and has to make sure that {@link #run}
   *     is called, or {@link #seen} and {@link #finish}
   */
  public boolean take() {
    return requestsOf.getAndIncrement(this) == 0;
  }

  /** Does the work until there is no request left, and gives the turn back. */
  public void run(Runnable work) {
    int seen;
    do {
      seen = seen();
      work.run();
    } while (!finish(seen));
  }

  /** Returns the number of requests; to be read before the work is looked at. */
  public int seen() {
    return requests;
  }

  /**
   * Subtracts the requests that were seen.
   *
   * @return whether the turn has been given back by this; if not, there are newer requests
   */
  public boolean finish(int seen) {
    return requestsOf.addAndGet(this, -seen) == 0;
  }

  /** Gives the turn back without the work: the next request takes it again. */
  public void abandon() {
    requests = 0;
  }
}
