package bellwether.eventlog.shared;

import bellwether.eventlog.LogUnavailableException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The requests that wait to be appended, in the order of their submission. Any thread. */
final class SubmissionQueue {
  private static final int MAX_ENTRIES = 1000; // in one group, which is one round trip
  private static final long MAX_BYTES = 8L << 20; // of one group; one request is never divided

  private final long maxBytes;

  // Guarded by this.
  private final Deque<Submission> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean isClosed;

  SubmissionQueue(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Adds a request.
   *
   * @throws LogUnavailableException if too many wait, or the log is closed
   */
  synchronized void add(Submission submission) {
    if (isClosed) {
      throw unavailable("it is closed");
    }
    boolean isFull =
        waiting.size() >= SharedLogLimits.MAX_WAITING || bytes + submission.bytes > maxBytes;
    if (isFull && !waiting.isEmpty()) {
      throw unavailable("too many appends wait for the store");
    }
    waiting.add(submission);
    bytes += submission.bytes;
  }

  /** Takes the requests that go to the store together, all fenced or none; empty if none waits. */
  synchronized List<Submission> nextGroup() {
    List<Submission> group = new ArrayList<>();
    long entries = 0;
    long ofGroup = 0;
    while (!waiting.isEmpty()) {
      Submission next = waiting.peek();
      entries += next.drafts.size();
      ofGroup += next.bytes;
      boolean isOther = !group.isEmpty() && group.get(0).isFenced != next.isFenced;
      if (isOther || (!group.isEmpty() && (entries > MAX_ENTRIES || ofGroup > MAX_BYTES))) {
        break;
      }
      group.add(waiting.remove());
      bytes -= next.bytes;
    }
    return group;
  }

  /** Takes the requests that were submitted before this time, on the clock of nanoTime. */
  synchronized List<Submission> takeOlderThan(long time) {
    List<Submission> taken = new ArrayList<>();
    while (!waiting.isEmpty() && waiting.peek().submittedAt - time < 0) {
      Submission next = waiting.remove();
      bytes -= next.bytes;
      taken.add(next);
    }
    return taken;
  }

  /** Takes all requests; from now on others are refused. */
  synchronized List<Submission> close() {
    isClosed = true;
    List<Submission> taken = new ArrayList<>(waiting);
    waiting.clear();
    bytes = 0;
    return taken;
  }

  static LogUnavailableException unavailable(String why) {
    return LogUnavailableException.cannotWrite(new IOException(why));
  }
}
