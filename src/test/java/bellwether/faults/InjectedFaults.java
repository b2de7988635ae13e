package bellwether.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What the server's own code calls, once a {@link FaultAgent} has had its way with it. */
public final class InjectedFaults {
  /** The file that says how syncs go: {@code fail}, or milliseconds, or nothing. */
  static final String SYNC = "sync";

  /** The file that says how many milliseconds the clock is ahead. */
  static final String CLOCK = "clock";

  /** A file with one byte for each sync that failed or was slow. */
  static final String STRUCK = "struck";

  /** A file that is there once the server has taken our clock. */
  static final String TAKEN = "taken";

  private static volatile @Nullable Path directory;

  private InjectedFaults() {}

  static void readFrom(Path newDirectory) {
    directory = newDirectory;
  }

  /**
   * Comes before each sync of a segment.
   *
   * @throws IOException if it is to fail
   */
  public static void beforeSync() throws IOException {
    String order = read(SYNC);
    if (order.isEmpty()) {
      return;
    }
    Files.write(
        directory().resolve(STRUCK),
        new byte[1],
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    if (order.equals("fail")) {
      throw new IOException("Input/output error (injected)");
    }
    LockSupport.parkNanos(Duration.ofMillis(Long.parseLong(order)).toNanos());
  }

  /** Stands in for {@link InstantSource#system}. */
  public static InstantSource clock() {
    Clock system = Clock.systemUTC();
    try {
      Files.write(directory().resolve(TAKEN), new byte[1]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return () -> {
      String offset = read(CLOCK);
      return offset.isEmpty()
          ? system.instant()
          : system.instant().plusMillis(Long.parseLong(offset));
    };
  }

  private static String read(String name) {
    try {
      return Files.readString(directory().resolve(name));
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path directory() {
    Path found = directory;
    if (found == null) {
      throw new IllegalStateException("no agent");
    }
    return found;
  }
}
