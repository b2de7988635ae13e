package bellwether.hub;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.fixtures.ForwardingLog;
import java.io.IOException;

/** A log that has to fetch what is read, for as long as a test says so. */
final class SlowLog extends ForwardingLog {
  boolean isSlow;
  boolean isBroken;
  int reads;

  SlowLog(EventLog log) {
    super(log);
  }

  @Override
  public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    reads++;
    return isSlow ? new ReadResult.Pending(upTo) : super.read(place, upTo, wanted, limit);
  }

  @Override
  public ReadResult readSlowly(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    if (isBroken) {
      throw new LogUnavailableException("broken", new IOException("broken"));
    }
    return super.readSlowly(place, upTo, wanted, limit, mostBytes);
  }
}
