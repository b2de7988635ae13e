package bellwether.eventlog.file;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A request to append, from when it is submitted until it is answered. */
final class Appending {
  private static final int OVERHEAD = 256; // bytes of memory for each publication, an estimate
  private static final int LINE = 2; // for each line end of the data: a frame has a field for it

  // Set when it is submitted.
  final List<Publication> publications;
  final List<Boolean> areRetained;
  final long submittedAt; // on the clock of nanoTime
  final long weight; // bytes of memory, an estimate
  final CompletableFuture<List<LogEntry>> answer = new CompletableFuture<>();

  // Written when it is placed, under the intake's lock; not changed after that.
  final List<LogEntry> all; // one for each publication
  final List<LogEntry> entries = new ArrayList<>(); // the new ones among them
  final List<byte[]> records = new ArrayList<>(); // of the new ones
  boolean isSharing; // some of its entries are those of an append before it
  boolean isKnown; // some of its entries were in the log before
  private boolean isPlaced;
  final EntryNames.Looks looks = new EntryNames.Looks();
  private long bytes;

  // Confined to the thread that commits.
  int[] topicNumbers = {}; // of each new entry, in the index of its segment

  // Guarded by the intake's lock.
  @Nullable Appending behind; // the next append in the queue
  @Nullable Appending unanswered; // the next append without an answer
  private boolean isVisible;
  private boolean isGivenUp; // its submitter does not wait any longer
  private boolean isInDoubt; // it failed, and may still be in the file
  private @Nullable Throwable failure;

  /**
   * @param areRetained whether each publication is retained
   * @param submittedAt as {@link System#nanoTime}
   */
  Appending(List<Publication> publications, List<Boolean> areRetained, long submittedAt) {
    this.publications = publications;
    this.areRetained = areRetained;
    this.submittedAt = submittedAt;
    this.all = new ArrayList<>(publications.size());
    long sum = 0;
    for (Publication publication : publications) {
      String data = publication.data();
      sum += OVERHEAD + data.length() + LINE * lineEnds(data);
      for (Topic topic : publication.topics()) {
        sum += topic.name().length();
      }
    }
    this.weight = sum;
  }

  private static long lineEnds(String data) {
    long count = 0;
    for (int i = 0; i < data.length(); i++) {
      char c = data.charAt(i);
      count += c == '\n' || c == '\r' ? 1 : 0;
    }
    return count;
  }

  /** Makes the records; called when all entries are known. */
  void seal() {
    for (int i = 0; i < entries.size(); i++) {
      byte[] record = EntryRecord.of(entries.get(i), i < entries.size() - 1).encode();
      records.add(record);
      bytes += record.length;
    }
    topicNumbers = new int[entries.size()];
    isPlaced = true;
  }

  /** Forgets the entries of an attempt to give the append positions. */
  void unplace() {
    all.clear();
    entries.clear();
    records.clear();
    bytes = 0;
    isSharing = false;
    isKnown = false;
  }

  /** Returns whether its keys have been compared, and its entries made. */
  boolean isPlaced() {
    return isPlaced;
  }

  /** Returns the number of bytes that the append takes in the file. */
  long bytes() {
    return bytes;
  }

  boolean isSettled() {
    return isVisible || failure != null;
  }

  boolean hasFailed() {
    return failure != null;
  }

  void becomeVisible() {
    isVisible = true;
  }

  /** Fails the append; does nothing if its entries are visible already. */
  void fail(Throwable e) {
    if (!isVisible) {
      failure = e;
    }
  }

  /** Notes that the append may be found in the file when the log is opened again. */
  void doubt() {
    isInDoubt = true;
  }

  boolean isInDoubt() {
    return isInDoubt;
  }

  /** Notes that the submitter has to be answered before the append is settled. */
  void giveUp() {
    isGivenUp = true;
  }

  /**
   * Answers the submitter, once the append is settled or given up. Work that depends on the answer
   * runs here; its exceptions are ignored.
   */
  void answer() {
    if (isGivenUp) {
      refuse(
          new AppendInDoubtException(
              "the disk has not answered in time", new IOException("no answer of the disk")));
      return;
    }
    Throwable why = failure;
    if (why == null) {
      answer.complete(all);
    } else if (isInDoubt) {
      refuse(new AppendInDoubtException("nobody knows whether it has been kept", why));
    } else {
      refuse(why instanceof LogUnavailableException known ? known : unavailable(why));
    }
  }

  private static LogUnavailableException unavailable(Throwable why) {
    return LogUnavailableException.cannotWrite(why);
  }

  /** Wrapped, as futures that depend on the answer would wrap it: for that they may lack memory. */
  private void refuse(RuntimeException told) {
    answer.completeExceptionally(new CompletionException(told));
  }
}
