package bellwether.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A stream over HTTP/1.1 as it is on the wire, of a client that may misbehave. */
public final class RawStream implements AutoCloseable {
  private static final int LIMIT = 15_000; // ms

  private final Socket socket;
  private final StringBuilder received = new StringBuilder();

  private RawStream(Socket socket) {
    this.socket = socket;
  }

  /**
   * Sends this as it is.
   *
   * @param sockets those of TLS, or plain ones
   */
  public static RawStream open(SocketFactory sockets, int port, String request) {
    try {
      Socket socket = sockets.createSocket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(LIMIT);
      RawStream stream = new RawStream(socket);
      stream.send(request);
      return stream;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads on until this has come, and returns everything so far. */
  public String await(String end) {
    try {
      while (received.indexOf(end) < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new AssertionError("The connection has ended after: " + received);
        }
        received.append((char) next);
      }
      return received.toString();
    } catch (IOException e) {
      throw new AssertionError("The connection has broken after: " + received, e);
    }
  }

  /** Reads to the end of the connection, and returns everything. */
  public String awaitEnd() {
    try {
      received.append(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
      return received.toString();
    } catch (IOException e) {
      throw new AssertionError("The connection has broken after: " + received, e);
    }
  }

  public void send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Says that nothing more will come, and goes on reading. */
  public void shutDownOutput() {
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Breaks the connection: what is under way in either direction is lost. */
  public void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
