package bellwether.eventlog.postgres;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogContracts;
import bellwether.eventlog.shared.SharedLogs;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;

/** The log that nodes share in PostgreSQL keeps what every log promises. */
@Tag("soak")
class PostgresLogContractIT extends LogContracts {
  private final List<PostgresLog> open = new ArrayList<>();

  @Override
  protected EventLog create(int entries, InstantSource clock) {
    PostgresLog schema = new PostgresLog();
    open.add(schema);
    return SharedLogs.open(
        schema.store(Math.max(1, entries / 8)),
        SharedLogs.limits(entries, Math.min(entries, 7)),
        clock);
  }

  @Override
  protected int appendsInRace() {
    return 300; // each is synced
  }

  @AfterEach
  void close() throws Exception {
    for (PostgresLog each : open) {
      each.close();
    }
  }
}
