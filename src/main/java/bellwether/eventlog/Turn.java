package bellwether.eventlog;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * A right to do one piece of work that a single thread holds at a time. Any thread may ask for the
 * work to be done; nobody waits for anybody, and no request is lost.
 */
public final class Turn {
  /*
   * "requests" counts what has been asked for and not yet been looked at. The thread that raises it
   * from 0 takes the turn. It reads the count before each look and subtracts what it read afterwards;
   * while that does not bring the count back to 0, somebody has asked meanwhile and it looks again.
   *
   * The count is a plain field and not an AtomicInteger, so a turn is one object. StreamConnection
   * writes the same few lines into itself, to have not even that one (decision 0015).
   */
  private static final AtomicIntegerFieldUpdater<Turn> requestsOf =
      AtomicIntegerFieldUpdater.newUpdater(Turn.class, "requests");

  private volatile int requests;

  /**
   * Asks for the work to be done.
   *
   * @return whether the caller has taken the turn by this, and is to see to it that {@link #run} is
   *     called, or {@link #seen} and {@link #finish}
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

  /** Returns how many requests there are; to be read before one looks at what they are about. */
  public int seen() {
    return requests;
  }

  /**
   * Takes off the requests that were seen.
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
