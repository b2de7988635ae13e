package bellwether.http;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/**
 * Requests on which a write failed. Their container is to complete them; in case it does not, each
 * is completed here after a round of grace. Any thread.
 */
final class FailedRequests {
  private final Queue<StreamConnection> fresh = new ConcurrentLinkedQueue<>();
  private final AtomicReference<List<StreamConnection>> ofLastRound =
      new AtomicReference<>(List.of());

  void add(StreamConnection connection) {
    fresh.add(connection);
  }

  /** Completes those that had failed before the last round. */
  void completeOld() {
    List<StreamConnection> ofThisRound =
        Stream.generate(fresh::poll).takeWhile(failed -> failed != null).toList();
    ofLastRound.getAndSet(ofThisRound).forEach(StreamConnection::complete);
  }

  void completeAll() {
    completeOld();
    completeOld();
  }
}
