package bellwether.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.util.EventListener;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A client's socket, handed over to the application. The application asks for it with the first
 * {@link #read}, on a committed response in chunks. When it then completes the request, the server
 * sends no last chunk and releases everything that it had for the request and the connection, and
 * the read completes with 0. From then on only the application writes to the socket, one write at a
 * time, and it closes the socket in the end: the connection has no next request.
 *
 * <p>Each further read completes with -1 when the client has closed its side, and with the number
 * of bytes when the client has sent something; the bytes are dropped. It fails when the connection
 * breaks.
 *
 * <p>The server's idle time-out is off from then on: the application's own time-out takes its
 * place.
 */
final class DirectChannel
    implements AsynchronousByteChannel, Connection, Connection.UpgradeTo, Callback {
  /*
   * Thousands of channels are open at a time. So channel, connection and callback are one object,
   * which does not extend AbstractConnection, because that has a list of listeners and more.
   */
  private static final int LOOKED_AT = 8192; // bytes of what a client sends, at most

  @SuppressWarnings("rawtypes")
  private static final AtomicReferenceFieldUpdater<DirectChannel, CompletionHandler> readerOf =
      AtomicReferenceFieldUpdater.newUpdater(
          DirectChannel.class, CompletionHandler.class, "reader");

  private final EndPoint endPoint;
  private final @Nullable SocketChannel socket; // null with TLS
  private @Nullable Request request; // until the application asks
  private volatile @Nullable CompletionHandler<Integer, Object> reader;
  private @Nullable Object attachment;
  private int sentAlready; // bytes that came together with the request

  DirectChannel(Request request, EndPoint endPoint) {
    this.request = request;
    this.endPoint = endPoint;
    this.socket = endPoint instanceof SocketChannelEndPoint plain ? plain.getChannel() : null;
  }

  /**
   * Reads as the overview of the class says.
   *
   * @param target is not changed
   * @param handler called on a thread of the server that may wait, or before this returns
   * @throws ReadPendingException if a read is under way
   */
  @Override
  public <A> void read(
      ByteBuffer target, A newAttachment, CompletionHandler<Integer, ? super A> handler) {
    if (reader != null) {
      throw new ReadPendingException();
    }
    @SuppressWarnings("unchecked") // it is called only with the attachment
    CompletionHandler<Integer, Object> any = (CompletionHandler<Integer, Object>) handler;
    attachment = newAttachment;
    reader = any;
    Request asked = request;
    if (asked != null) {
      request = null;
      asked.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, this);
      asked.addHttpStreamWrapper(stream -> new LastChunk(stream, this));
    } else if (sentAlready > 0) {
      completeRead(sentAlready);
    } else {
      awaitClient();
    }
  }

  /** Hands the socket over: the server has released the request. */
  @Override
  public void onOpen() {
    endPoint.setIdleTimeout(0);
    completeRead(0);
  }

  @Override
  public void onUpgradeTo(ByteBuffer buffer) {
    sentAlready = buffer.remaining();
  }

  /**
   * Fails the application's read, because the connection has broken or there is no hand-over; in
   * that case the server closes it.
   */
  void fail(Throwable failure) {
    CompletionHandler<Integer, Object> told = takeReader();
    if (told != null) {
      told.failed(failure, attachment);
    }
  }

  /** Returns whether the socket is the application's. */
  boolean isHandedOver() {
    return endPoint.getConnection() == this;
  }

  private void completeRead(int length) {
    CompletionHandler<Integer, Object> told = takeReader();
    if (told != null) {
      told.completed(length, attachment);
    }
  }

  @SuppressWarnings("unchecked") // as it was set
  private @Nullable CompletionHandler<Integer, Object> takeReader() {
    return readerOf.getAndSet(this, null);
  }

  private void awaitClient() {
    endPoint.fillInterested(this);
    if (!endPoint.isOpen() && endPoint instanceof AbstractEndPoint closed) {
      // It may have been closed before the reader was known.
      closed.getFillInterest().onFail(new ClosedChannelException());
    }
  }

  /** Called when the client has sent something, or has closed its side. */
  @Override
  public void succeeded() {
    int length;
    try {
      length = endPoint.fill(BufferUtil.allocate(LOOKED_AT));
    } catch (IOException e) {
      fail(e);
      return;
    }
    if (length == 0) { // the bytes were only for TLS
      awaitClient();
    } else {
      completeRead(length);
    }
  }

  /** Called when the connection has broken, or has been closed. */
  @Override
  public void failed(Throwable failure) {
    fail(failure);
  }

  /**
   * Writes the whole buffer: the part that the socket takes at once before this returns, and the
   * rest when the socket takes it. On return the caller may use the buffer again, which is more
   * than the interface promises.
   *
   * @param handler called once; on this thread if the socket took everything, or failed, at once
   */
  @Override
  public <A> void write(
      ByteBuffer source, A attached, CompletionHandler<Integer, ? super A> handler) {
    int length = source.remaining();
    boolean isWritten;
    try {
      isWritten = writeNow(source);
    } catch (IOException e) {
      handler.failed(e, attached);
      return;
    }
    if (isWritten) {
      handler.completed(length, attached);
    } else {
      ByteBuffer rest = ByteBuffer.allocate(source.remaining()).put(source).flip();
      endPoint.write(
          Callback.from(
              () -> handler.completed(length, attached),
              failure -> handler.failed(failure, attached)),
          rest);
    }
  }

  /**
   * Writes as much as the socket takes; returns whether nothing is left to be written, by us or by
   * TLS.
   */
  private boolean writeNow(ByteBuffer source) throws IOException {
    SocketChannel plain = socket;
    if (plain == null) {
      return endPoint.flush(source);
    }
    plain.write(source);
    return !source.hasRemaining();
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
  public EndPoint getEndPoint() {
    return endPoint;
  }

  /** Does nothing: a read that is under way fails by itself. */
  @Override
  public void onClose(@Nullable Throwable cause) {}

  @Override
  public boolean onIdleExpired(TimeoutException timeout) {
    return true;
  }

  @Override
  public void addEventListener(EventListener listener) {}

  @Override
  public void removeEventListener(EventListener listener) {}

  @Override
  public long getMessagesIn() {
    return -1;
  }

  @Override
  public long getMessagesOut() {
    return -1;
  }

  @Override
  public long getBytesIn() {
    return -1;
  }

  @Override
  public long getBytesOut() {
    return -1;
  }

  @Override
  public long getCreatedTimeStamp() {
    return endPoint.getCreatedTimeStamp();
  }

  @Override
  public Future<Integer> write(ByteBuffer source) {
    throw new UnsupportedOperationException("only with a handler");
  }

  @Override
  public Future<Integer> read(ByteBuffer target) {
    throw new UnsupportedOperationException("only with a handler");
  }
}
