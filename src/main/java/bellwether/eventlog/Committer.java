package bellwether.eventlog;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts entries on the disk, and into sight. Any thread; one writes at a time. */
final class Committer {
  private static final Logger logger = LoggerFactory.getLogger(Committer.class);

  private final Disk disk;
  private final FileLogLimits limits;
  private final SyncPolicy policy;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Intake intake;
  private final LogContents contents;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final SegmentWriter writer;
  private final Retention retention;

  // Confined to tending.
  private long syncedAt; // as nanoTime says

  // Written under the lock, read by anyone.
  private volatile @Nullable IOException trouble; // until the disk works again
  private volatile boolean isClosed;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Committer(
      Disk disk,
      FileLogLimits limits,
      SyncPolicy policy,
      InstantSource clock,
      LongSupplier nanoTime,
      Intake intake,
      LogContents contents,
      Retention retention)
      throws IOException {
    this.disk = disk;
    this.limits = limits;
    this.policy = policy;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.intake = intake;
    this.contents = contents;
    this.retention = retention;
    this.writer = new SegmentWriter(disk, contents.segments().newest());
    this.syncedAt = nanoTime.getAsLong();
  }

  /**
   * Returns when it is visible, or has failed.
   *
   * @return whether anything became visible by this
   */
  boolean settle(Appending awaited) {
    boolean isLeader = false;
    lock.lock();
    try {
      while (!awaited.isSettled()) {
        isLeader = true;
        commit(intake.nextGroup());
      }
    } finally {
      lock.unlock();
    }
    return isLeader;
  }

  private void commit(List<Appending> group) {
    try {
      requireSound();
      makeRoomFor(group);
      writer.write(group);
      if (policy instanceof SyncPolicy.Always) {
        writer.sync();
      }
    } catch (IOException | RuntimeException | Error e) { // the group is in nobody else's hands
      fail(group, e instanceof IOException io ? io : new IOException(e));
      return;
    }
    intake.letOut(group, contents::show);
  }

  private void makeRoomFor(List<Appending> group) throws IOException {
    SegmentIndex index = contents.segments().newest().index();
    long bytes = group.stream().mapToLong(Appending::bytes).sum();
    long entries = group.stream().mapToLong(appended -> appended.entries.size()).sum();
    boolean isFull =
        index.end() + bytes > limits.bytesOfSegment()
            || index.count() + entries > limits.entriesOfSegment();
    if (index.count() > 0 && isFull) {
      begin(new Segment(group.get(0).entries.get(0).position()));
    }
  }

  private void begin(Segment segment) throws IOException {
    writer.begin(segment);
    contents.segments().begin(segment);
    retention.dropExcess();
  }

  private void fail(List<Appending> group, IOException e) {
    if (trouble == null && !isClosed) {
      logger.error("{}: cannot be written, publishing is refused: {}", disk, e.toString());
    }
    trouble = e;
    intake.fail(group, e, contents.ring().newest());
  }

  private void requireSound() throws IOException {
    IOException cause = isClosed ? new IOException("it is closed") : trouble;
    if (cause != null) {
      throw cause;
    }
  }

  /**
   * @throws LogUnavailableException if nothing can be written now, as far as it knows
   */
  void requireAvailable() {
    try {
      requireSound();
    } catch (IOException e) {
      throw new LogUnavailableException("the event log cannot be written: " + e.getMessage(), e);
    }
  }

  boolean isAvailable() {
    return trouble == null && !isClosed;
  }

  /** See {@link FileEventLog#tend}. */
  void tend() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      if (trouble != null) {
        repair();
      } else {
        retireByAge();
      }
    } finally {
      lock.unlock();
    }
    syncIfDue();
    retention.saveIndexes();
  }

  private void repair() {
    try {
      writer.repair();
      trouble = null;
      logger.info("{}: can be written again", disk);
    } catch (IOException e) {
      logger.debug("Still not", e);
    }
  }

  private void retireByAge() {
    SegmentIndex index = contents.segments().newest().index();
    try {
      if (index.count() > 0 && limits.isRipe(index.firstTime(), clock.instant())) {
        begin(new Segment(contents.ring().newest() + 1));
      } else {
        retention.dropExcess();
      }
    } catch (IOException e) {
      fail(List.of(), e);
    }
  }

  /** Beside those who write: they do not wait for it. */
  private void syncIfDue() {
    if (!(policy instanceof SyncPolicy.Every every)
        || nanoTime.getAsLong() - syncedAt < every.interval().toNanos()) {
      return;
    }
    syncedAt = nanoTime.getAsLong();
    try {
      writer.syncBesides();
    } catch (IOException e) {
      lock.lock();
      try {
        fail(List.of(), e);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Any number of times; nothing is written after the first. */
  void close() {
    lock.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        closeFiles();
      }
    } finally {
      lock.unlock();
    }
  }

  private void closeFiles() {
    try (disk;
        writer) {
      writer.sync();
      retention.close(contents.ring().newest());
    } catch (IOException e) {
      logger.warn("{}: not closed in order: {}", disk, e.toString());
    }
  }
}
