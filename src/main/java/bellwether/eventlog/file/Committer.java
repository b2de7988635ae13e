package bellwether.eventlog.file;

import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Publication;
import bellwether.eventlog.Report;
import bellwether.eventlog.SureLock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes entries to the disk and makes them visible. Thread-safe; one thread writes at a time. */
final class Committer {
  /*
   * If anything fails before entries are shown, all appends in the queue fail, and anything that
   * may have been written is cut from the file before they are told. Then nothing is written until
   * tending has tried the disk again, even if the error had nothing to do with the disk. Once
   * entries are in the file, they are shown without allocating anything.
   */
  private static final Logger logger = LoggerFactory.getLogger(Committer.class);
  private static final Report report = new Report(logger);

  private final Disk disk;
  private final FileLogLimits limits;
  private final SyncPolicy policy;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Intake intake;
  private final LogContents contents;
  private final Consumer<Appending> show;
  private final SureLock lock = new SureLock();

  // Guarded by the lock.
  private final SegmentWriter writer;
  private final Retention retention;
  private boolean isSegmentDue; // beginning a segment failed

  // Confined to the tending thread.
  private long syncedAt; // on the clock of nanoTime

  // Written under the lock, read by any thread.
  private volatile @Nullable Throwable trouble; // until the disk works again
  private volatile boolean isClosed;
  private volatile boolean isInDoubt; // the file may have what failed, until it is repaired

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
    this.show = contents::show;
    this.writer = new SegmentWriter(disk, contents.segments().newest());
    retention.write(writer::start);
    this.syncedAt = nanoTime.getAsLong();
  }

  /**
   * Commits the waiting appends, group by group. Waits for the disk; for one thread at a time.
   *
   * @param tell tells readers of the entries that have become visible
   */
  void commitAll(Runnable tell) {
    Outcome outcome;
    do {
      intake.placeWaiting();
      lock.lock();
      try {
        outcome = commit();
      } finally {
        lock.unlock();
      }
      if (outcome == Outcome.VISIBLE) {
        tell.run();
      }
      intake.answerSettled();
    } while (outcome != Outcome.NONE);
  }

  private enum Outcome {
    NONE, // nothing waits
    KNOWN, // nothing of it was new
    VISIBLE,
    FAILED
  }

  private Outcome commit() {
    List<Appending> group = List.of();
    boolean isBegun = false; // to be written
    try {
      group = intake.nextGroup();
      if (group.isEmpty()) {
        return Outcome.NONE;
      }
      requireSound();
      if (isAllKnown(group)) {
        intake.release(group, show);
        return Outcome.KNOWN;
      }
      if (!hasRoomFor(group)) {
        begin();
      }
      contents.prepare(group);
      isBegun = true;
      writer.write(group);
      if (policy instanceof SyncPolicy.Always) {
        writer.sync();
      }
      intake.release(group, show);
      return Outcome.VISIBLE;
    } catch (IOException | RuntimeException | Error e) { // no other code has the group
      fail(group, isBegun, e);
      return Outcome.FAILED;
    }
  }

  /**
   * Fails all waiting appends, because there is no thread to commit them. For the thread that may
   * commit.
   */
  void refuseAll(Throwable e) {
    intake.fail(List.of(), e, contents.ring().newest());
    intake.answerSettled();
  }

  private static boolean isAllKnown(List<Appending> group) {
    boolean isAllKnown = true;
    for (Appending appending : group) {
      isAllKnown &= appending.entries.isEmpty();
    }
    return isAllKnown;
  }

  private boolean hasRoomFor(List<Appending> group) {
    SegmentIndex index = contents.segments().newest().index();
    long bytes = index.end();
    long entries = index.count();
    for (Appending appending : group) {
      bytes += appending.bytes();
      entries += appending.entries.size();
    }
    boolean isWithin = bytes <= limits.bytesOfSegment() && entries <= limits.entriesOfSegment();
    return isWithin || index.count() == 0;
  }

  private void begin() throws IOException {
    isSegmentDue = true;
    retention.makeWay(writer::syncBesides); // first: on a full disk this is what makes room
    Segment segment = new Segment(contents.ring().newest() + 1);
    List<Segment> longer = contents.segments().with(segment);
    writer.begin(segment);
    isSegmentDue = false;
    contents.segments().begin(longer);
  }

  /**
   * Fails a group. Nothing of it is left in memory, nor on the medium if it can be cut off there.
   * If not, the repair cuts it off; but if the log is opened again before that, the whole appends
   * in the file count.
   *
   * @param isBegun whether some of the group may have been written
   */
  private void fail(List<Appending> group, boolean isBegun, Throwable e) {
    boolean isNews = trouble == null && !isClosed;
    trouble = e;
    contents.abandonPrepared();
    try {
      writer.cut();
    } catch (IOException | RuntimeException | Error again) { // the disk fails in this, too
      isInDoubt |= isBegun;
      for (int i = 0; isBegun && i < group.size(); i++) {
        group.get(i).doubt();
      }
    }
    intake.fail(group, e, contents.ring().newest());
    if (isNews) {
      report.errorInOneLine("{}: cannot be written, publishing is refused: {}", disk, e);
    }
  }

  private void requireSound() throws IOException {
    if (isClosed) {
      throw new IOException("it is closed");
    }
    Throwable cause = trouble;
    if (cause instanceof IOException failure) {
      throw failure;
    }
    if (cause != null) {
      throw new IOException(cause.toString(), cause);
    }
  }

  /**
   * Checks that entries can be written now, as far as is known.
   *
   * @throws LogUnavailableException if not
   */
  void requireAvailable() {
    try {
      requireSound();
    } catch (IOException e) {
      throw LogUnavailableException.cannotWrite(e);
    }
  }

  /**
   * Returns whether one of these may be in the file although its append has failed: then a crash
   * before the repair would bring it back.
   */
  boolean mayHaveKept(List<Publication> publications) {
    return isInDoubt && publications.stream().anyMatch(one -> one.idempotencyKey() != null);
  }

  boolean isAvailable() {
    return trouble == null && !isClosed;
  }

  /** Does the regular work: see {@link FileEventLog#tend}. */
  void tend() {
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      if (trouble == null) {
        retireByAge();
      } else {
        repair();
      }
    } finally {
      lock.unlock();
    }
    syncIfDue();
    retention.saveIndexes(() -> isClosed);
    intake.answerOverdue(); // and what it made fail
  }

  private void repair() {
    try {
      retention.dropExcess(writer::syncBesides); // makes room
      writer.repair(contents.ring());
      if (isSegmentDue) {
        begin();
      }
      retention.tend();
      isInDoubt = false;
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
        begin();
      } else {
        retention.dropExcess(writer::syncBesides);
      }
      retention.tend();
    } catch (IOException | RuntimeException | Error e) {
      fail(List.of(), false, e);
    }
  }

  /** Syncs if that is due; writers do not wait for it. */
  private void syncIfDue() {
    if (!(policy instanceof SyncPolicy.Every every)
        || nanoTime.getAsLong() - syncedAt < every.interval().toNanos()) {
      return;
    }
    syncedAt = nanoTime.getAsLong();
    try {
      writer.syncBesides();
    } catch (IOException | RuntimeException | Error e) {
      lock.lock();
      try {
        fail(List.of(), false, e);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Closes the file; may be called any number of times, and nothing is written after the first. */
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
      if (trouble != null) {
        writer.cut();
      }
      writer.sync();
      retention.close(contents.ring().newest());
    } catch (IOException e) {
      logger.warn("{}: not closed in order: {}", disk, e.toString());
    }
  }
}
