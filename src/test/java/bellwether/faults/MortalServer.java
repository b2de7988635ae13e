package bellwether.faults;

import bellwether.harness.Container;
import bellwether.harness.ServerProcess;
import bellwether.harness.TemporaryDirectory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The runnable WAR, which is killed and started again over the same data. */
final class MortalServer implements AutoCloseable {
  private static final String IN_USE = "in use by another process";

  private final Map<String, String> settings;
  private final Injection injection;
  private final TemporaryDirectory data;
  private final Ports ports;
  private final Chronicle chronicle;
  private final List<Duration> startTimes = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private ServerProcess process;

  /** Returns when it is up. The directory, with all data, is removed when this is closed. */
  MortalServer(
      TemporaryDirectory data,
      Map<String, String> settings,
      Injection injection,
      Ports ports,
      Chronicle chronicle) {
    this.data = data;
    this.ports = ports;
    this.chronicle = chronicle;
    this.injection = injection;
    this.settings = settings;
    try {
      process = start(builder());
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
    chronicle.note(name(process) + " is killed");
    process.kill();
    hasEnded();
  }

  /** Tells it to stop ({@code SIGTERM}), and waits for it. */
  void terminate() {
    chronicle.note(name(process) + " is told to stop");
    process.terminate();
    hasEnded();
  }

  /** Returns when it is up, on another port. */
  void startAgain() {
    process = start(builder());
  }

  /** The same, with so little heap that large events can fill it. */
  void startSmall() {
    process =
        start(
            builder()
                .jvmArgument("-Xmx96m")
                .setting("bellwether.log.memory", "64MiB")); // as it is if nobody sets it
  }

  /** Tells it to stop, and kills it if it cannot any more. */
  void end() {
    chronicle.note(name(process) + " is told to stop, and killed if it cannot");
    process.close();
    hasEnded();
  }

  private void hasEnded() {
    chronicle.note(name(process) + " has ended");
    listenToTheDead();
  }

  private String name(ServerProcess started) {
    return "server %d (process %d)".formatted(startTimes.size(), started.pid());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether another process that is started over the same data gives up, and says why. */
  boolean refusesASecond() {
    try (ServerProcess second = builder().start()) {
      return !second.isAlive();
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage()).contains(IN_USE);
    }
  }

  private ServerProcess.Builder builder() {
    ServerProcess.Builder builder =
        ServerProcess.on(Container.OWN)
            .jvmArgument("-XX:TieredStopAtLevel=1") // it lives too briefly for more
            .jvmArgument(injection.jvmArgument())
            .setting("bellwether.data", data.path().toString());
    settings.forEach(builder::setting);
    return builder;
  }

  private ServerProcess start(ServerProcess.Builder builder) {
    long began = System.nanoTime();
    ServerProcess started = builder.port(ports.next()).start();
    startTimes.add(Duration.ofNanos(System.nanoTime() - began));
    chronicle.note(name(started) + " is up");
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
