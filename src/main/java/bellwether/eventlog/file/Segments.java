package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.eventlog.file.SegmentIndex.View;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments of a log, oldest first, with their indexes. Any thread. */
final class Segments {
  // Replaced under this lock, never changed; there always is a segment, and the last one grows.
  private volatile List<Segment> list;

  /** A search for a key in one segment: see {@link SegmentIndex}. */
  interface Search {
    long positionIn(SegmentIndex index);
  }

  Segments(List<Segment> list) {
    this.list = List.copyOf(list);
    list.subList(0, list.size() - 1).forEach(segment -> segment.index().close());
  }

  List<Segment> list() {
    return list;
  }

  /** Returns the segments that grow no more, each with its final index. */
  synchronized List<Segment> full() { // which does not come in between a list and its last index
    return list.subList(0, list.size() - 1);
  }

  /** Returns the position where the oldest segment begins. */
  long oldest() {
    return list.get(0).base();
  }

  Segment newest() {
    return list.get(list.size() - 1);
  }

  synchronized View view(Segment segment) {
    return segment.index().view();
  }

  /** Returns the segment that has this position, or null if none does. */
  synchronized @Nullable Segment with(long position) {
    for (Segment segment : list) {
      if (position >= segment.base() && position <= segment.last()) {
        return segment;
      }
    }
    return null;
  }

  /** Returns the positions, oldest first, of entries that may be the one sought. */
  synchronized List<Long> search(Search search) {
    List<Long> positions = new ArrayList<>();
    for (Segment segment : list) {
      long position = search.positionIn(segment.index());
      if (position >= 0) {
        positions.add(position);
      }
    }
    return positions;
  }

  /** Returns the positions in one segment, newest first, of entries that may have this id. */
  synchronized List<Long> withId(Segment segment, String id, int max) {
    return segment.index().withId(id, max);
  }

  synchronized long bytes() {
    return list.stream().mapToLong(Segment::bytes).sum();
  }

  /** Prepares to add entries to the newest segment, so that adding them allocates nothing. */
  synchronized void prepare(List<Appending> group) {
    SegmentIndex index = newest().index();
    int entries = 0;
    int ids = 0;
    int keys = 0;
    for (Appending appending : group) {
      for (int i = 0; i < appending.entries.size(); i++) {
        Publication publication = appending.entries.get(i).publication();
        appending.topicNumbers[i] = index.numberOf(publication.topics());
        entries++;
        ids += publication.id() == null ? 0 : 1;
        keys += publication.idempotencyKey() == null ? 0 : 1;
      }
    }
    index.reserve(entries, ids, keys);
  }

  /** Adds a prepared entry, whose record is the next of the newest segment. */
  synchronized void add(LogEntry entry, int topicNumber, int length) {
    newest()
        .index()
        .add(
            entry.position(),
            entry.publication(),
            topicNumber,
            entry.time(),
            entry.isRetained(),
            length);
  }

  /** Returns the list with the next segment added. */
  List<Segment> with(Segment next) {
    List<Segment> longer = new ArrayList<>(list);
    longer.add(next);
    return List.copyOf(longer);
  }

  /**
   * Begins a segment.
   *
   * @param longer see {@link #with}
   */
  synchronized void begin(List<Segment> longer) {
    SegmentIndex full = newest().index();
    list = longer;
    full.close(); // last: it can fail, and leaves the index as it is then
  }

  /**
   * Returns the oldest segments, which have to go so that the others are within the limits once the
   * newest is full.
   *
   * @param now for the limit of age
   * @param isToBegin whether a newer one is about to be begun
   */
  synchronized List<Segment> excess(FileLogLimits limits, Instant now, boolean isToBegin) {
    List<Segment> full = list.subList(0, list.size() - 1);
    long entries = limits.entriesOfSegment();
    long bytes = limits.bytesOfSegment();
    for (Segment segment : isToBegin ? list : full) {
      entries += segment.index().count();
      bytes += segment.bytes();
    }
    List<Segment> excess = new ArrayList<>();
    for (Segment segment : full) {
      boolean isWithin =
          entries <= limits.entries()
              && bytes <= limits.bytes()
              && !limits.isTooOld(timeOfLast(excess.size(), now), now);
      if (isWithin) {
        break;
      }
      excess.add(segment);
      entries -= segment.index().count();
      bytes -= segment.bytes();
    }
    return excess;
  }

  /**
   * Returns when a segment's last entry was appended, as far as that can be told: if the clock was
   * set back meanwhile, its times contradict each other, or the present time. Then the time of the
   * next segment counts.
   */
  private Instant timeOfLast(int number, Instant now) {
    SegmentTimes times = list.get(number).index().times();
    if (times.areSorted() && !times.latest().isAfter(now)) {
      return times.latest();
    }
    if (times.latest().isAfter(now) && !times.last().isAfter(now)) {
      return times.last();
    }
    boolean hasNext = number + 1 < list.size() && list.get(number + 1).index().count() > 0;
    return hasNext ? timeOfLast(number + 1, now) : times.latest();
  }

  /** Returns the list without the oldest segment. */
  List<Segment> withoutOldest() {
    return List.copyOf(list.subList(1, list.size()));
  }

  /**
   * Removes the oldest segment.
   *
   * @param shorter see {@link #withoutOldest}
   */
  synchronized void removeOldest(List<Segment> shorter) {
    list = shorter;
  }

  /** Deletes a segment's files. */
  static void delete(Disk disk, Segment segment) throws IOException {
    disk.delete(segment.indexName()); // first: the index is of no use without the segment
    disk.delete(segment.name());
  }
}
