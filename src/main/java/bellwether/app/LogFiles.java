package bellwether.app;

import bellwether.config.Settings;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Report;
import bellwether.eventlog.file.BootId;
import bellwether.eventlog.file.FileEventLog;
import bellwether.eventlog.file.FileLogLimits;
import bellwether.eventlog.file.SyncPolicy;
import bellwether.observe.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the event log in files with the values of the settings.
 *
 * @param directory the log's directory, created if it does not exist
 */
record LogFiles(Path directory, Settings.Log settings) {
  private static final Logger logger = LoggerFactory.getLogger(LogFiles.class);
  private static final Report report = new Report(logger);

  private static final int SEGMENT = 16 << 20; // bytes; up to this much is read again after a crash
  private static final int BYTES_OF_SMALL_ENTRY = 512; // in memory
  private static final long MIN_READING = 1 << 20; // bytes
  private static final long MIN_WAITING = 1 << 20; // bytes
  private static final int HEAP_SHARE = 8;
  private static final int MAX_HOT_ENTRIES = 10_000_000;
  private static final Duration TENDING = Duration.ofSeconds(1);
  private static final int LOOKS = 10; // for overdue appends, while one may wait

  /**
   * Returns a name that identifies this log: the first epoch and the directory's inode. A copy of
   * the files has the same epoch, but another inode.
   */
  String name(EventLog log) {
    return log.idAt(0).epoch() + '-' + inode();
  }

  FileEventLog open(Executor committing, InstantSource clock, RandomGenerator random) {
    FileLogLimits limits =
        new FileLogLimits(
            settings.entries(),
            settings.bytes(),
            settings.age() == null ? FileLogLimits.ANY_AGE : settings.age(),
            SEGMENT,
            hotEntries(settings),
            settings.hotBytes(),
            readingBytes(settings),
            new FileLogLimits.Waiting(settings.patience(), waitingBytes()));
    return FileEventLog.open(
        directory, limits, policy(), BootId.read(), committing, clock, System::nanoTime, random);
  }

  /** Returns the most entries that are kept in memory too. */
  static int hotEntries(Settings.Log settings) {
    return (int)
        Math.min(
            Math.min(MAX_HOT_ENTRIES, settings.entries()),
            settings.hotBytes() / BYTES_OF_SMALL_ENTRY);
  }

  /** Returns the memory for reading from the disk: as set, or an eighth of the heap. */
  static long readingBytes(Settings.Log settings) {
    return settings.readingBytes() > 0
        ? settings.readingBytes()
        : Math.max(MIN_READING, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /** Returns the most bytes of data that wait to be written: a thirty-second of the heap. */
  private static long waitingBytes() {
    return waitingMemory() / 4; // as text, frame and record they take about four times as much
  }

  /** Returns the memory, roughly, for appends that wait to be written: an eighth of the heap. */
  static long waitingMemory() {
    return Math.max(4 * MIN_WAITING, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  /**
   * Schedules the log's upkeep, and adds its metrics.
   *
   * @param executor runs what may wait for the disk
   * @param turns runs what never waits: it answers those who have waited for the disk too long
   */
  EventLog start(
      FileEventLog log,
      ScheduledExecutorService executor,
      ScheduledExecutorService turns,
      Metrics metrics) {
    metrics.gauge("bellwether_log_bytes", "Bytes of the event log's segments.", log::bytes);
    repeat(executor, period(), () -> tend(log));
    repeat(turns, settings.patience().dividedBy(LOOKS), () -> answerOverdue(log));
    return log;
  }

  private static void repeat(ScheduledExecutorService executor, Duration pause, Runnable task) {
    long nanos = pause.toNanos();
    var unused = executor.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private static void tend(FileEventLog log) {
    try {
      log.tend();
    } catch (RuntimeException | Error e) { // if it escaped, it would end the schedule
      report.error("The event log's upkeep failed; trying again", e);
    }
  }

  private static void answerOverdue(FileEventLog log) {
    try {
      log.answerOverdue();
    } catch (RuntimeException | Error e) { // as above
      report.error("The look for overdue appends failed; trying again", e);
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
   * Returns the directory's inode, which stays the same when the volume is mounted elsewhere; empty
   * where directories have none.
   */
  private String inode() {
    try {
      return Files.getAttribute(directory, "unix:ino").toString();
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return "";
    }
  }
}
