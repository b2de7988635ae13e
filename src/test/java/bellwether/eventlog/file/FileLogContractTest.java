package bellwether.eventlog.file;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.EventLogContract;
import bellwether.eventlog.RetainedStateContract;
import bellwether.eventlog.TimeContract;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** The log in files keeps what every log promises. */
class FileLogContractTest {
  private static EventLog create(int entries, InstantSource clock) {
    return FileLogs.open(
        new FakeDisk(), FileLogs.limits(entries), FileLogs.ALWAYS, clock, new Random(1));
  }

  @Nested
  class Events extends EventLogContract {
    @Override
    protected EventLog newLog(int entries) {
      return create(entries, clock);
    }
  }

  @Nested
  class States extends RetainedStateContract {
    @Override
    protected EventLog newLog(int entries) {
      return create(entries, clock);
    }
  }

  @Nested
  class Times extends TimeContract {
    @Override
    protected EventLog newLog(int entries) {
      return create(entries, clock);
    }
  }
}
