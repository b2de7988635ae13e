package bellwether.eventlog.file;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.TooLarge;
import bellwether.eventlog.ReadingRoom;
import bellwether.eventlog.RetainedStates;
import bellwether.eventlog.StateKey;
import bellwether.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the entries that a reader wants from a segment's file, and no others. Any thread. */
final class SegmentReader {
  /*
   * First the index says which entries may be wanted; then they are read, neighbours together. A
   * retained entry that is not the latest of its topic is skipped unread.
   */
  private static final int GAP = 4096; // bytes that are cheaper to read than to skip

  /**
   * The most bytes of entries in one read, except for a larger entry: about as many as in one
   * write. If more were read, the rest would be read again for the next write.
   */
  private static final int MAX = 8 << 10;

  private final Disk disk;
  private final ReadingRoom room;
  private final RetainedStates retained;
  private final Function<EntryRecord, LogEntry> entryOf;

  SegmentReader(
      Disk disk,
      ReadingRoom room,
      RetainedStates retained,
      Function<EntryRecord, LogEntry> entryOf) {
    this.disk = disk;
    this.room = room;
    this.retained = retained;
    this.entryOf = entryOf;
  }

  /** Creates a reader that shares its memory limit with no other. */
  SegmentReader(Disk disk, RetainedStates retained, Function<EntryRecord, LogEntry> entryOf) {
    this(disk, new ReadingRoom(Long.MAX_VALUE), retained, entryOf);
  }

  /**
   * Reads entries of any size in {@code (after, upTo]}, as far as the segment goes.
   *
   * @param found receives the wanted entries
   * @return the last position that it looked at, greater than {@code after}
   * @throws DamagedException if the very next entry cannot be read
   */
  long read(
      SegmentIndex.View view,
      long after,
      long upTo,
      EntryFilter wanted,
      int limit,
      List<LogEntry> found)
      throws IOException, DamagedException {
    Batch batch = (Batch) read(view, after, upTo, wanted, limit, Long.MAX_VALUE);
    found.addAll(batch.entries());
    return batch.reached();
  }

  /**
   * Reads entries like the other method, unless the first wanted entry is larger than the limit.
   *
   * @return the wanted entries, up to a position past {@code after}; or that the first of them is
   *     too large
   * @throws DamagedException if the very next entry cannot be read
   */
  ReadResult read(
      SegmentIndex.View view, long after, long upTo, EntryFilter wanted, int limit, long mostBytes)
      throws IOException, DamagedException {
    long end = Math.min(upTo, view.last());
    List<Long> positions = new ArrayList<>();
    long looked = select(view, after, end, upTo, wanted, limit, positions);
    List<LogEntry> found = new ArrayList<>();
    if (positions.isEmpty()) {
      return new Batch(found, looked);
    }
    int first = view.endOf(positions.get(0)) - view.placeOf(positions.get(0));
    if (first > mostBytes) {
      return new TooLarge(first);
    }
    int taken = room.enter(first); // only the first can be large
    try (ReadableDisk.Input file = disk.open(Segment.nameOf(view.base()))) {
      for (int from = 0; from < positions.size(); ) {
        int to = endOfRun(view, positions, from);
        int place = view.placeOf(positions.get(from));
        byte[] bytes = file.read(place, view.endOf(positions.get(to - 1)) - place);
        for (; from < to; from++) {
          long position = positions.get(from);
          try {
            LogEntry entry = entry(view, position, bytes, place);
            if (wanted.test(entry)) {
              found.add(entry);
            }
          } catch (DamagedException e) {
            if (position - 1 > after) {
              return new Batch(found, position - 1); // everything up to here is undamaged
            }
            throw e;
          }
        }
      }
    } finally {
      room.leave(taken);
    }
    return new Batch(found, looked);
  }

  /** Selects the entries to read, and returns the last position that it looked at. */
  private long select(
      SegmentIndex.View view,
      long after,
      long end,
      long upTo,
      EntryFilter wanted,
      int limit,
      List<Long> positions) {
    int[] exact = hashesOf(wanted.exactTopics());
    byte[] judged = new byte[view.topicNumbers()]; // by number: 0 not yet, 1 yes, 2 no
    int bytes = 0;
    for (long position = after + 1; position <= end; position++) {
      if (exact != null && !mayHave(exact, view.topicHashOf(position))) {
        continue;
      }
      int number = view.topicNumberOf(position);
      if (judged[number] == 0) {
        judged[number] = (byte) (wanted.mayConcern(view.topicsOf(position)) ? 1 : 2);
      }
      if (judged[number] == 1 && !isReplaced(view, position, upTo)) {
        bytes += view.endOf(position) - view.placeOf(position);
        if (bytes > MAX && !positions.isEmpty()) {
          return position - 1;
        }
        positions.add(position);
        if (positions.size() == limit) {
          return position;
        }
      }
    }
    return end;
  }

  private static int @Nullable [] hashesOf(@Nullable Set<Topic> topics) {
    return topics == null ? null : topics.stream().mapToInt(TopicLists::hash).sorted().toArray();
  }

  private static boolean mayHave(int[] exact, int hash) {
    return hash == TopicLists.SEVERAL
        || (exact.length == 1 ? exact[0] == hash : Arrays.binarySearch(exact, hash) >= 0);
  }

  private boolean isReplaced(SegmentIndex.View view, long position, long upTo) {
    if (!view.isRetained(position)) {
      return false;
    }
    LogEntry latest = latestFor(view, position);
    return latest != null && latest.position() > position && latest.position() <= upTo;
  }

  /** Returns the latest state for the readers that may read the entry at this position. */
  private @Nullable LogEntry latestFor(SegmentIndex.View view, long position) {
    return retained.latest(StateKey.of(view.topicsOf(position), view.isPrivate(position)));
  }

  private LogEntry entry(SegmentIndex.View view, long position, byte[] bytes, int start)
      throws DamagedException {
    EntryRecord record = Segment.decode(bytes, view.placeOf(position) - start, position);
    LogEntry entry = entryOf.apply(record);
    LogEntry latest = entry.isRetained() ? latestFor(view, position) : null;
    if (latest == null || latest.position() < position) {
      return entry;
    }
    if (latest.position() == position) {
      return latest;
    }
    entry.supersede(latest.position());
    return entry;
  }

  private static int endOfRun(SegmentIndex.View view, List<Long> positions, int from) {
    int to = from + 1;
    while (to < positions.size()
        && view.placeOf(positions.get(to)) - view.endOf(positions.get(to - 1)) <= GAP) {
      to++;
    }
    return to;
  }
}
