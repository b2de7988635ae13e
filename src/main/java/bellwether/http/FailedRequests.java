package bellwether.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests on which a write failed. Their container is to complete them; in case it does not, each
 * is completed here after a round of grace. Any thread.
 */
final class FailedRequests {
  // Guarded by this; nothing is completed under it.
  private List<StreamConnection> ofThisRound = new ArrayList<>();
  private List<StreamConnection> ofLastRound = new ArrayList<>();
  private boolean closed;

  void add(StreamConnection connection) {
    if (!keep(connection)) {
      connection.complete();
    }
  }

  /** Completes those that had failed before the last round. */
  void completeOld() {
    nextRound().forEach(StreamConnection::complete);
  }

  /** Completes them all; from now on there is no grace. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    completeOld();
    completeOld();
  }

  private synchronized boolean keep(StreamConnection connection) {
    return !closed && ofThisRound.add(connection);
  }

  private synchronized List<StreamConnection> nextRound() {
    List<StreamConnection> old = ofLastRound;
    ofLastRound = ofThisRound;
    ofThisRound = new ArrayList<>();
    return old;
  }
}
