package bellwether.app;

import bellwether.eventlog.EventLog;
import bellwether.eventlog.shared.SharedEventLog;
import bellwether.feed.FeedLoop;
import bellwether.feed.Lease;
import bellwether.observe.HealthCheck;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** The check whether this server is ready. */
final class Readiness {
  private Readiness() {}

  /**
   * Returns the check. With a log that many servers share, what needs the database fails for all of
   * them together, and only what concerns this server alone makes it not ready.
   *
   * @param loops the feeds by their names in the answer
   */
  static HealthCheck of(EventLog log, Map<String, FeedLoop> loops, Lease lease) {
    BooleanSupplier isIdle = () -> lease.isTaken() && lease.isWell(); // another node has the feeds
    Map<String, BooleanSupplier> parts = new LinkedHashMap<>();
    parts.put("log", log::isAvailable);
    loops.forEach((name, loop) -> parts.put(name, () -> isIdle.getAsBoolean() || loop.isHealthy()));
    parts.put("lease", lease::isWell);
    if (log instanceof SharedEventLog shared) {
      parts.put("node", () -> !lease.isToStandBy() && !shared.isToRestart());
      return new HealthCheck(parts, Set.of("node"), lease::reason);
    }
    return new HealthCheck(parts, parts.keySet(), lease::reason);
  }
}
