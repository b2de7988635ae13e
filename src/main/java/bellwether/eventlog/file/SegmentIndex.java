package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LatestStates;
import bellwether.eventlog.Losses;
import bellwether.eventlog.Publication;
import bellwether.eventlog.StateKey;
import bellwether.topic.Topic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An index of a segment's entries, used without reading them: the place of each in the file, its
 * topics, and the names of the entries. Grows under the log's lock; a {@link View} may be read
 * without it.
 */
final class SegmentIndex {
  /*
   * The index has two columns, eight bytes for each entry: its place in the file, and the number of
   * its list of topics, with a bit that marks retained entries and one that marks private ones.
   * Each list itself is kept once. So a reader's entries are found by comparing numbers, whatever
   * its filter is; see decision 0016.
   *
   * The index is saved beside a segment that no longer grows, and made anew from the segment if it
   * is lost.
   */
  /**
   * The version of the saved format. Version 1 had no private entries, no two entries of one id,
   * and only the last entry's time: such an index is made anew.
   */
  private static final int VERSION = 2;

  private final long base;
  private int[] places = new int[64];
  private int[] kinds = new int[64];
  private int count;
  private TopicLists topics = new TopicLists();
  private NameTable ids = new NameTable();
  private NameTable keys = new NameTable();
  private int end; // end of the last entry in the file
  private SegmentTimes times = new SegmentTimes();
  private long lastEvent; // position of the last event; 0 if there is none
  private Instant latestEventTime = Instant.MIN; // of all events

  private static final int STATE = 1; // bits of a kind; above them is the number
  private static final int PRIVATE = 2;
  private static final int NUMBER = 2;

  /**
   * A view of the entries that the index had when the view was made; that part of the arrays does
   * not change.
   */
  static final class View {
    private final long base;
    private final int count;
    private final int end;
    private final int[] places;
    private final int[] kinds;
    private final TopicLists.View topics;
    private final Instant latestTime;
    private final boolean isSorted;

    private View(SegmentIndex index) {
      base = index.base;
      count = index.count;
      end = index.end;
      places = index.places;
      kinds = index.kinds;
      topics = index.topics.view();
      latestTime = index.times.latest();
      isSorted = index.times.areSorted();
    }

    long base() {
      return base;
    }

    int count() {
      return count;
    }

    /** Returns the latest time of any entry. */
    Instant latestTime() {
      return latestTime;
    }

    /** Returns whether no entry is older than the one before it. */
    boolean isSorted() {
      return isSorted;
    }

    /** Returns a number greater than any entry's {@link #topicNumberOf}. */
    int topicNumbers() {
      return topics.end();
    }

    int placeOf(long position) {
      return places[(int) (position - base)];
    }

    int endOf(long position) {
      int next = (int) (position - base) + 1;
      return next < count ? places[next] : end;
    }

    List<Topic> topicsOf(long position) {
      return topics.list(topicNumberOf(position));
    }

    /**
     * Returns the number of an entry's list of topics, below {@link #topicNumbers}; equal for equal
     * lists.
     */
    int topicNumberOf(long position) {
      return kinds[(int) (position - base)] >>> NUMBER;
    }

    /** Returns the hash of an entry's one topic; or {@link TopicLists#SEVERAL}. */
    int topicHashOf(long position) {
      return topics.hash(topicNumberOf(position));
    }

    boolean isRetained(long position) {
      return (kinds[(int) (position - base)] & STATE) != 0;
    }

    boolean isPrivate(long position) {
      return (kinds[(int) (position - base)] & PRIVATE) != 0;
    }

    long last() {
      return base + count - 1;
    }
  }

  /**
   * Creates an empty index.
   *
   * @param base the position of the first entry
   * @param start the first entry's place in the file
   */
  SegmentIndex(long base, int start) {
    this.base = base;
    this.end = start;
  }

  long base() {
    return base;
  }

  int count() {
    return count;
  }

  /** Returns the last position; one before the first if there is none. */
  long last() {
    return base + count - 1;
  }

  /** Returns the place where the next record would begin. */
  int end() {
    return end;
  }

  /** Returns the earliest time of any entry. */
  Instant firstTime() {
    return times.earliest();
  }

  SegmentTimes times() {
    return times;
  }

  /** Returns the loss of all its events, if the segment were dropped; no loss if it has none. */
  Losses.Loss lastEvent() {
    return lastEvent == 0 ? Losses.Loss.NONE : new Losses.Loss(lastEvent, latestEventTime);
  }

  View view() {
    return new View(this);
  }

  /** Returns the positions of entries that may have this id, newest first. */
  List<Long> withId(String id, int max) {
    List<Long> positions = new ArrayList<>();
    int number = ids.find(id);
    for (; number != NameTable.NONE && positions.size() < max; number = ids.before(number)) {
      positions.add(positionOf(number));
    }
    return positions;
  }

