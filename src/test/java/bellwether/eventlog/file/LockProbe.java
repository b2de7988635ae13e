package bellwether.eventlog.file;

import bellwether.eventlog.LogUnavailableException;
import java.nio.file.Path;
import java.util.Random;

/** Tries to open a log, as another application would: run by another class loader, or process. */
public final class LockProbe {
  static final String OPENED = "opened";

  private LockProbe() {}

  public static void main(String[] args) {
    System.out.println(tryToOpen(args[0]));
  }

  /** Says what came of it. */
  public static String tryToOpen(String directory) {
    try {
      FileEventLog.open(
              Path.of(directory),
              FileLogs.limits(100),
              new SyncPolicy.Always(),
              "boot",
              Runnable::run,
              java.time.InstantSource.system(),
              System::nanoTime,
              new Random())
          .close();
      return OPENED;
    } catch (LogUnavailableException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
