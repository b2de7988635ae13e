package bellwether.eventlog;

import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Nested;

/** The log in memory keeps what every log promises. */
class MemoryLogContractTest {
  private static EventLog create(int entries, InstantSource clock) {
    return new MemoryEventLog(entries, Long.MAX_VALUE, clock, System::nanoTime, new Random(1));
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
