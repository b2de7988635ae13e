package bellwether.eventlog;

import java.time.InstantSource;
import org.junit.jupiter.api.Nested;

/** All that every log promises, tried on one kind of log. */
public abstract class LogContracts {
  /** A new log that keeps about so many entries. */
  protected abstract EventLog create(int entries, InstantSource clock);

  /** How many appends each thread makes beside others. */
  protected int appendsInRace() {
    return 30_000;
  }

  @Nested
  class Events extends EventLogContract {
    @Override
    protected EventLog newLog(int entries) {
      return create(entries, clock);
    }

    @Override
    int appendsInRace() {
      return LogContracts.this.appendsInRace();
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
