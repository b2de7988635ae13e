package bellwether.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Future;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * A channel to a client's socket that bypasses the server's layers for responses. Use it only for
 * an asynchronous response that is committed and not completed: then no other code writes to the
 * socket. One write at a time; closing it cuts the client off.
 *
 * <p>From the first write on, the server's idle time-out is off: reporting every write to it would
 * be costly. The stream's own heartbeat and stall time-out take its place.
 */
final class DirectChannel implements AsynchronousByteChannel {
  private final SocketChannelEndPoint endPoint;
  private final SocketChannel socket;
  private volatile boolean isUsed;
  private long idleTimeout; // the original value

  DirectChannel(SocketChannelEndPoint endPoint) {
    this.endPoint = endPoint;
    this.socket = endPoint.getChannel();
  }

  /**
   * Writes the whole buffer: what the socket takes at once before this returns, and the rest when
   * the socket takes it. On return the caller may use the buffer again, which is more than the
   * interface promises.
   *
   * @param handler called once; on this thread if the socket took everything, or failed, at once
   */
  @Override
  public <A> void write(
      ByteBuffer source, A attachment, CompletionHandler<Integer, ? super A> handler) {
    if (!isUsed) {
      idleTimeout = endPoint.getIdleTimeout();
      endPoint.setIdleTimeout(0);
      isUsed = true;
    }
    int length = source.remaining();
    try {
      socket.write(source);
    } catch (IOException e) {
      handler.failed(e, attachment);
      return;
    }
    if (source.hasRemaining()) {
      ByteBuffer rest = ByteBuffer.allocate(source.remaining()).put(source).flip();
      endPoint.write(
          Callback.from(
              () -> handler.completed(length, attachment),
              failure -> handler.failed(failure, attachment)),
          rest);
    } else {
      handler.completed(length, attachment);
    }
  }

  /**
   * Releases the socket once the response is complete: the connection goes on to its next request.
   */
  void release() {
    if (isUsed) {
      endPoint.notIdle(); // otherwise it would count as idle for as long as the stream was open
      endPoint.setIdleTimeout(idleTimeout);
    }
  }

  @Override
  public boolean isOpen() {
    return endPoint.isOpen();
  }

  @Override
  public void close() {
    endPoint.close();
  }

  @Override
  public Future<Integer> write(ByteBuffer source) {
    throw new UnsupportedOperationException("only with a handler");
  }

  @Override
  public <A> void read(
      ByteBuffer target, A attachment, CompletionHandler<Integer, ? super A> handler) {
    throw new UnsupportedOperationException("requests are read by the server");
  }

  @Override
  public Future<Integer> read(ByteBuffer target) {
    throw new UnsupportedOperationException("requests are read by the server");
  }
}
