package bellwether.eventlog.shared;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.shared.SharedStore.Draft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The requests whose entries the store has, and whose publishers are answered once these can be
 * read here. Any thread.
 */
final class Answers {
  private final Tail tail;
  private final Queue<Submission> waiting = new ConcurrentLinkedQueue<>(); // in order of positions

  Answers(Tail tail) {
    this.tail = tail;
  }

  void add(Submission submission) {
    waiting.add(submission);
  }

  /** Answers those whose entries can be read. */
  void giveVisible() {
    while (true) {
      Submission oldest = waiting.peek();
      if (oldest == null || oldest.last() > tail.view().ring().newest()) {
        return;
      }
      give(oldest); // first: without memory it fails, and is tried again
      var unused = waiting.remove(oldest);
    }
  }

  /** Answers those that were submitted before this time, on the clock of nanoTime. */
  void giveOverdue(long time) {
    for (Iterator<Submission> rest = waiting.iterator(); rest.hasNext(); ) {
      Submission each = rest.next();
      if (each.submittedAt - time < 0) {
        rest.remove();
        each.answer.completeExceptionally(
            new AppendInDoubtException(
                "it is in the store, which cannot be read now",
                new IOException("its store does not answer")));
      }
    }
  }

  /** Answers all, although this node may not have read their entries: the store has them. */
  void giveAll() {
    for (Submission each = waiting.poll(); each != null; each = waiting.poll()) {
      give(each);
    }
  }

  private void give(Submission submission) {
    try {
      Map<Long, LogEntry> synthetic = new HashMap<>();
      List<LogEntry> entries = new ArrayList<>(submission.positions.size());
      for (int i = 0; i < submission.positions.size(); i++) {
        entries.add(entryOf(submission.drafts.get(i), submission.positions.get(i), synthetic));
      }
      submission.answer.complete(List.copyOf(entries));
    } catch (LogUnavailableException | AppendInDoubtException e) {
      submission.answer.completeExceptionally(e);
    }
  }

  /**
   * Returns the entry for an answer. It is in memory unless it was dropped at once, or a key named
   * an old entry: then it is made again of what the publisher sent, which has the same id.
   */
  private LogEntry entryOf(Draft draft, long position, Map<Long, LogEntry> synthetic) {
    View view = tail.view();
    LogEntry entry = view.newest().at(position);
    if (entry != null) {
      return entry;
    }
    if (position - view.ring().newest() >= SharedStore.EPOCH / 10) { // another epoch has begun
      throw new AppendInDoubtException(
          "it is in the store, and its id is not known here", new IOException("the log is closed"));
    }
    Epochs epochs = view.mark().epochs();
    EventId id = epochs.idAt(position);
    if (!epochs.gave(id)) {
      throw SubmissionQueue.unavailable("its store lost it when another server took over");
    }
    return synthetic.computeIfAbsent(
        position,
        at ->
            new LogEntry(
                id, draft.time(), LogEntry.AGELESS, draft.publication(), draft.isRetained()));
  }
}
