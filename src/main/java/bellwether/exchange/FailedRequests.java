package bellwether.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests on which a write failed. Their container should complete them; if it does not, they
 * are completed here after a round of grace. Any thread.
 */
public final class FailedRequests {
  // Guarded by this; nothing is completed under it.
  private List<Runnable> ofThisRound = new ArrayList<>();
  private List<Runnable> ofLastRound = new ArrayList<>();
  private boolean closed;

  /**
   * Adds a request.
   *
   * @param completion completes the request, unless it has been
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

  /** Completes the requests that had failed before the last round. */
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

  /** Completes all requests; from now on there is no grace. */
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
