package bellwether.launch;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NegotiatingServerConnection;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which a TLS handshake, or the head of a request, takes too long. Jetty's
 * idle time-out does not: it begins again with each byte.
 *
 * <p>It looks at all connections at intervals. A connection has the time for its handshake, and
 * then again for each head: the first counts from the end of the handshake, a later one from the
 * first byte after the last answer. Over HTTP/2 a connection counts as waiting for a head while no
 * stream is open on it, whatever other frames come. A connection that is answering a request, or
 * was handed over to another kind of connection, is left alone.
 *
 * <p>The scheduler runs the looks, one at a time.
 */
final class HeadDeadline extends AbstractLifeCycle {
  private static final Logger log = Logger.getLogger(HeadDeadline.class.getName());
  private static final int LOOKS_IN_TIME = 10;
  private static final long HANDSHAKING = -1; // instead of the number of requests so far

  private final Server server;
  private final Duration time;
  private final Scheduler scheduler;
  private final LongSupplier nanoTime;

  // Confined to the looks.
  private Map<EndPoint, Waiting> waiting = new HashMap<>(); // at most one for each connection

  // Written by the start, the stop and each look; a stop that comes during a look finds it stopped.
  private volatile Scheduler.@Nullable Task next;

  /**
   * The state of a connection that waits for a handshake or a head.
   *
   * @param requests the number of its requests so far, or {@link #HANDSHAKING}
   * @param bytes the number of bytes received when the wait began
   * @param isTimed whether time counts
   * @param since the time from which it counts
   * @param isAsked whether the client has been asked to close the connection
   */
  private record Waiting(long requests, long bytes, boolean isTimed, long since, boolean isAsked) {}

  /**
   * Creates a deadline for all connectors of the server.
   *
   * @param time the time for a handshake or a head; the next look after it closes the connection,
   *     up to a fifth later
   * @param nanoTime as {@link System#nanoTime}
   */
  HeadDeadline(Server server, Duration time, Scheduler scheduler, LongSupplier nanoTime) {
    this.server = server;
    this.time = time;
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
  }

  @Override
  protected void doStart() {
    scheduleNext();
  }

  @Override
  protected void doStop() {
    Scheduler.Task task = next;
    if (task != null) {
      task.cancel();
    }
  }

  private void scheduleNext() {
    try {
      next = scheduler.schedule(this::run, time.dividedBy(LOOKS_IN_TIME));
    } catch (RejectedExecutionException e) {
      log.log(Level.FINE, "No more looks: the server is stopping", e);
    }
  }

  private void run() {
    try {
      look();
    } catch (RuntimeException | Error e) { // if it escaped, there would be no more looks
      log.log(Level.WARNING, "Could not look for connections without a request", e);
    }
    if (isRunning()) {
      scheduleNext();
    }
  }

  /** Looks at every connection once. */
  void look() {
    long now = nanoTime.getAsLong();
    Map<EndPoint, Waiting> still = new HashMap<>();
    for (Connector connector : server.getConnectors()) {
      for (EndPoint endPoint : connector.getConnectedEndPoints()) {
        Waiting state = lookAt(endPoint, now);
        if (state != null) {
          still.put(endPoint, state);
        }
      }
    }
    waiting = still;
  }

  /** Returns the waiting state of the connection; null if it is not waiting. */
  private @Nullable Waiting lookAt(EndPoint endPoint, long now) {
    Connection connection = spoken(endPoint.getConnection());
    long requests = requests(connection);
    if (!isWaiting(connection)) {
      return null;
    }
    Waiting before = waiting.get(endPoint);
    if (before == null || before.requests != requests) {
      boolean isFirst = requests <= 0;
      return new Waiting(requests, connection.getBytesIn(), isFirst, now, false);
    }
    if (!before.isTimed) {
      boolean hasBegun = connection.getBytesIn() != before.bytes;
      return hasBegun ? new Waiting(requests, before.bytes, true, now, false) : before;
    }
    if (now - before.since < time.toNanos()) {
      return before;
    }
    close(endPoint, connection, before.isAsked);
    return new Waiting(requests, before.bytes, true, before.since, true);
  }

  /** Returns the connection itself, or the one inside of its TLS. */
  private static Connection spoken(Connection connection) {
    return connection instanceof SslConnection tls
        ? tls.getSslEndPoint().getConnection()
        : connection;
  }

  private static long requests(Connection connection) {
    if (connection instanceof HttpConnection http1) {
      return http1.getMessagesIn();
    }
    return connection instanceof HTTP2Connection http2
        ? http2.getSession().getStreamsOpened()
        : HANDSHAKING;
  }

  private static boolean isWaiting(Connection connection) {
    if (connection instanceof HttpConnection http1) {
      return http1.getHttpChannel().getRequest() == null;
    }
    if (connection instanceof HTTP2Connection http2) {
      return http2.getSession().getStreams().isEmpty();
    }
    return connection instanceof NegotiatingServerConnection; // until the handshake is done
  }

  /**
   * Closes the connection. Over HTTP/2 the client is told first that it may send its requests on
   * another connection.
   */
  private static void close(EndPoint endPoint, Connection connection, boolean wasAsked) {
    if (connection instanceof HTTP2Connection http2 && !wasAsked) {
      HTTP2Session session = http2.getSession();
      session.close(ErrorCode.NO_ERROR.code, "no request in time", Callback.NOOP);
    } else {
      endPoint.close();
    }
  }
}
