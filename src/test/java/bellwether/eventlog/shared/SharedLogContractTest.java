package bellwether.eventlog.shared;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogContracts;
import java.time.InstantSource;
import java.util.Random;

/** The log that nodes share keeps what every log promises, though it holds little in memory. */
class SharedLogContractTest extends LogContracts {
  @Override
  protected EventLog create(int entries, InstantSource clock) {
    return SharedLogs.open(
        new FakeStore(new Random(1)), SharedLogs.limits(entries, Math.min(entries, 7)), clock);
  }

  @Override
  protected int appendsInRace() {
    return 5_000; // the store looks at all that it has
  }
}
