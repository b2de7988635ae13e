package bellwether.faults;

import bellwether.harness.ResponseDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A publisher's way to the server: one connection, kept for as long as it holds. Confined to the
 * publisher's thread, but for {@link #localPort} and {@link #close}.
 */
public final class PublishConnection implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int BUFFER_BYTES = 8_192;

  public record Answer(int status, String body) {}

  private final int serverPort;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private volatile @Nullable Socket socket;

  public PublishConnection(int serverPort) {
    this.serverPort = serverPort;
  }

  /** By which the proxy knows the connection; 0 while there is none. Any thread. */
  int localPort() {
    Socket current = socket;
    return current == null ? 0 : current.getLocalPort();
  }

  /** What fails may have arrived nevertheless, or may not. */
  public Answer send(String request) throws IOException {
    try {
      Socket current = socket == null ? connect() : socket;
      current.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return answer(current);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket connect() throws IOException {
    Socket made = new Socket();
    socket = made;
    made.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort),
        (int) LIMIT.toMillis());
    made.setTcpNoDelay(true);
    made.setSoTimeout((int) LIMIT.toMillis());
    return made;
  }

  private Answer answer(Socket from) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ResponseDecoder decoder = new ResponseDecoder(body::writeBytes);
    while (!decoder.isComplete()) {
      int count = from.getInputStream().read(buffer);
      if (count < 0) {
        throw new SocketException("the connection ended before its answer");
      }
      decoder.decode(ByteBuffer.wrap(buffer, 0, count));
    }
    if (decoder.headers().getOrDefault("connection", List.of()).contains("close")) {
      close();
    }
    return new Answer(decoder.status(), body.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    Socket last = socket;
    socket = null;
    if (last != null) {
      try {
        last.close();
      } catch (IOException e) {
        // It was broken already, which is why it is closed.
        return;
      }
    }
  }
}
