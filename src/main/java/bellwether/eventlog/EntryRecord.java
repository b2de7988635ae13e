package bellwether.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.topic.Topic;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The record of an entry in a file, version 1. Numbers are big-endian, texts UTF-8:
 *
 * <pre>
 * int   length of the body
 * int   CRC-32C (RFC 3720) of the length and the body
 * body:
 *   byte  flags, see below
 *   long  position
 *   long  time, in microseconds since 1970
 *   short number of topics, and each: short length, text
 *   each if its flag says so: id, type, idempotency key: short length, text
 *   if its flag says so: long retry, in milliseconds
 *   the data, to the end
 * </pre>
 *
 * @param isRetained whether it is a state
 * @param isContinued whether the next record belongs to the same append: if that one is missing,
 *     this one does not count either
 */
public record EntryRecord(
    long position, Instant time, Publication publication, boolean isRetained, boolean isContinued) {
  public static final int HEAD = 8; // bytes before the body
  public static final int MIN_LENGTH = HEAD + 1 + 8 + 8 + 2; // bytes of the shortest record

  private static final int PRIVATE = 1;
  private static final int RETAINED = 2;
  private static final int CONTINUED = 4;
  private static final int HAS_ID = 8;
  private static final int HAS_TYPE = 16;
  private static final int HAS_KEY = 32;
  private static final int HAS_RETRY = 64;
  private static final int FIXED = MIN_LENGTH - HEAD;

  /** Thrown when bytes are not a whole record, or not the ones that were written. */
  public static final class DamagedException extends Exception {
    private static final long serialVersionUID = 1L;

    public DamagedException(String what) {
      super(what, null, false, false); // an answer, not a fault: no stack
    }
  }

  public static EntryRecord of(LogEntry entry, boolean isContinued) {
    return new EntryRecord(
        entry.position(), entry.time(), entry.publication(), entry.isRetained(), isContinued);
  }

  /** Returns the whole record, ready to be written. */
  public byte[] encode() {
    List<byte[]> topics = new ArrayList<>();
    int length = FIXED;
    for (Topic topic : publication.topics()) {
      byte[] text = topic.name().getBytes(UTF_8);
      topics.add(text);
      length += 2 + text.length;
    }
    byte[] id = bytes(publication.id());
    byte[] type = bytes(publication.type());
    byte[] key = bytes(publication.idempotencyKey());
    byte[] data = publication.utf8();
    Duration retry = publication.retry();
    length += lengthOf(id) + lengthOf(type) + lengthOf(key) + (retry == null ? 0 : 8) + data.length;

    ByteBuffer out = ByteBuffer.allocate(HEAD + length);
    out.putInt(length).putInt(0);
    out.put((byte) flags()).putLong(position).putLong(micros(time));
    out.putShort((short) topics.size());
    topics.forEach(topic -> put(out, topic));
    put(out, id);
    put(out, type);
    put(out, key);
    if (retry != null) {
      out.putLong(retry.toMillis());
    }
    out.put(data);
    byte[] record = out.array();
    out.putInt(4, checksum(record, 0, length));
    return record;
  }

  /**
   * Returns the length of the record at this place, head included; 0 if its head is not all there.
   *
   * @throws DamagedException if no record can be so long
   */
  public static int lengthAt(byte[] bytes, int offset) throws DamagedException {
    if (bytes.length - offset < HEAD) {
      return 0;
    }
    int length = ByteBuffer.wrap(bytes).getInt(offset);
    if (length < FIXED || length > Integer.MAX_VALUE - HEAD) {
      throw new DamagedException("a length of " + length);
    }
    return HEAD + length;
  }

  /**
   * Returns the position that a record at this place would have, if its first {@link #MIN_LENGTH}
   * bytes are there.
   */
  public static long positionAt(byte[] bytes, int offset) {
    return ByteBuffer.wrap(bytes).getLong(offset + HEAD + 1);
  }

  /**
   * Reads the record at this place.
   *
   * @throws DamagedException if it is incomplete, or not as it was written
   */
  public static EntryRecord decode(byte[] bytes, int offset) throws DamagedException {
    int length = lengthAt(bytes, offset);
    if (length == 0 || length > bytes.length - offset) {
      throw new DamagedException("an end within a record");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length).slice();
    if (in.getInt(4) != checksum(bytes, offset, length - HEAD)) {
      throw new DamagedException("a wrong checksum");
    }
    try {
      return decode(in.position(HEAD));
    } catch (BufferUnderflowException | IllegalArgumentException | CharacterCodingException e) {
      throw new DamagedException("no entry: " + e.getMessage());
    }
  }

  private static EntryRecord decode(ByteBuffer in) throws CharacterCodingException {
    int flags = in.get();
    long position = in.getLong();
    Instant time = time(in.getLong());
    int count = in.getShort();
    List<Topic> topics = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      topics.add(new Topic(text(in)));
    }
    String id = (flags & HAS_ID) != 0 ? text(in) : null;
    String type = (flags & HAS_TYPE) != 0 ? text(in) : null;
    String key = (flags & HAS_KEY) != 0 ? text(in) : null;
    Duration retry = (flags & HAS_RETRY) != 0 ? Duration.ofMillis(in.getLong()) : null;
    String data = decode(in, in.remaining());
    boolean isPrivate = (flags & PRIVATE) != 0;
    return new EntryRecord(
        position,
        time,
        Publication.kept(topics, isPrivate, id, type, retry, data, key),
        (flags & RETAINED) != 0,
        (flags & CONTINUED) != 0);
  }

  private int flags() {
    return (publication.isPrivate() ? PRIVATE : 0)
        | (isRetained ? RETAINED : 0)
        | (isContinued ? CONTINUED : 0)
        | (publication.id() != null ? HAS_ID : 0)
        | (publication.type() != null ? HAS_TYPE : 0)
        | (publication.idempotencyKey() != null ? HAS_KEY : 0)
        | (publication.retry() != null ? HAS_RETRY : 0);
  }

  private static int checksum(byte[] record, int offset, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(record, offset, 4);
    checksum.update(record, offset + HEAD, length);
    return (int) checksum.getValue();
  }

  public static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  public static Instant time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(UTF_8);
  }

  private static int lengthOf(byte @Nullable [] text) {
    return text == null ? 0 : 2 + text.length;
  }

  private static void put(ByteBuffer out, byte @Nullable [] text) {
    if (text != null) {
      out.putShort((short) text.length).put(text);
    }
  }

  private static String text(ByteBuffer in) throws CharacterCodingException {
    return decode(in, in.getShort());
  }

  private static String decode(ByteBuffer in, int length) throws CharacterCodingException {
    ByteBuffer slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return UTF_8.newDecoder().decode(slice).toString();
  }
}
