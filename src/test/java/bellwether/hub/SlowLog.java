package bellwether.hub;

import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.Topic;
import java.util.List;
import java.util.function.Predicate;

/** A log that has to fetch what is read, for as long as a test says so. */
final class SlowLog implements EventLog {
  private final EventLog log;
  private Runnable listener = () -> {};
  boolean isFetching;

  SlowLog(EventLog log) {
    this.log = log;
  }

  void fetched() {
    isFetching = false;
    listener.run();
  }

  @Override
  public ReadResult read(
      long after, long forgiven, long upTo, Predicate<LogEntry> wanted, int limit) {
    return isFetching ? new ReadResult.Pending() : log.read(after, forgiven, upTo, wanted, limit);
  }

  @Override
  public ReadResult.Batch readRetained(
      long after, long upTo, Predicate<LogEntry> wanted, int limit) {
    return log.readRetained(after, upTo, wanted, limit);
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> retained) {
    return log.append(publications, retained);
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
  public void onReadable(Runnable newListener) {
    listener = newListener;
    log.onReadable(newListener);
  }

  @Override
  public void close() {
    log.close();
  }
}
