package bellwether.bench.layout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;

import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * A file of the log, 64 MiB when full. A record has int length, int CRC32C of the entry, position,
 * topic, and zeros for all else. All are as long, so where they lie is known here.
 */
record Segment(int number, Path file, long first, long last) {
  static final int RECORD = 263; // bytes
  static final int ENTRIES = 256_000; // of a full one
  static final int BLOCK = 16 * RECORD; // some 4 KiB
  private static final int HEADER = 8;
  private static final int NAME = HEADER + 8 + 1; // behind the position and its length

  /** Writes records until it is full, or there are so many, and tells the layouts of each. */
  static Segment write(int number, Supplier<Topic> topics, List<Layout> told) throws IOException {
    Path file = Files.createTempFile("layouts", ".log");
    file.toFile().deleteOnExit();
    long after = (long) number * ENTRIES;
    var segment = new Segment(number, file, after + 1, Math.min(after + ENTRIES, Workload.EVENTS));
    ByteBuffer records = ByteBuffer.allocate(segment.offsetOf(segment.last + 1));
    for (long position = after + 1; position <= segment.last; position++) {
      int offset = records.position();
      Topic topic = topics.get();
      records.put(record(position, topic));
      told.forEach(layout -> layout.index(number, offset, topic));
    }
    Files.write(file, records.array(), WRITE, SYNC); // or it would be written back later
    return segment;
  }

  int offsetOf(long position) {
    return (int) (position - first) * RECORD;
  }

  int blocks() {
    return offsetOf(last + 1) / BLOCK;
  }

  private static byte[] record(long position, Topic topic) {
    byte[] name = topic.name().getBytes(UTF_8);
    ByteBuffer to = ByteBuffer.allocate(RECORD).putInt(RECORD - HEADER).putInt(0);
    to.putLong(position).put((byte) name.length).put(name);
    return to.putInt(4, checksum(to.array(), 0)).array();
  }

  static long positionOf(byte[] records, int at) {
    return ByteBuffer.wrap(records).getLong(at + HEADER);
  }

  static boolean hasTopic(byte[] records, int at, byte[] topic) {
    int name = at + NAME;
    return Arrays.equals(records, name, name + records[name - 1], topic, 0, topic.length);
  }

  static Topic topicOf(byte[] records, int at) {
    return new Topic(new String(records, at + NAME, records[at + NAME - 1], UTF_8));
  }

  /** A copy of the whole record, once its checksum is found right. */
  static byte[] copy(byte[] records, int at) {
    if (ByteBuffer.wrap(records).getInt(at + 4) != checksum(records, at)) {
      throw new IllegalStateException("a record is damaged");
    }
    return Arrays.copyOfRange(records, at, at + RECORD);
  }

  private static int checksum(byte[] records, int at) {
    CRC32C crc = new CRC32C();
    crc.update(records, at + HEADER, RECORD - HEADER);
    return (int) crc.getValue();
  }
}
