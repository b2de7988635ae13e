package bellwether.app;

import bellwether.config.Settings;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.file.SyncPolicy;
import bellwether.observe.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event log in files, as the settings want it.
 *
 * @param directory is made if need be
 */
record LogFiles(Path directory, Settings.Log settings) {
  private static final Logger logger = LoggerFactory.getLogger(LogFiles.class);

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id"); // on Linux
  private static final int SEGMENT = 16 << 20; // bytes; so much is read again after a crash
  private static final int BYTES_OF_SMALL_ENTRY = 512; // in memory
  private static final long MIN_READING = 1 << 20; // bytes
  private static final int HEAP_SHARE = 8;
  private static final int MAX_HOT_ENTRIES = 10_000_000;
  private static final Duration TENDING = Duration.ofSeconds(1);

  /**
   * What tells this log from every other that its server may be mistaken for: its first life, which
   * a copy of the files has in common with it, and which directory it is in, which a copy has not.
   */
  String name(EventLog log) {
    return log.idAt(0).epoch() + '-' + inode();
  }

  FileEventLog open(InstantSource clock, RandomGenerator random) {
    FileLogLimits limits =
        new FileLogLimits(
            settings.entries(),
            settings.bytes(),
            settings.age() == null ? FileLogLimits.ANY_AGE : settings.age(),
            SEGMENT,
            (int)
                Math.min(
                    Math.min(MAX_HOT_ENTRIES, settings.entries()),
                    settings.hotBytes() / BYTES_OF_SMALL_ENTRY),
            settings.hotBytes(),
            readingBytes(settings));
    return FileEventLog.open(
        directory, limits, policy(), bootId(), clock, System::nanoTime, random);
  }

  /** Memory for what is read from the disk: as set, or an eighth of the heap. */
  static long readingBytes(Settings.Log settings) {
    return settings.readingBytes() > 0
        ? settings.readingBytes()
        : Math.max(MIN_READING, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** Has the log looked after, and its numbers shown. */
  EventLog start(FileEventLog log, ScheduledExecutorService executor, Metrics metrics) {
    metrics.gauge("bellwether_log_bytes", "Bytes of the event log's segments.", log::bytes);
    long period = period().toNanos();
    var unused =
        executor.scheduleWithFixedDelay(() -> tend(log), period, period, TimeUnit.NANOSECONDS);
    return log;
  }

  private static void tend(FileEventLog log) {
    try {
      log.tend();
    } catch (RuntimeException | Error e) { // escaping, it would end all tending
      logger.error("The event log could not be looked after; trying again", e);
    }
  }

  private Duration period() {
    return policy() instanceof SyncPolicy.Every every && every.interval().compareTo(TENDING) < 0
        ? every.interval()
        : TENDING;
  }

  private SyncPolicy policy() {
    Duration sync = settings.sync();
    if (sync == null) {
      return new SyncPolicy.Never();
    }
    return sync.isZero() ? new SyncPolicy.Always() : new SyncPolicy.Every(sync);
  }

  /**
   * Stays the same when the volume is mounted elsewhere; empty where directories have no number.
   */
  private String inode() {
    try {
      return Files.getAttribute(directory, "unix:ino").toString();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "";
    }
  }

  private static String bootId() {
    try {
      return Files.isReadable(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
