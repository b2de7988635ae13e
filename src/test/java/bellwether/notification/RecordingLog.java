package bellwether.notification;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.Topic;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A log that tells of each attempt to append to it, before and after. */
final class RecordingLog implements EventLog {
  private final EventLog log;
  private final Consumer<Publication> before;
  private final Consumer<Publication> after;

  RecordingLog(EventLog log, Consumer<Publication> before, Consumer<Publication> after) {
    this.log = log;
    this.before = before;
    this.after = after;
  }

  /** A line that is the same for the same event, whatever log it is in. */
  static String line(Publication publication) {
    return publication.idempotencyKey() + " " + publication.data();
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> retained) {
    publications.forEach(before);
    List<LogEntry> entries = log.append(publications, retained);
    publications.forEach(after);
    return entries;
  }

  @Override
  public long newest() {
    return log.newest();
  }

  @Override
  public long oldest() {
    return log.oldest();
  }

  @Override
  public long lostThrough() {
    return log.lostThrough();
  }

  @Override
  public EventId idAt(long position) {
    return log.idAt(position);
  }

  @Override
  public Lookup find(String id) {
    return log.find(id);
  }

  @Override
  public ReadResult read(
      long after, long forgiven, long upTo, Predicate<LogEntry> wanted, int limit) {
    return log.read(after, forgiven, upTo, wanted, limit);
  }

  @Override
  public ReadResult.Batch readRetained(
      long after, long upTo, Predicate<LogEntry> wanted, int limit) {
    return log.readRetained(after, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable listener) {
    log.onReadable(listener);
  }

  @Override
  public void close() {
    log.close();
  }
}
