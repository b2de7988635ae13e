package bellwether.eventlog.file;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.Awaited;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Report;
import bellwether.eventlog.Turn;
import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in files: it outlives the process, however the process ends. Call {@link #tend} regularly.
 */
public final class FileEventLog implements EventLog {
  /*
   * Entries are appended to the newest of several segments; the oldest are dropped. The newest
   * entries are in memory too, in a ring, and so is the latest state of every retained topic. The
   * segments' indexes have the places and the topics of the other entries, as reading needs them.
   *
   * There are two locks. The intake's lock orders the publishers: under it positions are given and
   * keys compared, and nobody waits for the disk. The committer's lock is held while files are
   * written. Publishers never take it: they leave their appends in the queue, and a thread of its own
   * writes everything that has come meanwhile. So appends share one write and one sync, the more the
   * slower the disk is. Then, under both locks, the entries become visible; and after these have been
   * released, readers are told and publishers are answered.
   *
   * The turn says whether that thread is at work or has been asked to. Only the publisher that
   * takes the turn asks it: so the thread is never woken in vain, and no append is left in the
   * queue.
   *
   * An append happens wholly or not at all. Every step that can fail, allocation included, comes
   * before its entries are shown. If a step fails, the written bytes are cut from the file, and all
   * waiting publishers are told; no reader has seen any of the entries, and their positions and
   * keys are free again. Until tending finds that the disk works again, every append is refused at
   * once.
   *
   * Lock order: committer, intake, then the locks inside the parts.
   */
  private static final Logger logger = LoggerFactory.getLogger(FileEventLog.class);
  private static final Report report = new Report(logger);

  private final Epochs epochs;
  private final LogContents contents;
  private final FileLogReader reader;
  private final TimeSearch times;
  private final EntryNames names;
  private final Duration patience;
  private final Awaited awaited;
  private final Intake intake;
  private final Committer committer;
  private final Executor committing;
  private final Turn turn = new Turn(); // to commit
  private final Runnable work = this::work; // made once, so that handing it over allocates nothing
  private final Runnable tell = this::tell;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile boolean isClosing;
  private volatile Runnable listener = () -> {};
  private volatile boolean isUntold; // the listener has failed

  /**
   * Opens the log in a directory, which no other log can use until this one is closed.
   *
   * @param bootId identifies this start of the machine: after a crash of the machine more may be
   *     missing than after a crash of the process. Empty if it is not known: then each crash counts
   *     as a crash of the machine
   * @param committing runs the task that writes entries to the disk. At most one task waits or
   *     runs, so a {@link bellwether.eventlog.SoleThread} will do. The log does not close it
   * @param nanoTime as {@link System#nanoTime}
   * @throws LogUnavailableException if that fails, or another log has the directory
   */
  public static FileEventLog open(
      Path directory,
      FileLogLimits limits,
      SyncPolicy policy,
      String bootId,
      Executor committing,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    try {
      Disk disk = new DirectoryDisk(directory);
      try {
        return new FileEventLog(disk, limits, policy, bootId, committing, clock, nanoTime, random);
      } catch (IOException | RuntimeException | Error e) {
        disk.close(); // else no log could open the directory as long as this process lives
        throw e;
      }
    } catch (IOException e) {
      throw new LogUnavailableException(
          "the event log in " + directory + " cannot be opened: " + e.getMessage(), e);
    }
  }

  FileEventLog(
      Disk disk,
      FileLogLimits limits,
      SyncPolicy policy,
      String bootId,
      Executor committing,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random)
      throws IOException {
    Manifest found = Manifest.read(disk);
    FileLogRecovery recovery = new FileLogRecovery(disk, found);
    long newest = recovery.newest();
    boolean isInOrder = found.closedAt() == newest && !recovery.wasCut();
    boolean mayMissSome =
        recovery.lacksSome() || !(isInOrder || found.isEverySynced() || found.isOfBoot(bootId));
    // If entries may be missing, one position is left out, which no entry has: so readers get a gap
    // when they reach it.
    long next = newest + (mayMissSome ? 2 : 1);
    epochs =
        isInOrder && !found.epochs().isEmpty()
            ? found.epochs()
            : found.epochs().begin(EventId.newEpoch(random), newest, next);
    if (!isInOrder) {
      recovery.sync();
    }
    Loss loss = recovery.loss(clock.instant());
    Manifest opened = found.opened(epochs, loss, bootId, policy instanceof SyncPolicy.Always);
    contents = recovery.contents(limits, this::entryOf, next, mayMissSome, loss);
    reader = new FileLogReader(disk, contents, epochs, this::entryOf, limits.readingBytes());
    times = new TimeSearch(contents, epochs, reader, clock);
    names = new EntryNames(contents, reader);
    intake = new Intake(next, epochs::idAt, names, clock, nanoTime, limits.waiting());
    patience = limits.waiting().patience();
    awaited = new Awaited(patience);
    this.committing = committing;
    Retention retention = new Retention(disk, limits, clock, contents, opened);
    // Before a segment is begun after the position that was left out: without this life in the
    // manifest, the next opening would take that position for an entry that was kept.
    retention.write(() -> opened.write(disk)); // also on a full disk, for readers
    committer = new Committer(disk, limits, policy, clock, nanoTime, intake, contents, retention);
    recovery.cutDamaged();
    if (!isInOrder) {
      logger.warn("{}: was not closed in order; {} begins at {}", disk, idAt(next), next);
    }
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> isRetained) {
    return awaited.answer(submit(publications, isRetained));
  }

  @Override
  public CompletableFuture<List<LogEntry>> submit(
      List<Publication> publications, Predicate<Topic> isRetained) {
    List<Boolean> areRetained =
        publications.stream().map(p -> isRetained.test(p.topics().get(0))).toList();
    try {
      requireAvailable(publications);
      Appending appending = intake.submit(publications, areRetained);
      if (!appending.answer.isDone()) {
        sendForCommitter();
      }
      return appending.answer;
    } catch (LogUnavailableException | AppendInDoubtException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireAvailable(List<Publication> publications) {
    try {
      committer.requireAvailable();
    } catch (LogUnavailableException e) {
      if (intake.mayBeKept(publications) || committer.mayHaveKept(publications)) {
        throw new AppendInDoubtException("nobody knows whether it has been kept", e);
      }
      throw e;
    }
  }

  private void sendForCommitter() {
    if (turn.take()) {
      try {
        committing.execute(work);
      } catch (RuntimeException | Error e) { // the executor is shut down, or there is no memory
        refuse(e);
      }
    }
  }

  /**
   * Commits the waiting appends, and gives the turn back in any case: otherwise no thread could
   * take it again.
   */
  private void work() {
    int seen;
    do {
      seen = turn.seen();
      try {
        committer.commitAll(tell);
        closeIfAsked();
      } catch (Throwable e) { // out of here, it would end the thread
        report.error("The event log's committing failed", e);
        failWhatWaits(e);
      }
    } while (!turn.finish(seen));
  }

  /** Leaves nobody in the queue: nothing might come that sends for the committing thread again. */
  private void failWhatWaits(Throwable e) {
    try {
      committer.refuseAll(e);
    } catch (Throwable again) {
      report.error("The event log's appends could not be refused", again);
    }
  }

  private void refuse(Throwable e) {
    int seen;
    do {
      seen = turn.seen();
      committer.refuseAll(e);
      closeIfAsked();
    } while (!turn.finish(seen));
  }

  private void closeIfAsked() {
    if (isClosing) {
      try {
        committer.close();
      } finally {
        closed.complete(null);
      }
    }
  }

  /**
   * Tells the listener; if that fails, what has been appended stays so, and tending tells it then.
   */
  private void tell() {
    try {
      listener.run();
    } catch (RuntimeException | Error e) {
      isUntold = true;
      report.error("Readers could not be told of new events; trying again", e);
    }
  }

  /**
   * Does the regular work: syncs, drops entries that are too old, saves indexes, and tries again a
   * disk that failed. Call it each second, or at the interval of syncs if that is shorter. For one
   * thread at a time; may wait for the disk.
   */
  public void tend() {
    committer.tend();
    reader.tryAgain();
    if (!intake.isMoving()) {
      sendForCommitter(); // a look, if the thread is idle: nobody is let in to send for it
    }
    if (isUntold) {
      isUntold = false;
      tell();
    }
  }

  /**
   * Answers the publishers whose appends have waited too long. Waits for nothing. Call it
   * regularly, from a thread that does not wait for the disk.
   */
  public void answerOverdue() {
    intake.answerOverdue();
  }

  @Override
  public boolean isAvailable() {
    return committer.isAvailable() && intake.isMoving() && reader.isWell();
  }

  /** Returns the number of bytes that the segments take. */
  public long bytes() {
    return contents.segments().bytes();
  }

  @Override
  public long newest() {
    return contents.ring().newest();
  }

  @Override
  public long oldest() {
    return contents.segments().oldest();
  }

  @Override
  public long lostThrough() {
    return contents.losses().through();
  }

  @Override
  public long countBetween(long from, long to) {
    return epochs.countBetween(from, to);
  }

  @Override
  public EventId idAt(long position) {
    return epochs.idAt(position);
  }

  @Override
  public Lookup find(String text, EntryFilter wanted) {
    EventId id = EventId.parse(text);
    long own = id != null && epochs.gave(id) ? id.position() : -1;
    long position = id == null ? names.positionWithId(text, wanted) : own;
    return position >= 0 && position <= newest()
        ? new Lookup.Found(position)
        : new Lookup.Unknown();
  }

  private LogEntry entryOf(EntryRecord record) {
    return new LogEntry(
        idAt(record.position()),
        record.time(),
        LogEntry.AGELESS,
        record.publication(),
        record.isRetained());
  }

  @Override
  public long positionBefore(Instant time) {
    return times.positionBefore(time);
  }

  @Override
  public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    return reader.read(place, upTo, wanted, limit);
  }

  @Override
  public ReadResult readSlowly(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    return reader.readSlowly(place, upTo, wanted, limit, mostBytes);
  }

  @Override
  public Batch readRetained(long after, long upTo, EntryFilter wanted, int limit) {
    return contents.retained().read(after, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
  }

  /**
   * Closes the log: then all entries are on the medium, and the next opening knows that nothing is
   * missing. If the disk does not answer in time, the files are closed when it does. Every
   * publisher gets an answer.
   */
  @Override
  public void close() {
    listener = () -> {};
    intake.close();
    isClosing = true;
    sendForCommitter();
    try {
      closed.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      logger.warn("The disk of the event log does not answer; closing goes on without");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // it never fails
    }
    intake.answerAll();
  }
}
