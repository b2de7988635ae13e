package bellwether.faults.cluster;

import bellwether.faults.Chronicle;
import bellwether.faults.Ports;
import bellwether.harness.Await;
import bellwether.harness.Container;
import bellwether.harness.ServerProcess;
import bellwether.harness.TemporaryDirectory;
import bellwether.harness.proxy.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** One of the servers that keep one log; it is killed, paused and started again. */
final class Node implements AutoCloseable {
  private final String name;
  private final Map<String, String> settings;
  private final TcpProxy way;
  private final Ports ports;
  private final Chronicle chronicle;
  private final TemporaryDirectory data = TemporaryDirectory.create("bellwether-node");
  private volatile ServerProcess process;

  /**
   * Returns when it is up.
   *
   * @param way to its database
   */
  Node(String name, Map<String, String> settings, TcpProxy way, Ports ports, Chronicle chronicle) {
    this.name = name;
    this.settings = settings;
    this.way = way;
    this.ports = ports;
    this.chronicle = chronicle;
    try {
      process = launch();
    } catch (RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  int port() {
    return process.port();
  }

  TcpProxy way() {
    return way;
  }

  private ServerProcess launch() {
    ServerProcess.Builder builder =
        ServerProcess.on(Container.OWN)
            .port(ports.next())
            .jvmArgument("-XX:TieredStopAtLevel=1") // it lives too briefly for more
            .jvmArgument("-Xmx256m")
            .setting("bellwether.log", "postgres")
            .setting("bellwether.data", data.path().toString())
            .setting(
                "bellwether.database.url",
                "jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres&ApplicationName=%s"
                    .formatted(way.port(), name));
    settings.forEach(builder::setting);
    return builder.start();
  }

  /** Kills it ({@code SIGKILL}); there is no such node until {@link #startAgain}. */
  void kill() {
    chronicle.note(name + " is killed");
    process.kill();
  }

  /** Returns when it is up, on another port. */
  void startAgain() {
    process = launch();
    chronicle.note(name + " is up again");
  }

  /** Has it stand still, as a machine does that has no time for it. */
  void pause() {
    chronicle.note(name + " is paused");
    signal("STOP");
  }

  void goOn() {
    signal("CONT");
    chronicle.note(name + " goes on");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError(name + " could not be sent " + signal);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw Await.interrupted(e);
    }
  }

  @Override
  public void close() {
    process.close();
    data.close();
  }
}
