package bellwether.faults;

import bellwether.harness.TemporaryDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.ByteBuddy;

/**
 * What is done to a server's disk and clock from inside its process, by a {@link FaultAgent} that
 * reads here what to do. It goes on over the server's restarts.
 */
final class Injection implements AutoCloseable {
  private final TemporaryDirectory directory = TemporaryDirectory.create("bellwether-injection");
  private final Path agent = directory.path().resolve("agent.jar");
  private final AtomicInteger writes = new AtomicInteger();
  private Duration clockOffset = Duration.ZERO;

  Injection() {
    try {
      writeAgent();
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw new IllegalStateException("no agent", e);
    }
  }

  private void writeAgent() throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Premain-Class", FaultAgent.class.getName());
    // Its own classes are on the server's class path, with the other tests' classes.
    attributes.put(Attributes.Name.CLASS_PATH, urlOf(ByteBuddy.class));
    try (OutputStream out = Files.newOutputStream(agent);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.finish();
    }
  }

  private static String urlOf(Class<?> type) {
    try {
      return type.getProtectionDomain().getCodeSource().getLocation().toURI().toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the server's JVM is to be started with. */
  String jvmArgument() {
    return "-javaagent:" + agent + "=" + directory.path();
  }

  /** From now on every sync of the log's segments fails. */
  void failSyncs() {
    write(InjectedFaults.SYNC, "fail");
  }

  /** From now on every sync of the log's segments takes so much longer. */
  void slowSyncs(Duration time) {
    write(InjectedFaults.SYNC, Long.toString(time.toMillis()));
  }

  void leaveSyncs() {
    write(InjectedFaults.SYNC, "");
  }

  /** Sets the server's clock ahead, or back. */
  void jump(Duration time) {
    clockOffset = clockOffset.plus(time);
    write(InjectedFaults.CLOCK, Long.toString(clockOffset.toMillis()));
  }

  /** How many syncs have failed or been slow: none would mean that nothing was tried. */
  long struckSyncs() {
    try {
      return Files.size(directory.path().resolve(InjectedFaults.STRUCK));
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the server goes by our clock. */
  boolean hasClock() {
    return Files.exists(directory.path().resolve(InjectedFaults.TAKEN));
  }

  private void write(String name, String text) {
    try {
      Path whole = directory.path().resolve("new" + writes.incrementAndGet());
      Files.writeString(whole, text);
      Files.move(whole, directory.path().resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
