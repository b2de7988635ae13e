package bellwether.eventlog;

import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.ReadResult.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log in files: it outlives the process, however that ends. {@link #tend} is to be called now and
 * then.
 */
public final class FileEventLog implements EventLog {
  /*
   * Entries are appended to the newest of several segments; the oldest are dropped. The newest
   * entries are in memory too, in a ring, and so is the latest state of every retained topic. What
   * reading needs of the others, where they lie and what they are about, is in the segments' indexes.
   *
   * Two locks. "appending" orders the publishers: under it positions are given and keys compared,
   * and nothing waits for the disk but a look at an entry that may have the same key. "committing" is
   * held by whoever writes. One that wants its entries kept takes it and writes all that has come
   * meanwhile, for everybody; those who waited find their own done. So appends share one write and
   * one sync, the more the slower the disk is. Then, under both, the entries become visible.
   *
   * What could not be written is cut from the file, and all who were on their way are told; nobody
   * has seen any of it, and its positions are given again. Until the disk works again, which
   * tending finds out, everything is refused at once.
   *
   * Lock order: committing, appending, and what the parts have for themselves.
   */
  private static final Logger logger = LoggerFactory.getLogger(FileEventLog.class);
  private static final long MOST_IN_GROUP = 64L << 20; // bytes; what waits goes with the next

  private final Disk disk;
  private final FileLogLimits limits;
  private final SyncPolicy policy;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Epochs epochs;
  private final Losses losses;
  private final Segments segments;
  private final RetainedStates states = new RetainedStates();
  private final CarriedStates carried = new CarriedStates();
  private final Ring ring;
  private final FileLogReader reader;

  private final ReentrantLock committing = new ReentrantLock();
  private final ReentrantLock appending = new ReentrantLock();

  // Guarded by committing.
  private final SegmentWriter writer;
  private Manifest manifest;

  // Guarded by appending.
  private final Deque<Appending> queue = new ArrayDeque<>();
  private final Map<String, OnItsWay> keysOnTheirWay = new HashMap<>();
  private long next; // position
  private Instant latestTime = Instant.MIN;

  // Confined to tending.
  private final Set<Segment> indexed = new HashSet<>(); // those whose index is saved
  private long syncedAt; // as nanoTime says

  // Written under both locks, or under committing and then read under it; read by anyone.
  private volatile @Nullable IOException trouble; // until the disk works again
  private volatile boolean isClosed;
  private volatile Runnable listener = () -> {};

  /** An entry that has a key and is not visible yet. */
  private record OnItsWay(LogEntry entry, Appending appending) {}

  /**
   * Opens the log in a directory, which it has for itself until it is closed.
   *
   * @param bootId which start of the machine this is, or empty if nobody knows: after a crash of
   *     the machine more may be missing than after a crash of the process
   * @param nanoTime as {@link System#nanoTime}
   * @throws LogUnavailableException if that fails, or another has it
   */
  public static FileEventLog open(
      Path directory,
      FileLogLimits limits,
      SyncPolicy policy,
      String bootId,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    try {
      Disk disk = new DirectoryDisk(directory);
      try {
        return new FileEventLog(disk, limits, policy, bootId, clock, nanoTime, random);
      } catch (IOException | RuntimeException e) {
        disk.close();
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
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random)
      throws IOException {
    this.disk = disk;
    this.limits = limits;
    this.policy = policy;
    this.clock = clock;
    this.nanoTime = nanoTime;
    Manifest found = Manifest.read(disk);
    FileLogRecovery recovery = new FileLogRecovery(disk, found);
    long newest = recovery.newest();
    boolean isInOrder = found.closedAt() == newest && !recovery.wasCut();
    boolean mayMissSome = !isInOrder && !found.isEverySynced() && !bootId.equals(found.boot());
    // What may be missing takes a position that nobody has: so whoever reads on comes by a gap.
    this.next = newest + (mayMissSome ? 2 : 1);
    this.epochs =
        isInOrder && !found.epochs().isEmpty()
            ? found.epochs()
            : found.epochs().begin(EventId.newEpoch(random), newest, next);
    this.losses = new Losses(recovery.loss(clock.instant()));
    List<Segment> kept = new ArrayList<>(recovery.segments());
    if (kept.isEmpty() || mayMissSome) {
      kept.add(new Segment(next));
    }
    this.segments = new Segments(kept);
    this.ring = recovery.fill(states, carried, limits, this::entryOf, next - 1);
    this.reader = new FileLogReader(disk, ring, states, segments, losses, this::entryOf);
    this.writer = new SegmentWriter(disk, segments.newest());
    boolean isEverySynced = policy instanceof SyncPolicy.Always;
    this.manifest = found.opened(epochs, bootId, isEverySynced);
    manifest.write(disk);
    this.syncedAt = nanoTime.getAsLong();
    if (!isInOrder) {
      logger.warn("{}: was not closed in order; {} begins at {}", disk, idAt(next), next);
    }
  }

  @Override
  public List<LogEntry> append(List<Publication> publications, Predicate<Topic> isRetained) {
    List<Boolean> areStates =
        publications.stream().map(p -> isRetained.test(p.topics().get(0))).toList();
    List<LogEntry> result = new ArrayList<>(publications.size());
    List<Appending> awaited = new ArrayList<>();
    appending.lock();
    try {
      requireAvailable();
      Appending mine = new Appending();
      for (int i = 0; i < publications.size(); i++) {
        result.add(entryFor(publications.get(i), areStates.get(i), mine, awaited));
      }
      if (!mine.entries.isEmpty()) {
        mine.seal();
        queue.add(mine);
        awaited.add(mine);
      }
    } finally {
      appending.unlock();
    }
    awaited.forEach(this::commit);
    return result;
  }

  /** Called under the lock. */
  private LogEntry entryFor(
      Publication publication, boolean isState, Appending mine, List<Appending> awaited) {
    String key = publication.idempotencyKey();
    OnItsWay other = key == null ? null : keysOnTheirWay.get(key);
    if (other != null) {
      if (other.appending() != mine) {
        awaited.add(other.appending());
      }
      return other.entry();
    }
    LogEntry earlier = key == null ? null : withKey(key);
    if (earlier != null) {
      return earlier;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    latestTime = latestTime.isAfter(now) ? latestTime : now; // a clock set back must not unsort it
    LogEntry entry =
        new LogEntry(idAt(next), latestTime, nanoTime.getAsLong(), publication, isState);
    next++;
    mine.entries.add(entry);
    if (key != null) {
      keysOnTheirWay.put(key, new OnItsWay(entry, mine));
    }
    return entry;
  }

  /** Returns when it is visible, or throws. */
  private void commit(Appending awaited) {
    boolean isLeader = false;
    committing.lock();
    try {
      while (!awaited.isSettled()) {
        isLeader = true;
        commit(nextGroup());
      }
    } finally {
      committing.unlock();
      if (isLeader) {
        listener.run();
      }
    }
    awaited.requireVisible();
  }

  private List<Appending> nextGroup() {
    List<Appending> group = new ArrayList<>();
    appending.lock();
    try {
      long bytes = 0;
      do {
        Appending one = queue.remove();
        bytes += one.bytes();
        group.add(one);
      } while (!queue.isEmpty() && bytes + queue.element().bytes() <= MOST_IN_GROUP);
    } finally {
      appending.unlock();
    }
    return group;
  }

  private void commit(List<Appending> group) {
    try {
      requireNoTrouble();
      makeRoomFor(group);
      writer.write(group);
      if (policy instanceof SyncPolicy.Always) {
        writer.sync();
      }
    } catch (IOException | RuntimeException | Error e) { // the group is in nobody else's hands
      fail(group, e instanceof IOException io ? io : new IOException(e));
      return;
    }
    appending.lock();
    try {
      group.forEach(this::show);
    } finally {
      appending.unlock();
    }
  }

  private void makeRoomFor(List<Appending> group) throws IOException {
    SegmentIndex index = segments.newest().index();
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
    segments.begin(segment);
    dropExcess();
  }

  private void show(Appending appended) {
    for (int i = 0; i < appended.entries.size(); i++) {
      LogEntry entry = appended.entries.get(i);
      segments.add(entry, appended.records.get(i).length);
      LogEntry replaced = entry.isRetained() ? states.put(entry) : null;
      if (replaced != null) {
        carried.remove(replaced);
      }
      String key = entry.publication().idempotencyKey();
      if (key != null) {
        keysOnTheirWay.remove(key);
      }
      ring.add(entry); // last: now it can be read
    }
    appended.becomeVisible();
  }

  /** All that are on their way fail: their positions follow those of the group. */
  private void fail(List<Appending> group, IOException e) {
    appending.lock();
    try {
      if (trouble == null) {
        logger.error("{}: cannot be written, publishing is refused: {}", disk, e.toString());
      }
      trouble = e;
      group.forEach(appended -> appended.fail(e));
      queue.forEach(appended -> appended.fail(e));
      queue.clear();
      keysOnTheirWay.clear();
      next = newest() + 1;
    } finally {
      appending.unlock();
    }
  }

  private void requireNoTrouble() throws IOException {
    IOException cause = trouble;
    if (cause != null) {
      throw cause;
    }
  }

  private void requireAvailable() {
    IOException cause = isClosed ? new IOException("it is closed") : trouble;
    if (cause != null) {
      throw new LogUnavailableException(
          "the event log cannot be written: " + cause.getMessage(), cause);
    }
  }

  /**
   * Does what is due: syncs, drops what has become too old, saves indexes, and tries again a disk
   * that failed. To be called each second or, if things are to be synced more often, so often. One
   * thread at a time; may wait for the disk.
   */
  public void tend() {
    committing.lock();
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
      committing.unlock();
    }
    syncIfDue();
    saveIndexes();
    reader.tryAgain();
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
    SegmentIndex index = segments.newest().index();
    try {
      if (index.count() > 0 && limits.isRipe(index.firstTime(), clock.instant())) {
        begin(new Segment(newest() + 1));
      } else {
        dropExcess();
      }
    } catch (IOException e) {
      fail(List.of(), e);
    }
  }

  /** The states that are to outlive their segments are written before those go. */
  private void dropExcess() throws IOException {
    List<Segment> excess = segments.excess(limits, clock.instant());
    if (excess.isEmpty()) {
      return;
    }
    long through = excess.get(excess.size() - 1).last();
    Loss loss = losses.latest();
    for (Segment segment : excess) {
      Loss last = segment.index().lastEvent();
      loss = last.through() > loss.through() ? last : loss;
    }
    Collection<LogEntry> outliving = states.before(through + 1);
    CarriedStates.write(disk, outliving);
    manifest = manifest.dropped(through, loss);
    manifest.write(disk);
    outliving.forEach(carried::add);
    losses.note(loss);
    segments.remove(excess);
    for (Segment segment : excess) {
      Segments.delete(disk, segment);
    }
  }

  private void syncIfDue() {
    if (!(policy instanceof SyncPolicy.Every every)
        || nanoTime.getAsLong() - syncedAt < every.interval().toNanos()) {
      return;
    }
    syncedAt = nanoTime.getAsLong();
    try {
      writer.syncBesides();
    } catch (IOException e) {
      committing.lock();
      try {
        fail(List.of(), e);
      } finally {
        committing.unlock();
      }
    }
  }

  /** Of all segments that grow no more: then they need not be read when the log is opened. */
  private void saveIndexes() {
    List<Segment> all = segments.list();
    indexed.retainAll(all);
    try {
      for (Segment segment : all.subList(0, all.size() - 1)) {
        if (!indexed.contains(segment)) {
          disk.replace(segment.indexName(), segment.index().encode());
          indexed.add(segment);
          if (!segments.list().contains(segment)) {
            disk.delete(segment.indexName()); // it was dropped meanwhile
          }
        }
      }
    } catch (IOException e) {
      logger.debug("An index was not saved; it can be made anew", e);
    }
  }

  @Override
  public boolean isAvailable() {
    return trouble == null && !isClosed && reader.isWell();
  }

  /** How many bytes the segments take. */
  public long bytes() {
    return segments.bytes();
  }

  @Override
  public long newest() {
    return ring.newest();
  }

  @Override
  public long oldest() {
    return segments.oldest();
  }

  @Override
  public long lostThrough() {
    return losses.through();
  }

  @Override
  public EventId idAt(long position) {
    return epochs.idAt(position);
  }

  @Override
  public Lookup find(String text) {
    EventId id = EventId.parse(text);
    long position = id == null ? positionWithId(text) : epochs.gave(id) ? id.position() : -1;
    return position >= 0 && position <= newest()
        ? new Lookup.Found(position)
        : new Lookup.Unknown();
  }

  private long positionWithId(String id) {
    LogEntry state = carried.withId(id);
    if (state != null) {
      return state.position();
    }
    for (long position : segments.search(index -> index.findId(id))) {
      LogEntry entry = reader.entryAt(position);
      if (entry != null && id.equals(entry.publication().id())) {
        return position;
      }
    }
    return -1;
  }

  private @Nullable LogEntry withKey(String key) {
    LogEntry state = carried.withKey(key);
    if (state != null) {
      return state;
    }
    for (long position : segments.search(index -> index.findKey(key))) {
      LogEntry entry = reader.entryAt(position);
      if (entry != null && key.equals(entry.publication().idempotencyKey())) {
        return entry;
      }
    }
    return null;
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
    return reader.positionBefore(time);
  }

  @Override
  public ReadResult read(long after, long forgiven, long upTo, EntryFilter wanted, int limit) {
    return reader.read(after, forgiven, upTo, wanted, limit);
  }

  @Override
  public ReadResult readSlowly(
      long after, long forgiven, long upTo, EntryFilter wanted, int limit) {
    return reader.readSlowly(after, forgiven, upTo, wanted, limit);
  }

  @Override
  public Batch readRetained(long after, long upTo, EntryFilter wanted, int limit) {
    return states.read(after, upTo, wanted, limit);
  }

  @Override
  public void onReadable(Runnable newListener) {
    listener = newListener;
  }

  /** What is there is on the medium then, and the next opening knows that nothing is missing. */
  @Override
  public void close() {
    listener = () -> {};
    committing.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        closeFiles();
      }
    } finally {
      committing.unlock();
    }
  }

  private void closeFiles() {
    try (disk;
        writer) {
      writer.sync();
      Segment last = segments.newest();
      disk.replace(last.indexName(), last.index().encode());
      manifest.closed(newest()).write(disk);
    } catch (IOException e) {
      logger.warn("{}: not closed in order: {}", disk, e.toString());
    }
  }
}
