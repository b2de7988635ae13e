package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy on loopback that fails when told to, and is faithful otherwise: bytes in order, an
 * end passed on as an end, a reset as a reset. Downstream is from the server to the client.
 */
public final class FaultyProxy implements AutoCloseable {
  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private volatile boolean refusing;
  // Guarded by this; whoever changes one notifies.
  private boolean stalled;
  private Duration delay = Duration.ZERO;
  private long cutAfter = Long.MAX_VALUE;

  public FaultyProxy(int targetPort) {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      target = new InetSocketAddress(loopback, targetPort);
      listener = new ServerSocket(0, 1_000, loopback);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startThread("accept", this::acceptAll);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Resets every open connection, on both sides. */
  public void cutAll() {
    connections.forEach(ProxiedConnection::reset);
  }

  /** Ends every open connection in order, on both sides. */
  public void closeAll() {
    connections.forEach(ProxiedConnection::end);
  }

  /** Whether new connections are reset as soon as they come. */
  public void refuse(boolean refuse) {
    refusing = refuse;
  }

  /** Whether downstream bytes stay where they are; the server sees a client that reads nothing. */
  public synchronized void stall(boolean stall) {
    stalled = stall;
    notifyAll();
  }

  /** How long each read's worth of downstream bytes is held before it is passed on. */
  public synchronized void delay(Duration delay) {
    this.delay = delay;
    notifyAll();
  }

  /**
   * Resets each connection, old and new, once it has passed on that many bytes downstream; one that
   * is already past them goes with the next byte. {@link Long#MAX_VALUE} for never.
   */
  public synchronized void cutAfter(long downstreamBytes) {
    cutAfter = downstreamBytes;
  }

  public int openConnections() {
    return connections.size();
  }

  /** All that ever came, the refused among them. */
  public long connectionsAccepted() {
    return accepted.get();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll();
  }

  /** Holds the calling pump until its bytes may go on, or the connection is over. */
  synchronized void awaitTurn(ProxiedConnection connection) throws InterruptedException {
    long readAt = System.nanoTime();
    while (connection.isOpen()) {
      long left = delay.toNanos() - (System.nanoTime() - readAt);
      if (stalled) {
        wait();
      } else if (left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      } else {
        return;
      }
    }
  }

  synchronized long cutAfter() {
    return cutAfter;
  }

  synchronized void gone(ProxiedConnection connection) {
    connections.remove(connection);
    notifyAll();
  }

  static void startThread(String name, Runnable work) {
    Thread thread = new Thread(work, "faulty-proxy-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        accept(listener.accept());
      } catch (IOException e) {
        // The listener was closed, or a client left before it was accepted.
      }
    }
  }

  private void accept(Socket client) {
    accepted.incrementAndGet();
    ProxiedConnection connection = new ProxiedConnection(this, client);
    connections.add(connection);
    // A close that ran just before the line above has not seen this connection.
    if (refusing || listener.isClosed()) {
      connection.reset();
    } else {
      connection.start(target);
    }
  }
}
