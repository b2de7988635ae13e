package bellwether.eventlog.file;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogContracts;
import java.time.InstantSource;
import java.util.Random;

/** The log in files keeps what every log promises. */
class FileLogContractTest extends LogContracts {
  @Override
  protected EventLog create(int entries, InstantSource clock) {
    return FileLogs.open(
        new FakeDisk(), FileLogs.limits(entries), FileLogs.ALWAYS, clock, new Random(1));
  }
}
