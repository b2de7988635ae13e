package bellwether.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The answer to a request that is sent as it is, however wrong; of a stream, what comes first. */
public record RawAnswer(int status, Map<String, List<String>> headers, String body) {

  public static RawAnswer to(Bellwether server, String request) {
    return to(InetAddress.getLoopbackAddress(), server.process().port(), request);
  }

  /** To a request with bytes that are no text. */
  public static RawAnswer to(Bellwether server, byte[] request) {
    return to(InetAddress.getLoopbackAddress(), server.process().port(), request);
  }

  public static RawAnswer to(InetAddress address, int port, String request) {
    return to(address, port, request.getBytes(StandardCharsets.UTF_8));
  }

  private static RawAnswer to(InetAddress address, int port, byte[] request) {
    try (Socket socket = new Socket(address, port)) {
      socket.setSoTimeout((int) Bellwether.LIMIT.toMillis());
      socket.getOutputStream().write(request);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      ResponseDecoder decoder = new ResponseDecoder(body::writeBytes);
      byte[] buffer = new byte[8_192];
      while (!decoder.isComplete() && !isStream(decoder)) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          break;
        }
        decoder.decode(ByteBuffer.wrap(buffer, 0, count));
      }
      return new RawAnswer(
          decoder.status(), decoder.headers(), body.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isStream(ResponseDecoder decoder) {
    return decoder.hasHead()
        && decoder.headers().getOrDefault("content-type", List.of("")).get(0).contains("stream");
  }

  /** Empty if it is not there. */
  public String header(String lowerCaseName) {
    return headers.getOrDefault(lowerCaseName, List.of("")).get(0);
  }
}
