package bellwether.bench.layout;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** int length, int CRC32C of the entry: position, time, flags, topics, id, type, retry, data. */
final class RecordFormat {
  private static final byte[] DATA = "x".repeat(200).getBytes(UTF_8);
  private static final int HEADER = 8;
  private static final int TOPICS = HEADER + 8 + 8 + 1; // position, time, flags

  private RecordFormat() {}

  /** A record of one topic, without id, type and retry. */
  static void write(ByteBuffer to, long position, String topic) {
    int start = to.position();
    byte[] name = topic.getBytes(UTF_8);
    to.position(start + HEADER);
    to.putLong(position).putLong(position).put((byte) 0);
    to.put((byte) 1).putShort((short) name.length).put(name);
    to.putShort((short) 0).putShort((short) 0).putInt(-1).putInt(DATA.length).put(DATA);
    to.putInt(start, to.position() - start - HEADER).putInt(start + 4, checksum(to, start));
  }

  /** Bytes of the record at this index, its header included. */
  static int size(ByteBuffer from, int at) {
    return HEADER + from.getInt(at);
  }

  static long position(ByteBuffer from, int at) {
    return from.getLong(at + HEADER);
  }

  static boolean hasTopic(ByteBuffer from, int at, byte[] topic) {
    int index = at + TOPICS + 1;
    for (int left = from.get(at + TOPICS); left > 0; left--) {
      int length = from.getShort(index);
      if (length == topic.length && equal(from, index + 2, topic)) {
        return true;
      }
      index += 2 + length;
    }
    return false;
  }

  /** The first topic; those written here have no other. */
  static String topic(ByteBuffer from, int at) {
    byte[] name = new byte[from.getShort(at + TOPICS + 1)];
    from.get(at + TOPICS + 3, name);
    return new String(name, UTF_8);
  }

  /** A copy of the whole record, once its checksum is found right. */
  static byte[] copy(ByteBuffer from, int at) {
    if (from.getInt(at + 4) != checksum(from, at)) {
      throw new IllegalStateException("a record is damaged");
    }
    byte[] copy = new byte[size(from, at)];
    from.get(at, copy);
    return copy;
  }

  private static boolean equal(ByteBuffer from, int index, byte[] text) {
    for (int i = text.length - 1; i >= 0; i--) { // names differ at their end, if at all
      if (from.get(index + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  private static int checksum(ByteBuffer from, int at) {
    CRC32C crc = new CRC32C();
    crc.update(from.slice(at + HEADER, from.getInt(at)));
    return (int) crc.getValue();
  }
}
