package bellwether.app;

import bellwether.config.Settings;
import bellwether.config.Settings.LogPlace;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.feed.FeedLoop;
import bellwether.feed.Lease;
import bellwether.stream.Standby;
import bellwether.table.JdbcLease;
import bellwether.table.SourceUnavailableException;
import java.util.List;

/** The lease of the tables, and what depends on who has it. */
final class TablesLease {
  private TablesLease() {}

  /**
   * Returns the lease for a server with this log.
   *
   * @param holder a name for this life of the server, which no other server has
   */
  static Lease of(
      EventLog log, Settings settings, String holder, Database database, Threads threads) {
    String name =
        settings.log().place() == LogPlace.FILES
            ? Application.logFiles(settings).name(log)
            : log.idAt(0).epoch();
    return new Lease(
        new JdbcLease(database.leaseDataSource(), name, holder),
        log instanceof SharedEventLog ? name : null,
        threads.lease,
        System::nanoTime);
  }

  /** Returns a listener that ends the streams while a server with another log has the lease. */
  static Lease.Listener standingBy(Standby standby, List<FeedLoop> loops) {
    return new Lease.Listener() {
      @Override
      public void gained() {
        standby.end();
        loops.forEach(FeedLoop::tickSoon);
      }

      @Override
      public void taken() {
        standby.begin();
      }
    };
  }

  /**
   * Requires that this server does not stand by.
   *
   * @throws LogUnavailableException if it does
   */
  static void requireNoStandby(Lease lease) {
    if (lease.isToStandBy()) {
      String reason = lease.reason().orElse("");
      throw new LogUnavailableException(reason, new SourceUnavailableException(reason));
    }
  }
}
