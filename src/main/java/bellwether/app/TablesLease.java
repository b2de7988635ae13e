package bellwether.app;

import static java.util.concurrent.TimeUnit.SECONDS;

import bellwether.config.Settings;
import bellwether.config.Settings.LogPlace;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Report;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.feed.FeedLoop;
import bellwether.feed.Lease;
import bellwether.stream.Standby;
import bellwether.table.JdbcLease;
import bellwether.table.SourceUnavailableException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease of the tables, and what depends on who has it. */
final class TablesLease {
  private static final Logger logger = LoggerFactory.getLogger(TablesLease.class);
  private static final Report report = new Report(logger);

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
            ? OpenLog.files(settings).name(log)
            : log.idAt(0).epoch();
    return new Lease(
        new JdbcLease(database.leaseDataSource(), name, holder),
        log instanceof SharedEventLog ? name : null,
        threads.lease,
        System::nanoTime);
  }

  /** Returns whether the feeds may look at the tables: with the lease, and behind a fence. */
  static BooleanSupplier mayLook(Lease lease, EventLog log) {
    return log instanceof SharedEventLog shared ? () -> mayPublish(lease, shared) : lease::mayLook;
  }

  /** Returns whether a feed may publish that needs no table. */
  static BooleanSupplier mayGoOn(Lease lease, EventLog log) {
    return log instanceof SharedEventLog shared ? () -> mayPublish(lease, shared) : lease::mayGoOn;
  }

  private static boolean mayPublish(Lease lease, SharedEventLog log) {
    if (!lease.mayLook()) {
      log.leaveFeeds();
      return false;
    }
    log.takeOverFeeds();
    return lease.mayLook(); // not if it has run out meanwhile
  }

  /**
   * Returns a listener that ends the streams while a server with another log has the lease. A node
   * that has to be restarted stands by until then, whoever has the lease.
   */
  static Lease.Listener standingBy(Standby standby, List<FeedLoop> loops, EventLog log) {
    return new Lease.Listener() {
      @Override
      public void gained() {
        if (!isToRestart(log)) {
          standby.end();
        }
        loops.forEach(FeedLoop::tickSoon);
      }

      @Override
      public void taken() {
        standby.begin();
      }

      @Override
      public boolean isAtRest() {
        return loops.stream().noneMatch(FeedLoop::isLooking);
      }
    };
  }

  /**
   * Has a node stand by that has to be restarted: its readers would get nothing any more.
   *
   * @param executor the one of the lease, which begins and ends the standby
   */
  static void watch(EventLog log, Standby standby, ScheduledExecutorService executor) {
    if (log instanceof SharedEventLog) {
      var unused =
          executor.scheduleWithFixedDelay(() -> standByIfToRestart(log, standby), 1, 1, SECONDS);
    }
  }

  private static void standByIfToRestart(EventLog log, Standby standby) {
    try {
      if (isToRestart(log)) {
        standby.begin();
      }
    } catch (RuntimeException | Error e) { // if it escaped, it would end the schedule
      report.error("This node could not stand by; trying again", e);
    }
  }

  private static boolean isToRestart(EventLog log) {
    return log instanceof SharedEventLog shared && shared.isToRestart();
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
