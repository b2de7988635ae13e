package bellwether.eventlog.file;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Losses;
import bellwether.eventlog.NewestPart;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.eventlog.ReadResult.Pending;
import bellwether.eventlog.ReadingRoom;
import bellwether.eventlog.file.SegmentIndex.View;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a log in files: entries in memory from there, the others from the disk. Any thread. */
final class FileLogReader {
  /*
   * In the order of positions there are the retained entries without a segment, then the segments,
   * and, within the last of those, the ring. A loss is noted before its segment is deleted, and
   * reading looks at the losses last; so it misses none. If a file is gone when it has to be read,
   * it was dropped meanwhile. An entry whose bytes are not the ones that were written is lost too,
   * for every reader that reaches it; so are positions between two segments, which no entry has,
   * unless they were skipped on purpose. When the disk fails, nothing is lost: readers wait until it works.
   */
  private static final Logger logger = LoggerFactory.getLogger(FileLogReader.class);

  private final Disk disk;
  private final NewestPart newest;
  private final Segments segments;
  private final Losses losses;
  private final Epochs epochs;
  private final Function<EntryRecord, LogEntry> entryOf;
  private final ReadingRoom room;
  private final SegmentReader reader;

  private volatile @Nullable Segment unreadable; // the disk failed there, and was not tried since

  /**
   * @param readingBytes the most bytes of memory for reading large entries
   */
  FileLogReader(
      Disk disk,
      LogContents contents,
      Epochs epochs,
      Function<EntryRecord, LogEntry> entryOf,
      long readingBytes) {
    this.disk = disk;
    this.newest = new NewestPart(contents.ring(), contents.retained());
    this.segments = contents.segments();
    this.losses = contents.losses();
    this.epochs = epochs;
    this.entryOf = entryOf;
    this.room = new ReadingRoom(readingBytes);
    this.reader = new SegmentReader(disk, room, contents.retained(), entryOf);
  }

  /** Reads entries without waiting: see {@link EventLog#read}. */
  ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
    return newest.read(place, upTo, wanted, limit, segments::oldest, losses::through);
  }

  /** Reads entries, and waits for the disk if need be: see {@link EventLog#readSlowly}. */
  ReadResult readSlowly(Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    while (true) {
      ReadResult result = read(place, upTo, wanted, limit);
      if (!(result instanceof Pending pending)) {
        return result;
      }
      ReadResult fetched = fetch(place, pending.until(), wanted, limit, mostBytes);
      if (fetched != null && !place.isBehind(losses.through())) {
        return fetched;
      } // otherwise it was lost meanwhile: look again
    }
  }

  /** Reads entries from the disk; returns null if the file was dropped. */
  private @Nullable ReadResult fetch(
      Place place, long upTo, EntryFilter wanted, int limit, long mostBytes) {
    long after = place.after();
    List<Segment> all = segments.list();
    if (after < all.get(0).base() - 1) {
      return null; // the next entries were dropped meanwhile, perhaps without a loss
    }
    long end = all.get(0).base() - 1; // of the segment before
    for (Segment segment : all) {
      View view = segments.view(segment);
      if (view.last() <= after) {
        end = view.last();
        continue;
      }
      long hole = view.base() - 1; // the last position that no entry has
      if (place.isBehind(hole) && !epochs.areSkipped(end + 1, hole)) {
        return new Evicted(hole, hole);
      }
      long from = Math.max(after, hole);
      try {
        ReadResult result = reader.read(view, from, upTo, wanted, limit, mostBytes);
        if (result instanceof Batch) {
          readable(segment);
        }
        return result;
      } catch (DamagedException e) {
        long damaged = from + 1;
        logger.error("{}: position {} is damaged: {}", segment.name(), damaged, e.getMessage());
        return damaged > place.lossToldThrough()
            ? new Evicted(damaged, damaged)
            : new Batch(List.of(), damaged);
      } catch (NoSuchFileException e) {
        if (segments.list().contains(segment)) {
          throw cannotRead(segment, e);
        }
        return null;
      } catch (IOException e) {
        throw cannotRead(segment, e);
      }
    }
    return place.isBehind(upTo) // positions that no entry has follow, and then the ring
        ? new Evicted(upTo, upTo)
        : new Batch(List.of(), upTo);
  }

  /** Returns the entry at the position, or null if it is not in memory. */
  @Nullable LogEntry inMemory(long position) {
    return newest.at(position);
  }

  /**
   * Returns the entry at the position, or null if it has been dropped, or is damaged. May wait for
   * the disk.
   */
  @Nullable LogEntry entryAt(long position) {
    LogEntry inMemory = inMemory(position);
    Segment segment = inMemory == null ? segments.with(position) : null;
    if (segment == null) {
      return inMemory;
    }
    try {
      View view = segments.view(segment);
      int taken = room.enter(view.endOf(position) - view.placeOf(position));
      try {
        return entryOf.apply(Segment.read(disk, view, position));
      } finally {
        room.leave(taken);
      }
    } catch (DamagedException e) {
      logger.error("{}: position {} is damaged: {}", segment.name(), position, e.getMessage());
      return null;
    } catch (IOException e) {
      if (segments.list().contains(segment)) {
        throw cannotRead(segment, e);
      }
      return null; // dropped meanwhile
    }
  }

  boolean isWell() {
    return unreadable == null;
  }

  /** Tries again to read the segment that could not be read. */
  void tryAgain() {
    Segment segment = unreadable;
    if (segment == null) {
      return;
    }
    try {
      byte[] header = disk.read(segment.name(), 0, Segment.HEADER);
      Segment.requireHeader(segment.name(), header);
      readable(segment);
    } catch (IOException | DamagedException e) {
      if (!segments.list().contains(segment)) {
        unreadable = null;
      }
    }
  }

  private void readable(Segment segment) {
    if (segment.equals(unreadable)) {
      unreadable = null;
      logger.info("{}: {} can be read again", disk, segment.name());
    }
  }

  private LogUnavailableException cannotRead(Segment segment, IOException e) {
    if (unreadable == null) {
      logger.error("{}: {} cannot be read: {}", disk, segment.name(), e.toString());
    }
    unreadable = segment;
    String message = "the event log cannot be read: " + e.getMessage();
    return new LogUnavailableException(message, e, segment.base(), segments.view(segment).last());
  }
}
