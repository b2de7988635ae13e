package bellwether.faults;

import bellwether.it.Container;
import bellwether.it.ServerProcess;
import bellwether.it.TemporaryDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The runnable WAR, which is killed and started again over the same data. */
final class MortalServer implements AutoCloseable {
  private final Map<String, String> settings;
  private final TemporaryDirectory data;
  private final List<Duration> startTimes = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private ServerProcess process;

  /** Returns when it is up. The directory, with all data, is removed when this is closed. */
  MortalServer(TemporaryDirectory data, Map<String, String> settings) {
    this.data = data;
    this.settings = settings;
    try {
      process = start();
    } catch (RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  int port() {
    return process.port();
  }

  /** Kills it ({@code SIGKILL}); there is no server until {@link #startAgain}. */
  void kill() {
    process.kill();
    listenToTheDead();
  }

  /** Tells it to stop ({@code SIGTERM}), and waits for it. */
  void terminate() {
    process.terminate();
    listenToTheDead();
  }

  /** Returns when it is up, on another port. */
  void startAgain() {
    process = start();
  }

  private ServerProcess start() {
    ServerProcess.Builder builder =
        ServerProcess.on(Container.OWN)
            .jvmArgument("-XX:TieredStopAtLevel=1") // it lives too briefly for more
            .setting("bellwether.data", data.path().toString());
    settings.forEach(builder::setting);
    long began = System.nanoTime();
    ServerProcess started = builder.start();
    startTimes.add(Duration.ofNanos(System.nanoTime() - began));
    return started;
  }

  private void listenToTheDead() {
    process
        .log()
        .lines()
        .filter(line -> line.contains("WARNING") || line.contains("SEVERE"))
        .forEach(complaints::add);
  }

  List<Duration> startTimes() {
    return List.copyOf(startTimes);
  }

  /** All that it warned of; complete once it is closed. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() {
    process.close();
    listenToTheDead();
    data.close();
  }
}
