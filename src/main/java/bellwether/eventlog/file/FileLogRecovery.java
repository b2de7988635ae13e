package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.LatestStates;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Losses;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.Ring;
import bellwether.eventlog.StateKey;
import bellwether.eventlog.file.SegmentIndex.View;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Examines and repairs a log's directory before the log is opened. */
final class FileLogRecovery {
  /*
   * Only the last segment can have a torn tail: the others were synced when the next was begun. No
   * reader has seen a torn entry, except under a policy that shows entries before they are synced.
   * The segment is cut to the last whole append. If whole records follow the tear, the file is
   * damaged, and entries that readers had seen are lost with it; the same holds if less is found
   * than the manifest knows of. If a disk failed while a segment was begun, an empty segment may be
   * left behind the last one, to which appending went on.
   *
   * A segment that was dropped, as the manifest says, but not deleted in time, is deleted now.
   */
  private static final Logger logger = LoggerFactory.getLogger(FileLogRecovery.class);

  private static final int WARM = 10_000; // the most entries read into memory at the start
  private static final int SHARE = 4; // a quarter of the ring's memory may be filled then
  private static final int BATCH = 1000; // entries read at a time

  private final Disk disk;
  private final Manifest manifest;
  private final List<Segment> segments = new ArrayList<>(); // positions go up, maybe with a hole
  private boolean wasCut;
  private boolean isDamaged;
  private @Nullable RecoveredSegment damaged; // the newest segment, if it is damaged

  FileLogRecovery(Disk disk, Manifest manifest) throws IOException {
    this.disk = disk;
    this.manifest = manifest;
    List<Long> bases = new ArrayList<>();
    for (String name : disk.list()) {
      long base = Segment.baseOf(name);
      if (name.endsWith(".new")) {
        disk.delete(name);
      } else if (base >= 0) {
        bases.add(base);
      }
    }
    for (int i = 0; i < bases.size(); i++) {
      Segment segment = load(bases.get(i), areEmpty(bases.subList(i + 1, bases.size())));
      add(segment, i == bases.size() - 1);
    }
  }

  /** Returns the newest position of an entry that exists or has existed. */
  long newest() {
    return segments.isEmpty()
        ? manifest.droppedThrough()
        : segments.get(segments.size() - 1).last();
  }

  /**
   * Returns the loss of entries. Usually the manifest has it, except for files that were deleted by
   * hand, or dropped while the others were copied. Their entries were no younger than those that
   * follow them.
   */
  Loss loss(Instant now) {
    boolean isMore = !segments.isEmpty() && oldest() > manifest.droppedThrough() + 1;
    if (!isMore) {
      return manifest.loss();
    }
    Instant next =
        segments.stream()
            .filter(segment -> segment.index().count() > 0)
            .map(segment -> segment.index().firstTime())
            .findFirst()
            .orElse(now);
    return manifest.loss().and(new Loss(oldest() - 1, next.isBefore(now) ? next : now));
  }

  /** Returns whether an entry of the last segment, which may have been seen, is surely missing. */
  boolean lacksSome() {
    return isDamaged || newest() < manifest.newestKnown();
  }

  /** Syncs the last segment: its entries will be seen, even if a crash came before their sync. */
  void sync() throws IOException {
    for (int i = segments.size() - 1; i >= 0; i--) {
      if (segments.get(i).index().count() > 0) {
        try (Disk.Output file = disk.append(segments.get(i).name())) {
          file.sync();
        }
        return;
      }
    }
  }

  /** Returns whether a part of the last segment has to be cut off, or had to be. */
  boolean wasCut() {
    return wasCut;
  }

  private void add(Segment segment, boolean isLast) throws IOException {
    boolean isEmpty = segment.index().count() == 0; // or none of its entries can be read
    long known = isEmpty ? segment.base() : segment.last();
    boolean isDropped = !isLast && known <= manifest.droppedThrough();
    boolean isOverlapping = !segments.isEmpty() && segment.base() <= newest();
    if (isOverlapping && !isEmpty) {
      throw new IOException(disk + ": " + segment.name() + " overlaps the one before it");
    }
    if (isDropped || isOverlapping) {
      Segments.delete(disk, segment);
    } else {
      segments.add(segment);
    }
  }

  private boolean areEmpty(List<Long> bases) throws IOException {
    for (long base : bases) {
      if (disk.size(Segment.nameOf(base)) > Segment.HEADER) {
        return false;
      }
    }
    return true;
  }

  /**
   * Loads a segment.
   *
   * @param mayBeTorn whether it is the last that has entries
   */
  private Segment load(long base, boolean mayBeTorn) throws IOException {
    String name = Segment.nameOf(base);
    String indexName = new Segment(base).indexName();
    byte[] saved = disk.read(indexName);
    SegmentIndex index = saved == null ? null : SegmentIndex.decode(saved);
    if (index != null && index.base() == base && isOfFile(index)) {
      return new Segment(base, index);
    }
    RecoveredSegment found = RecoveredSegment.of(disk, base);
    disk.delete(indexName); // otherwise it would seem to fit once the file is as large again
    Segment segment = found.segment();
    if (found.damage() == null) {
      return segment;
    }
    long excess = found.size() - segment.bytes();
    if (mayBeTorn) {
      logger.warn(
          "{}: cut {} bytes after position {}: {}", name, excess, segment.last(), found.damage());
      wasCut = true;
      isDamaged |= found.isFollowed();
      if (found.isFollowed()) {
        damaged = found;
      } else {
        cut(found);
      }
    } else {
      logger.error(
          "{}: damaged after position {}: {}; its other {} bytes are passed over",
          name,
          segment.last(),
          found.damage(),
          excess);
    }
    return segment;
  }

