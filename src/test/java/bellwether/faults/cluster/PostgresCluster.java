package bellwether.faults.cluster;

import bellwether.faults.Chronicle;
import bellwether.faults.Ports;
import bellwether.harness.Await;
import bellwether.harness.TemporaryDirectory;
import bellwether.harness.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A primary, a standby that has all that is acknowledged, and one that may be behind; and the ways
 * to the primary, which can be cut. Confined to one thread.
 */
final class PostgresCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TemporaryDirectory root = TemporaryDirectory.create("bellwether-postgres");
  private final List<PostgresServer> servers = new ArrayList<>();
  private final List<TcpProxy> ways = new ArrayList<>();
  private final Takeovers takeovers;
  private final Chronicle chronicle;

  private PostgresServer primary;
  private PostgresServer synchronous;
  private PostgresServer lagging;

  /** Returns when all three servers are up, and commits wait for one of the standbys. */
  PostgresCluster(
      PostgresPrograms programs, Ports ports, Takeovers takeovers, Chronicle chronicle) {
    this.takeovers = takeovers;
    this.chronicle = chronicle;
    try {
      programs.own(root.path());
      for (int i = 0; i < 3; i++) {
        servers.add(new PostgresServer("pg" + i, ports.next(), programs, root));
      }
      primary = servers.get(0);
      synchronous = servers.get(1);
      lagging = servers.get(2);
      primary.startAnew();
      rebuildStandbys();
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      close();
      throw new IllegalStateException(e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  PostgresServer primary() {
    return primary;
  }

  /** Returns a new way to the primary, whichever server that is. */
  TcpProxy way() {
    TcpProxy way = new TcpProxy(primary.port());
    ways.add(way);
    return way;
  }

  /** Kills the primary and starts it again; returns when both standbys have what it has. */
  void restart() {
    chronicle.note(primary.name() + " is killed");
    primary.kill();
    primary.start();
    chronicle.note(primary.name() + " is up again");
    awaitStandbys();
  }

  /** Kills the primary, and has the standby take over that has all that was acknowledged. */
  void promoteSynchronous() throws SQLException {
    chronicle.note(primary.name() + " is killed");
    primary.kill();
    PostgresServer old = primary;
    takeovers.add(Takeovers.Kind.COMPLETE);
    promote(synchronous);
    synchronous = lagging;
    lagging = old;
    rebuildStandbys();
  }

  /** Cuts off the standby that may be behind: from now on it is. */
  void cutOffLagging() {
    chronicle.note(lagging.name() + " is cut off");
    lagging.upstream().refuse(true);
    lagging.upstream().resetAll();
  }

  /** Kills the two servers that have everything, and has the one take over that has not. */
  void promoteLagging() throws SQLException {
    chronicle.note(primary.name() + " and " + synchronous.name() + " are killed");
    primary.kill();
    synchronous.kill();
    PostgresServer old = primary;
    takeovers.add(Takeovers.Kind.LAGGING);
    promote(lagging);
    lagging = old;
    rebuildStandbys();
  }

  /**
   * Has a standby take over although the primary lives: from now on each acknowledges what the
   * other lacks.
   *
   * @param way the one way that leads to the new primary; the others lead to the old one
   */
  void promoteBeside(TcpProxy way) throws SQLException {
    synchronous.upstream().refuse(true);
    synchronous.upstream().resetAll();
    primary.waitFor(null);
    takeovers.split();
    synchronous.promote();
    way.target(synchronous.port());
    way.resetAll();
    chronicle.note(synchronous.name() + " is a primary beside " + primary.name());
  }

  /** Kills the older of two primaries: all ways lead to the other one. */
  void endOldPrimary() throws SQLException {
    chronicle.note(primary.name() + " is killed");
    primary.kill();
    PostgresServer old = primary;
    takeovers.endSplit();
    follow(synchronous);
    synchronous = lagging;
    lagging = old;
    rebuildStandbys();
  }

  private void promote(PostgresServer standby) throws SQLException {
    standby.promote();
    follow(standby);
  }

  private void follow(PostgresServer standby) {
    primary = standby;
    for (TcpProxy way : ways) {
      way.target(primary.port());
      way.resetAll();
    }
    chronicle.note(standby.name() + " has taken over");
  }

  /** What the other servers have may not be what the primary has: they begin with a copy. */
  private void rebuildStandbys() throws SQLException {
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(() -> lagging.startAsStandbyOf(primary));
    synchronous.startAsStandbyOf(primary);
    primary.waitFor(synchronous);
    Await.value("a copy for " + lagging.name(), LIMIT, other);
    awaitStandbys();
    chronicle.note("both standbys follow " + primary.name());
  }

  /** Only then the next failure may come: commits that the standby lacks were not waited for. */
  private void awaitStandbys() {
    String end = primary.query("SELECT pg_current_wal_flush_lsn()");
    Await.until(
        "the synchronous standby", LIMIT, () -> synchronous.hasReached(end, primary, "sync"));
    Await.until("the other standby", LIMIT, () -> lagging.hasReached(end, primary, "async"));
  }

  @Override
  public void close() {
    servers.forEach(PostgresServer::close);
    ways.forEach(TcpProxy::close);
    root.close();
  }
}
