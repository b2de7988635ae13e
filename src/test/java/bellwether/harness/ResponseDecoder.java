package bellwether.harness;

import java.io.ByteArrayOutputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 response, decoded from pieces cut anywhere. Knows no sockets. Not thread-safe. Other
 * than a browser it is strict, so that a server's mistake fails a test.
 */
public final class ResponseDecoder {
  private static final int MAX_LINE = 65_536;

  /** What the next byte belongs to. */
  private enum State {
    STATUS_LINE,
    HEADER,
    CHUNK_SIZE,
    CHUNK,
    /** The line end that follows a chunk's bytes. */
    CHUNK_END,
    TRAILER,
    /** A body of known length. */
    COUNTED,
    /** A body that ends when the connection does. */
    UNTIL_END,
    COMPLETE
  }

  private final BodySink sink;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private State state = State.STATUS_LINE;
  private int status;
  private long left; // of the chunk, or of a counted body

  public ResponseDecoder(BodySink sink) {
    this.sink = sink;
  }

  public boolean hasHead() {
    return state.compareTo(State.HEADER) > 0;
  }

  public int status() {
    return status;
  }

  public Map<String, List<String>> headers() {
    return headers;
  }

  public boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** Whether the response would be whole if the connection ended in order now. */
  public boolean mayEnd() {
    return isComplete() || state == State.UNTIL_END;
  }

  /** Takes all that is in the buffer, or up to the end of the response. */
  public void decode(ByteBuffer in) throws ProtocolException {
    while (in.hasRemaining() && state != State.COMPLETE) {
      switch (state) {
        case CHUNK, COUNTED, UNTIL_END -> takeBody(in);
        default -> {
          String text = takeLine(in);
          if (text != null) {
            takeLine(text);
          }
        }
      }
    }
  }

  private void takeBody(ByteBuffer in) {
    boolean bounded = state != State.UNTIL_END;
    byte[] bytes = new byte[bounded ? (int) Math.min(left, in.remaining()) : in.remaining()];
    in.get(bytes);
    if (bounded) {
      left -= bytes.length;
      if (left == 0) {
        state = state == State.CHUNK ? State.CHUNK_END : State.COMPLETE;
      }
    }
    sink.body(bytes);
  }

  private @Nullable String takeLine(ByteBuffer in) throws ProtocolException {
    while (in.hasRemaining()) {
      byte next = in.get();
      line.write(next);
      if (next == '\n') {
        String text = line.toString(StandardCharsets.ISO_8859_1);
        line.reset();
        require(text.endsWith("\r\n"), text);
        return text.substring(0, text.length() - 2);
      }
    }
    require(line.size() < MAX_LINE, "a line without end");
    return null;
  }

  private void takeLine(String text) throws ProtocolException {
    switch (state) {
      case STATUS_LINE -> takeStatus(text);
      case HEADER -> takeHeader(text);
      case CHUNK_SIZE -> takeChunkSize(text);
      case CHUNK_END -> {
        require(text.isEmpty(), text);
        state = State.CHUNK_SIZE;
      }
      case TRAILER -> state = text.isEmpty() ? State.COMPLETE : State.TRAILER;
      default -> throw new IllegalStateException(state.toString());
    }
  }

  private void takeStatus(String text) throws ProtocolException {
    require(text.matches("HTTP/1\\.[01] \\d{3}( .*)?"), text);
    status = Integer.parseInt(text.substring(9, 12));
    state = State.HEADER;
  }

  private void takeHeader(String text) throws ProtocolException {
    if (text.isEmpty()) {
      takeEndOfHead();
      return;
    }
    int colon = text.indexOf(':');
    require(colon > 0, text);
    headers
        .computeIfAbsent(text.substring(0, colon).toLowerCase(Locale.ROOT), k -> new ArrayList<>())
        .add(text.substring(colon + 1).strip());
  }

  private void takeEndOfHead() throws ProtocolException {
    if (status < 200) { // an interim response: the real one follows
      headers.clear();
      state = State.STATUS_LINE;
    } else if (status == 204 || status == 304) {
      state = State.COMPLETE;
    } else if (headers.containsKey("transfer-encoding")) {
      require(headers.get("transfer-encoding").equals(List.of("chunked")), headers.toString());
      state = State.CHUNK_SIZE;
    } else if (headers.containsKey("content-length")) {
      left = Long.parseLong(headers.get("content-length").get(0));
      state = left == 0 ? State.COMPLETE : State.COUNTED;
    } else {
      state = State.UNTIL_END;
    }
  }

  private void takeChunkSize(String text) throws ProtocolException {
    String size = text.split("[; ]", 2)[0];
    require(size.matches("[0-9a-fA-F]{1,8}"), text);
    left = Long.parseLong(size, 16);
    state = left == 0 ? State.TRAILER : State.CHUNK;
  }

  private static void require(boolean right, String text) throws ProtocolException {
    if (!right) {
      throw new ProtocolException("Not HTTP/1.1: " + text);
    }
  }
}
