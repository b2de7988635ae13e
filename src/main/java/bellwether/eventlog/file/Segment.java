package bellwether.eventlog.file;

import bellwether.eventlog.file.EntryRecord.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file of a log: a header, and the records of entries whose positions count up from its base.
 * Beside it, once it grows no more, lies its index.
 */
record Segment(long base, SegmentIndex index) {
  /** Bytes of the header: a magic number, the version, and four that are zero. */
  static final int HEADER = 16;

  private static final byte[] MAGIC = "bellwlog".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final Pattern NAME = Pattern.compile("([0-9]{19})\\.log");
  private static final String INDEX = ".index";

  /** An empty one. */
  Segment(long base) {
    this(base, new SegmentIndex(base, HEADER));
  }

  static String nameOf(long base) {
    return "%019d.log".formatted(base);
  }

  /** The base of the segment whose file has this name; -1 if it is no segment's. */
  static long baseOf(String fileName) {
    Matcher matcher = NAME.matcher(fileName);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  static byte[] header() {
    return ByteBuffer.allocate(HEADER).put(MAGIC).putInt(VERSION).array();
  }

  /**
   * Looks at a file's header.
   *
   * @throws DamagedException if it is none
   * @throws IOException if its version is one that we do not know
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

  /** One before the base if it is empty. */
  long last() {
    return index.last();
  }

  /** How large its file is. */
  long bytes() {
    return index.end();
  }

  /** Reads one entry's record. */
  static EntryRecord read(ReadableDisk disk, SegmentIndex.View view, long position)
      throws IOException, DamagedException {
    int place = view.placeOf(position);
    byte[] bytes = disk.read(nameOf(view.base()), place, view.endOf(position) - place);
    return decode(bytes, 0, position);
  }

  /** Reads the record at this place, which must be that position's. */
  static EntryRecord decode(byte[] bytes, int offset, long position) throws DamagedException {
    EntryRecord entry = EntryRecord.decode(bytes, offset);
    if (entry.position() != position) {
      throw new DamagedException("position " + entry.position() + " in place of " + position);
    }
    return entry;
  }
}
