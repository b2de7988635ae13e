package bellwether.eventlog;

import java.time.InstantSource;
import java.util.Random;

/** The log in memory keeps what every log promises. */
class MemoryLogContractTest extends LogContracts {
  @Override
  protected EventLog create(int entries, InstantSource clock) {
    return new MemoryEventLog(entries, Long.MAX_VALUE, clock, System::nanoTime, new Random(1));
  }
}