  /** Returns the position of the entry that may have this idempotency key; -1 if none does. */
  long findKey(String key) {
    return positionOf(keys.find(key));
  }

  /** Makes room for more entries, so that adding them allocates nothing. */
  void reserve(int entries, int moreIds, int moreKeys) {
    if (count + entries > places.length) {
      int length = Math.max(2 * places.length, count + entries);
      int[] longerPlaces = Arrays.copyOf(places, length);
      kinds = Arrays.copyOf(kinds, length);
      places = longerPlaces;
    }
    ids.reserve(moreIds, count + entries);
    keys.reserve(moreKeys, 0);
  }

  /** Adds the next entry, whose record has this length. */
  void add(
      long position, Publication publication, Instant time, boolean isRetained, int recordLength) {
    reserve(1, 1, 1);
    int number = numberOf(publication.topics());
    add(position, publication, number, time, isRetained, recordLength);
  }

  /**
   * Adds the next entry, for which there is room.
   *
   * @param topicNumber the {@link #numberOf} its topics
   */
  void add(
      long position,
      Publication publication,
      int topicNumber,
      Instant time,
      boolean isRetained,
      int recordLength) {
    if (position != base + count) {
      throw new IllegalStateException("position " + position + " does not follow " + last());
    }
    places[count] = end;
    kinds[count] =
        topicNumber << NUMBER | (isRetained ? STATE : 0) | (publication.isPrivate() ? PRIVATE : 0);
    if (publication.id() != null) {
      ids.put(publication.id(), count);
    }
    String key = publication.idempotencyKey();
    if (key != null && keys.find(key) == NameTable.NONE) { // the first counts
      keys.put(key, count);
    }
    times.add(time);
    if (!isRetained) {
      lastEvent = position;
      latestEventTime = time.isAfter(latestEventTime) ? time : latestEventTime;
    }
    end += recordLength;
    count++;
  }

  /** Releases the objects that only growing needs. */
  void close() {
    int[] exactPlaces = Arrays.copyOf(places, Math.max(1, count));
    int[] exactKinds = Arrays.copyOf(kinds, Math.max(1, count));
    topics.close();
    kinds = exactKinds;
    places = exactPlaces;
  }

  /** Adds the positions of the latest state of each topic to those of older segments. */
  void collectStates(LatestStates<Long> positions) {
    for (int i = 0; i < count; i++) {
      if ((kinds[i] & STATE) != 0) {
        List<Topic> list = topics.list(kinds[i] >>> NUMBER);
        var unused = positions.put(StateKey.of(list, (kinds[i] & PRIVATE) != 0), base + i);
      }
    }
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 8 * count);
    try {
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(VERSION);
      out.writeLong(base);
      out.writeInt(count);
      out.writeInt(end);
      times.write(out);
      out.writeLong(lastEvent == 0 ? 0 : EntryRecord.micros(latestEventTime));
      out.writeLong(lastEvent);
      topics.write(out);
      for (int i = 0; i < count; i++) {
        out.writeInt(places[i]);
        out.writeInt(kinds[i]);
      }
      ids.write(out);
      keys.write(out);
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new IllegalStateException(e); // writing to an array does not fail
    }
    return bytes.toByteArray();
  }

  /**
   * Decodes what {@link #encode} made; returns null if it is something else, or of another version.
   */
  static @Nullable SegmentIndex decode(byte[] bytes) {
    int length = bytes.length - 4;
    try (DataInputStream tail =
            new DataInputStream(new ByteArrayInputStream(bytes, Math.max(0, length), 4));
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      boolean isWhole = length > 0 && tail.readInt() == checksum(bytes, length);
      int version = isWhole ? in.readInt() : 0;
      return version == VERSION ? decode(in) : null;
    } catch (IOException | RuntimeException e) {
      return null; // the index can be made anew
    }
  }

  private static SegmentIndex decode(DataInputStream in) throws IOException {
    long base = in.readLong();
    int count = in.readInt();
    SegmentIndex index = new SegmentIndex(base, in.readInt());
    index.count = count;
    SegmentTimes times = SegmentTimes.read(in);
    index.times = count == 0 ? new SegmentTimes() : times;
    Instant latestEvent = EntryRecord.time(in.readLong());
    index.lastEvent = in.readLong();
    index.latestEventTime = index.lastEvent == 0 ? Instant.MIN : latestEvent;
    index.topics = TopicLists.read(in);
    index.places = new int[Math.max(1, count)];
    index.kinds = new int[Math.max(1, count)];
    for (int i = 0; i < count; i++) {
      index.places[i] = in.readInt();
      index.kinds[i] = in.readInt();
    }
    index.ids = NameTable.read(in);
    index.keys = NameTable.read(in);
    return index;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  /** Returns the number of a list of topics; a new list gets a number. */
  int numberOf(List<Topic> list) {
    return topics.numberOf(list);
  }

  private long positionOf(int number) {
    return number == NameTable.NONE ? -1 : base + number;
  }
}
