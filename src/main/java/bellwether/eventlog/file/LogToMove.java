package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogReceiver;
import bellwether.eventlog.LogReceiver.Facts;
import bellwether.eventlog.LogUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** A log in files that is handed over whole, while nobody else uses it. One thread. */
public final class LogToMove {
  /*
   * A server that was killed leaves a log that only opening puts in order: it cuts what is torn,
   * begins another life, and leaves out a position if entries may be missing. So the log is opened
   * and closed first; then the files say everything.
   */
  private static final FileLogLimits LIMITS = // nothing is dropped, and hardly anything kept
      new FileLogLimits(
          Long.MAX_VALUE, Long.MAX_VALUE, FileLogLimits.ANY_AGE, Integer.MAX_VALUE, 16, 1 << 16);

  private final ReadableDisk disk;
  private final Manifest manifest;
  private final LogReceiver receiver;
  private long next; // position

  private LogToMove(ReadableDisk disk, Manifest manifest, LogReceiver receiver) {
    this.disk = disk;
    this.manifest = manifest;
    this.receiver = receiver;
  }

  /**
   * Hands over the log in a directory, whose files stay there, put in order.
   *
   * @throws IllegalArgumentException if there is no log
   * @throws IOException if a server uses the log, the files are of an unknown version, or anything
   *     fails
   */
  public static void handOver(
      Path directory, InstantSource clock, RandomGenerator random, LogReceiver receiver)
      throws IOException {
    var unused = StoredLog.in(directory); // opening would make one
    putInOrder(directory, clock, random);
    try (Disk disk = new DirectoryDisk(directory)) {
      handOver(disk, receiver);
    }
  }

  /** Hands over a log that was closed in order. */
  static void handOver(ReadableDisk disk, LogReceiver receiver) throws IOException {
    Manifest manifest = Manifest.read(disk);
    if (!manifest.isClosed()) {
      throw new IOException(disk + " could not be put in order");
    }
    new LogToMove(disk, manifest, receiver).run();
  }

  private static void putInOrder(Path directory, InstantSource clock, RandomGenerator random)
      throws IOException {
    try {
      FileEventLog.open(
              directory,
              LIMITS,
              new SyncPolicy.Always(),
              BootId.read(),
              Runnable::run,
              clock,
              System::nanoTime,
              random)
          .close();
    } catch (LogUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void run() throws IOException {
    List<Long> bases = StoredLog.bases(disk);
    long newest = manifest.closedAt();
    next = bases.isEmpty() ? newest + 1 : bases.get(0);
    receiver.begin(new Facts(manifest.epochs(), next, newest, manifest.loss()));
    handOverStates();
    for (long base : bases) {
      var unused = SegmentVerifier.of(disk, base, false, this::handOver);
    }
    noteMissing(newest);
    receiver.finish();
  }

  private void handOverStates() throws IOException {
    List<EntryRecord> states =
        CarriedStates.read(disk).records().stream()
            .filter(state -> state.position() < next)
            .sorted(Comparator.comparingLong(EntryRecord::position))
            .toList();
    for (EntryRecord state : states) {
      receiver.state(state);
    }
  }

  private boolean handOver(EntryRecord entry) throws IOException {
    noteMissing(entry.position() - 1);
    receiver.entry(entry);
    next = entry.position() + 1;
    return true;
  }

  /** Notes that no entry is left between the last one and a position. */
  private void noteMissing(long through) throws IOException {
    if (next <= through && !manifest.epochs().areSkipped(next, through)) {
      receiver.missing(through);
    }
  }
}
