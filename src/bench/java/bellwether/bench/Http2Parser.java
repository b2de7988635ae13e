package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The client's side of one HTTP/2 connection with many event streams, as far as benchmarks need it:
 * it takes the server's frames apart, in pieces cut anywhere, and says what is to be sent. Not
 * thread-safe.
 *
 * <p>Its windows are so large that it never has to say that they are open again.
 */
final class Http2Parser implements Answers {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
  private static final int HEAD = 9; // bytes of a frame before its payload
  private static final int LARGEST_WINDOW = Integer.MAX_VALUE;
  private static final int FIRST_WINDOW = 65_535;
  private static final int INITIAL_WINDOW_SIZE = 4; // the setting

  // Types of frames.
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  // Flags.
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;

  private static final int STATUS_200 = 0x88; // as HPACK has it

  private final List<EventParser> streams = new ArrayList<>(); // with the ids 1, 3, 5, …
  private final ByteArrayOutputStream replies = new ByteArrayOutputStream();
  private final ByteBuffer head = ByteBuffer.allocate(HEAD);
  private byte[] payload = {};
  private int have; // bytes of the payload
  private int opened;
  private int ended;

  /** Begins a connection. */
  static byte[] greeting() {
    ByteBuffer greeting = ByteBuffer.allocate(PREFACE.length + HEAD + 6 + HEAD + 4);
    greeting.put(PREFACE);
    greeting.put(frame(SETTINGS, 0, 0, 6)).putShort((short) INITIAL_WINDOW_SIZE);
    greeting.putInt(LARGEST_WINDOW);
    greeting.put(frame(WINDOW_UPDATE, 0, 0, 4)).putInt(LARGEST_WINDOW - FIRST_WINDOW);
    return greeting.array();
  }

  /**
   * Returns what opens the next stream.
   *
   * @param path shorter than 127 characters
   */
  byte[] request(String path, Ledger.Line line) {
    streams.add(new EventParser(line));
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    fields.write(0x82); // :method: GET
    fields.write(0x87); // :scheme: https
    fields.write(0x01);
    text(fields, "localhost"); // :authority
    fields.write(0x04);
    text(fields, path);
    fields.write(0x0f); // a name of the static table, the 19th
    fields.write(19 - 15);
    text(fields, "text/event-stream");
    byte[] bytes = fields.toByteArray();
    int id = 2 * streams.size() - 1;
    return ByteBuffer.allocate(HEAD + bytes.length)
        .put(frame(HEADERS, END_STREAM | END_HEADERS, id, bytes.length))
        .put(bytes)
        .array();
  }

  private static void text(ByteArrayOutputStream fields, String text) {
    fields.write(text.length());
    fields.writeBytes(text.getBytes(ISO_8859_1));
  }

  private static byte[] frame(int type, int flags, int stream, int length) {
    return ByteBuffer.allocate(HEAD)
        .put((byte) (length >> 16))
        .putShort((short) length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .array();
  }

  @Override
  public void parse(byte[] bytes, int from, int to) throws ProtocolException {
    int at = from;
    while (at < to || (head.position() == HEAD && have == length())) {
      if (head.position() < HEAD) {
        head.put(bytes[at++]);
        continue;
      }
      if (payload.length < length()) {
        payload = new byte[length()];
      }
      int count = Math.min(length() - have, to - at);
      System.arraycopy(bytes, at, payload, have, count);
      at += count;
      have += count;
      if (have == length()) {
        whole();
        head.clear();
        have = 0;
      }
    }
  }

  private int length() {
    return (head.get(0) & 0xff) << 16 | (head.getShort(1) & 0xffff);
  }

  private void whole() throws ProtocolException {
    int type = head.get(3);
    int flags = head.get(4);
    int stream = head.getInt(5);
    switch (type) {
      case DATA -> {
        boolean isPadded = (flags & PADDED) != 0;
        int end = isPadded ? have - (payload[0] & 0xff) : have;
        streams.get((stream - 1) / 2).parse(payload, isPadded ? 1 : 0, end);
      }
      case HEADERS -> opened(flags);
      case SETTINGS -> {
        if ((flags & ACK) == 0) {
          replies.writeBytes(frame(SETTINGS, ACK, 0, 0));
        }
      }
      case PING -> {
        if ((flags & ACK) == 0) {
          replies.writeBytes(frame(PING, ACK, 0, have));
          replies.write(payload, 0, have);
        }
      }
      case GOAWAY -> throw new ProtocolException("the server ends a connection");
      case RST_STREAM -> ended++;
      default -> {}
    }
    if ((type == DATA || type == HEADERS) && (flags & END_STREAM) != 0) {
      ended++;
    }
  }

  /** Takes the head of an answer; a new size of HPACK's table may stand before the status. */
  private void opened(int flags) throws ProtocolException {
    int at = 0;
    while (at < have && (payload[at] & 0xe0) == 0x20) {
      boolean isLong = payload[at++] == 0x3f; // a number that goes on in the bytes that follow
      while (isLong && at < have) {
        isLong = payload[at++] < 0;
      }
    }
    if ((flags & PADDED) != 0 || at == have || (payload[at] & 0xff) != STATUS_200) {
      throw new ProtocolException("a stream was not answered with 200");
    }
    opened++;
  }

  /** What is to be sent to the server; empty most of the time. */
  byte[] takeReplies() {
    byte[] taken = replies.toByteArray();
    replies.reset();
    return taken;
  }

  /** How many streams have been answered. */
  int opened() {
    return opened;
  }

  /** How many streams the server has ended. */
  int ended() {
    return ended;
  }
}