  /** Returns whether the file ends with the same entry as the index. */
  private boolean isOfFile(SegmentIndex index) throws IOException {
    View view = index.view();
    if (index.end() != disk.size(Segment.nameOf(index.base()))) {
      return false;
    }
    if (view.count() == 0) {
      return true;
    }
    try {
      EntryRecord last = Segment.read(disk, view, view.last());
      return last.time().equals(index.times().last())
          && last.publication().topics().equals(view.topicsOf(view.last()))
          && last.isRetained() == view.isRetained(view.last());
    } catch (DamagedException e) {
      return false;
    }
  }

  /**
   * Cuts off the part that cannot be read, and the readable records after it. Call it when the
   * manifest says that another life has begun: after the cut the files do not show that entries are
   * missing.
   */
  void cutDamaged() throws IOException {
    if (damaged != null) {
      cut(damaged);
    }
  }

  private void cut(RecoveredSegment scan) throws IOException {
    Segment segment = scan.segment();
    try (Disk.Output file = disk.append(segment.name())) {
      if (!scan.hasHeader() || segment.index().count() == 0) {
        file.write(Segment.header(), Segment.HEADER, 0);
      }
      file.truncate(segment.bytes());
      file.sync();
    }
  }

  /**
   * Returns the contents that the log begins with: the segments, the latest state of each retained
   * topic, and in memory the newest entries.
   *
   * @param limits limit the entries that are read into memory
   * @param next the position of the next entry
   * @param isAfterHole whether no entry has the position before it
   * @param loss the loss of entries
   */
  LogContents contents(
      FileLogLimits limits,
      Function<EntryRecord, LogEntry> entryOf,
      long next,
      boolean isAfterHole,
      Loss loss)
      throws IOException {
    List<LogEntry> entries = isAfterHole ? List.of() : newestEntries(limits, entryOf, next - 1);
    long start = entries.isEmpty() ? next - 1 : entries.get(0).position() - 1;
    RetainedStates retained = new RetainedStates();
    CarriedStates carried = new CarriedStates();
    for (EntryRecord record : retained().headMap(start, true).values()) {
      LogEntry state = entryOf.apply(record);
      retained.put(state);
      if (state.position() < oldest()) {
        carried.add(state);
      }
    }
    Ring ring = new Ring(limits.hotEntries(), limits.hotBytes(), start);
    for (LogEntry entry : entries) {
      if (entry.isRetained()) {
        retained.put(entry);
      }
      ring.add(entry);
    }
    List<Segment> all = new ArrayList<>(segments);
    if (all.isEmpty() || isAfterHole) {
      all.add(new Segment(next));
    }
    return new LogContents(new Segments(all), ring, retained, carried, new Losses(loss));
  }

  private List<LogEntry> newestEntries(
      FileLogLimits limits, Function<EntryRecord, LogEntry> entryOf, long newest)
      throws IOException {
    List<LogEntry> entries = new ArrayList<>();
    long from = warmFrom(limits, newest);
    SegmentReader reader = new SegmentReader(disk, new RetainedStates(), entryOf);
    for (Segment segment : segments) {
      View view = segment.index().view();
      for (long after = Math.max(from, view.base()) - 1; after < view.last(); ) {
        try {
          after = reader.read(view, after, view.last(), entry -> true, BATCH, entries);
        } catch (DamagedException e) {
          logger.error("{}: position {} is damaged: {}", segment.name(), after, e.getMessage());
          after++; // the ring has no holes, so it begins after this one
          entries.clear();
        }
      }
    }
    return entries;
  }

  /**
   * Returns the position from which a few of the newest entries follow each other and are not too
   * large.
   */
  private long warmFrom(FileLogLimits limits, long newest) {
    long from = newest + 1;
    long bytes = 0;
    for (int i = segments.size() - 1; i >= 0 && segments.get(i).last() + 1 == from; i--) {
      View view = segments.get(i).index().view();
      while (from > view.base()) {
        bytes += view.endOf(from - 1) - view.placeOf(from - 1);
        if (newest - from + 1 == WARM || bytes > limits.hotBytes() / SHARE) {
          return from;
        }
        from--;
      }
    }
    return from;
  }

  private long oldest() {
    return segments.isEmpty() ? Long.MAX_VALUE : segments.get(0).base();
  }

  private NavigableMap<Long, EntryRecord> retained() throws IOException {
    CarriedStates.Found found = CarriedStates.read(disk);
    if (found.damage() != null) {
      logger.error(
          "{}: {}: damaged after {} states: {}",
          disk,
          CarriedStates.FILE,
          found.records().size(),
          found.damage());
    }
    Map<Long, EntryRecord> carried = new HashMap<>();
    LatestStates<Long> latest = new LatestStates<>();
    for (EntryRecord kept : found.records()) {
      if (kept.position() < oldest()) {
        carried.put(kept.position(), kept);
        var unused = latest.put(StateKey.of(kept.publication()), kept.position());
      }
    }
    segments.forEach(segment -> segment.index().collectStates(latest));
    NavigableMap<Long, EntryRecord> byPosition = new TreeMap<>();
    for (long position : latest.all()) {
      EntryRecord kept = carried.get(position);
      EntryRecord record = kept == null ? read(position) : kept;
      if (record != null) {
        byPosition.put(position, record);
      }
    }
    return byPosition;
  }

  /** Reads the entry at a position; if it is damaged, logs that and returns null. */
  private @Nullable EntryRecord read(long position) throws IOException {
    for (Segment segment : segments) {
      if (position >= segment.base() && position <= segment.last()) {
        try {
          return Segment.read(disk, segment.index().view(), position);
        } catch (DamagedException e) {
          logger.error("{}: position {} is damaged: {}", segment.name(), position, e.getMessage());
        }
      }
    }
    return null;
  }
}
