package bellwether.eventlog.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Random;

/** Logs in the files of a fake disk, of which little is in memory. */
public final class FileLogs {
  /** How many entries are in memory. */
  public static final int HOT = 3;

  private FileLogs() {}

  /** Opens what is on the disk. */
  public static FileEventLog open(FakeDisk disk, int entries, Random random) {
    return open(disk, limits(entries), new SyncPolicy.Always(), InstantSource.system(), random);
  }

  static FileLogLimits limits(int entries) {
    return new FileLogLimits(
        entries, 1L << 40, FileLogLimits.ANY_AGE, 1 << 30, HOT, Long.MAX_VALUE);
  }

  static FileEventLog open(
      FakeDisk disk, FileLogLimits limits, SyncPolicy policy, InstantSource clock, Random random) {
    return open(disk, limits, policy, "boot", clock, random);
  }

  static FileEventLog open(
      FakeDisk disk,
      FileLogLimits limits,
      SyncPolicy policy,
      String boot,
      InstantSource clock,
      Random random) {
    try {
      return new FileEventLog(
          disk, limits, policy, boot, Runnable::run, clock, System::nanoTime, random);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
