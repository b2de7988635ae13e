package bellwether.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLParameters;

/**
 * A connection with TLS. It is opened blocking; then its channel may be made non-blocking, for
 * reading. Not thread-safe.
 */
final class TlsChannel implements AutoCloseable {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final SSLEngine engine;
  private final ByteBuffer in; // encrypted, ready to be added to
  private final ByteBuffer out; // encrypted, ready to be added to

  /**
   * Connects and shakes hands.
   *
   * @param protocol as ALPN names it
   */
  TlsChannel(InetSocketAddress server, SSLContext context, String protocol) throws IOException {
    engine = context.createSSLEngine(server.getHostString(), server.getPort());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {protocol});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    in = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    channel = SocketChannel.open(server);
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      engine.beginHandshake();
      ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
      while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
        shakeHands(plain);
      }
      if (!List.of(protocol, "").contains(engine.getApplicationProtocol())) {
        throw new IOException("the server speaks " + engine.getApplicationProtocol());
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  SocketChannel channel() {
    return channel;
  }

  private void shakeHands(ByteBuffer plain) throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> runTasks();
      case NEED_WRAP -> wrap(NOTHING.duplicate());
      default -> {
        if (unwrap(plain) == Status.BUFFER_UNDERFLOW && channel.read(in) < 0) {
          throw new EOFException("the server ended a handshake");
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /** Writes all of it, without selecting; it must be little. */
  void write(byte[] bytes) throws IOException {
    ByteBuffer plain = ByteBuffer.wrap(bytes);
    while (plain.hasRemaining()) {
      wrap(plain);
    }
  }

  private void wrap(ByteBuffer plain) throws IOException {
    SSLEngineResult result = engine.wrap(plain, out);
    if (result.getStatus() != Status.OK) {
      throw new IOException("TLS: " + result);
    }
    out.flip();
    while (out.hasRemaining()) {
      channel.write(out);
    }
    out.clear();
  }

  /**
   * Reads once.
   *
   * @param plain is added to; has room for what the socket buffers hold
   * @return whether the connection goes on
   */
  boolean read(ByteBuffer plain) throws IOException {
    if (channel.read(in) < 0) {
      return false;
    }
    Status status = Status.OK;
    while (status == Status.OK && in.position() > 0) {
      status = unwrap(plain);
      switch (engine.getHandshakeStatus()) { // of tickets and new keys
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> wrap(NOTHING.duplicate());
        default -> {}
      }
    }
    return status != Status.CLOSED;
  }

  private Status unwrap(ByteBuffer plain) throws IOException {
    in.flip();
    SSLEngineResult result = engine.unwrap(in, plain);
    in.compact();
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      throw new IOException("TLS: " + result);
    }
    return result.getStatus();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
