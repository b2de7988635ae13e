package bellwether.harness;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * A connection of HTTP/2, frame by frame, as no client library lets one have it: it may leave
 * requests without their end, and takes nothing of what the answers bring.
 */
public final class UnreadHttp2 implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final short INITIAL_WINDOW = 4;
  private static final int FRAME_HEAD = 9;
  private static final int ALL = Integer.MAX_VALUE;
  private static final int WINDOW_AT_FIRST = 65_535;
  private static final int SMALLEST_BUFFER = 4096;

  private final Socket socket = new Socket();
  private final DataOutputStream out;
  private final DataInputStream in;
  private final String authority;
  private int lastStream = -1;

  private UnreadHttp2(Bellwether server, int window) {
    int port = server.process().port();
    authority = "localhost:" + port;
    try {
      socket.setReceiveBufferSize(SMALLEST_BUFFER); // so that the answers stay with the server
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      out = new DataOutputStream(socket.getOutputStream());
      in = new DataInputStream(socket.getInputStream());
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      byte[] setting = ByteBuffer.allocate(6).putShort(INITIAL_WINDOW).putInt(window).array();
      frame(SETTINGS, 0, 0, setting);
      if (window == ALL) {
        frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(ALL - WINDOW_AT_FIRST).array());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A client that lets no byte of any answer come. */
  public static UnreadHttp2 withoutWindow(Bellwether server) {
    return new UnreadHttp2(server, 0);
  }

  /** A client that lets everything come, and then does not look: its socket is full. */
  public static UnreadHttp2 withoutRoom(Bellwether server) {
    return new UnreadHttp2(server, ALL);
  }

  public void get(String path, Map<String, String> headers) throws IOException {
    request("GET", path, headers, END_STREAM);
  }

  /** Sends all bytes of the request, but not that they are all. */
  public void withoutEnd(String method, String path, Map<String, String> headers, String body)
      throws IOException {
    request(method, path, headers, 0);
    frame(DATA, 0, lastStream, body.getBytes(US_ASCII));
  }

  private void request(String method, String path, Map<String, String> headers, int flags)
      throws IOException {
    lastStream += 2;
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, ":method", method);
    literal(block, ":scheme", "http");
    literal(block, ":path", path);
    literal(block, ":authority", authority);
    headers.forEach((name, value) -> literal(block, name, value));
    frame(HEADERS, END_HEADERS | flags, lastStream, block.toByteArray());
  }

  /** A header as it is, without any table (RFC 7541, section 6.2.2). */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    block.write(name.length());
    block.writeBytes(name.getBytes(US_ASCII));
    block.write(value.length());
    block.writeBytes(value.getBytes(US_ASCII));
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + payload.length);
    frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
  }

  /** Waits until so many answers have their heads. */
  public void awaitHeads(int count) throws IOException {
    for (int heads = 0; heads < count; ) {
      int lengthAndType = in.readInt();
      in.skipNBytes(FRAME_HEAD - Integer.BYTES + (lengthAndType >>> 8));
      heads += (lengthAndType & 0xff) == HEADERS ? 1 : 0;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
