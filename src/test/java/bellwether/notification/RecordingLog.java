package bellwether.notification;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.fixtures.ForwardingLog;
import bellwether.topic.Topic;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A log that tells of each attempt to append to it, before and after. */
final class RecordingLog extends ForwardingLog {
  private final Consumer<Publication> before;
  private final Consumer<Publication> after;

  RecordingLog(EventLog log, Consumer<Publication> before, Consumer<Publication> after) {
    super(log);
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
    List<LogEntry> entries = super.append(publications, retained);
    publications.forEach(after);
    return entries;
  }
}
