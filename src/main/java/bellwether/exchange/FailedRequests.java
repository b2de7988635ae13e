package bellwether.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests on which a write failed. Their container is to complete them; in case it does not, each
 * is completed here after a round of grace. Any thread.
 */
public final class FailedRequests {
  // Guarded by this; nothing is completed under it.
  private List<Runnable> ofThisRound = new ArrayList<>();
  private List<Runnable> ofLastRound = new ArrayList<>();
  private boolean closed;

  /**
   * Takes charge of one.
   *
   * @param completion completes it, unless it has been
   */
  public void add(Runnable completion) {
    boolean isKept = false;
    try {
      isKept = keep(completion);
    } finally { // without memory to keep it in mind there is no grace
      if (!isKept) {
        completion.run();
      }
    }
  }

  /** Completes those that had failed before the last round. */
  public void completeOld() {
    for (Runnable completion : nextRound()) {
      try {
        completion.run();
      } catch (Throwable e) {
        // The container's, of a request that has failed. The others are to be completed all the
        // same.
      }
    }
  }

  /** Completes them all; from now on there is no grace. */
  public void close() {
    synchronized (this) {
      closed = true;
    }
    completeOld();
    completeOld();
  }

  private synchronized boolean keep(Runnable completion) {
    return !closed && ofThisRound.add(completion);
  }

  private synchronized List<Runnable> nextRound() {
    List<Runnable> next = new ArrayList<>(); // first: there may be no memory for it
    List<Runnable> old = ofLastRound;
    ofLastRound = ofThisRound;
    ofThisRound = next;
    return old;
  }
}
