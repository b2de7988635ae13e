package bellwether.hub;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.ReadResult;
import bellwether.fixtures.ForwardingLog;
import java.util.function.Predicate;

/** A log that has to fetch what is read, for as long as a test says so. */
final class SlowLog extends ForwardingLog {
  private Runnable listener = () -> {};
  boolean isFetching;
  int reads;

  SlowLog(EventLog log) {
    super(log);
  }

  void fetched() {
    isFetching = false;
    listener.run();
  }

  @Override
  public ReadResult read(
      long after, long forgiven, long upTo, Predicate<LogEntry> wanted, int limit) {
    reads++;
    return isFetching ? new ReadResult.Pending() : super.read(after, forgiven, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
    super.onReadable(newListener);
  }
}
