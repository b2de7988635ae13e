package bellwether.eventlog.shared;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.topic.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request to append, from its submission to its answer. */
final class Submission {
  private static final int OVERHEAD = 512; // bytes of each draft, an estimate

  final List<Draft> drafts;
  final boolean isFenced; // only the node that has the feeds may append it
  final long bytes; // roughly, in memory
  final long submittedAt; // on the clock of nanoTime
  final CompletableFuture<List<LogEntry>> answer = new CompletableFuture<>();

  /** The positions of the entries; empty until the store has said them. */
  volatile List<Long> positions = List.of();

  Submission(List<Draft> drafts, boolean isFenced, long submittedAt) {
    this.drafts = List.copyOf(drafts);
    this.isFenced = isFenced;
    this.bytes = drafts.stream().mapToLong(draft -> bytesOf(draft.publication())).sum();
    this.submittedAt = submittedAt;
  }

  private static long bytesOf(Publication publication) {
    long characters = publication.data().length();
    for (Topic topic : publication.topics()) {
      characters += topic.name().length();
    }
    characters += lengthOf(publication.id()) + lengthOf(publication.type());
    characters += lengthOf(publication.idempotencyKey());
    return OVERHEAD + 4 * characters; // as text, as a record, and on the way to the store
  }

  private static long lengthOf(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Returns the newest position that readers must have before this can be answered. */
  long last() {
    return positions.stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
