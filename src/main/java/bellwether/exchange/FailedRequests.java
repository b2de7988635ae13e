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
    if (!keep(completion)) {
      completion.run();
    }
  }

  /** Completes the requests that had failed before the last round. */
  public void completeOld() {
    nextRound().forEach(Runnable::run);
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
    List<Runnable> old = ofLastRound;
    ofLastRound = ofThisRound;
    ofThisRound = new ArrayList<>();
    return old;
  }
}
