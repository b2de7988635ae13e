package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a log: a header, and the records of entries whose positions count up from its base.
 * Once it no longer grows, its index lies beside it.
 */
record Segment(long base, SegmentIndex index) {
  /** The length of the header: a magic number, the version, and four bytes that are zero. */
  static final int HEADER = 16;

  private static final byte[] MAGIC = "bellwlog".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final Pattern NAME = Pattern.compile("([0-9]{19})\\.log");
  private static final String INDEX = ".index";

  /** Creates an empty segment. */
  Segment(long base) {
    this(base, new SegmentIndex(base, HEADER));
  }

  static String nameOf(long base) {
    return "%019d.log".formatted(base);
  }

  /** Returns the base of the segment whose file has this name; -1 if the file is not a segment. */
  static long baseOf(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  static byte[] header() {
    return ByteBuffer.allocate(HEADER).put(MAGIC).putInt(VERSION).array();
  }

  /**
   * Checks a file's header.
   *
   * @throws DamagedException if it is not a header
   * @throws IOException if its version is unknown
   */
  static void requireHeader(String name, byte[] header) throws DamagedException, IOException {
    ByteBuffer in = ByteBuffer.wrap(header);
    if (header.length < HEADER || !in.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
      throw new DamagedException("no header");
    }
    int version = in.getInt(MAGIC.length);
    if (version != VERSION) {
      throw new IOException(name + " is in format " + version + ", and we know " + VERSION);
    }
  }

  String name() {
    return nameOf(base);
  }

  String indexName() {
    return name() + INDEX;
  }

  /** Returns the last position; one before the base if the segment is empty. */
  long last() {
    return index.last();
  }

  /** Returns the size of the segment's file. */
  long bytes() {
    return index.end();
  }

  /** Reads the record of one entry. */
  static EntryRecord read(ReadableDisk disk, SegmentIndex.View view, long position)
      throws IOException, DamagedException {
    int place = view.placeOf(position);
    byte[] bytes = disk.read(nameOf(view.base()), place, view.endOf(position) - place);
    return decode(bytes, 0, position);
  }

  /** Reads the record at this place, which must be the one of that position. */
  static EntryRecord decode(byte[] bytes, int offset, long position) throws DamagedException {
    EntryRecord entry = EntryRecord.decode(bytes, offset);
    if (entry.position() != position) {
      throw new DamagedException("position " + entry.position() + " in place of " + position);
    }
    return entry;
  }
}
