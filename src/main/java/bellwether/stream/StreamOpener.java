package bellwether.stream;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.eventlog.LogUnavailableException;
import bellwether.exchange.Exchanges;
import bellwether.exchange.HttpProblem;
import bellwether.hub.Cursor;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.observe.CloseReason;
import bellwether.wire.EventStreamEncoder;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.AsynchronousByteChannel;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opens streams for requests. */
public final class StreamOpener {
  /**
   * The attribute of a request with its direct channel: see {@code
   * bellwether.launch.DirectChannels}.
   */
  static final String DIRECT_CHANNEL = "bellwether.direct-channel";

  /**
   * The attribute of a request over HTTP/2, which has no direct channel, with a function that cuts
   * its client off.
   */
  static final String CUT = "bellwether.cut";

  /**
   * The size of the response's buffer, which a server that takes only arrays may keep for each
   * stream.
   */
  private static final int RESPONSE_BUFFER = 4096;

  private final Hub hub;
  private final StreamContext context;
  private final Retry retry;
  private final Lifetime lifetime;
  private final Supplier<Duration> retryOfRefused;
  private final StreamRights rights;
  private final ClientLimits limits;
  private final Supplier<StreamKey> keys;

  /**
   * @param keys makes the streams' keys
   */
  StreamOpener(
      Hub hub,
      StreamContext context,
      Retry retry,
      Lifetime lifetime,
      Supplier<Duration> retryOfRefused,
      StreamRights rights,
      ClientLimits limits,
      Supplier<StreamKey> keys) {
    this.rights = rights;
    this.limits = limits;
    this.keys = keys;
    this.hub = hub;
    this.context = context;
    this.retry = retry;
    this.lifetime = lifetime;
    this.retryOfRefused = retryOfRefused;
  }

  /** Sets the headers of a stream, for GET and HEAD alike. */
  public static void setHeaders(HttpServletRequest request, HttpServletResponse response) {
    response.setBufferSize(RESPONSE_BUFFER);
    response.setContentType("text/event-stream");
    // Without no-cache Varnish holds the stream back; without no-transform HAProxy compresses it.
    response.setHeader("Cache-Control", "no-cache, no-transform");
    response.setHeader("X-Accel-Buffering", "no"); // else nginx passes nothing on
    if (request.getProtocol().startsWith("HTTP/1.")) {
      response.setHeader("Connection", "keep-alive"); // HTTP/2 forbids the header
    }
  }

  /** Opens a stream, which goes on after this has returned. */
  public void open(StreamPlan plan, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.isAsyncSupported()) {
      throw new HttpProblem(500, "A filter or servlet before this one does not support async");
    }
    setHeaders(request, response);
    if (!context.registry().hasRoom()) { // before it costs anything
      refuse(response.getOutputStream());
      return;
    }
    try (Undo<Runnable> uncount = new Undo<>(Runnable::run)) {
      Runnable leave = limits.open(request, plan.grant());
      uncount.of(leave);
      if (leave == null) {
        refuse(response.getOutputStream());
      } else if (open(plan, leave, request, response)) {
        uncount.handOver();
      }
    }
  }

  /** Opens a stream that has been counted; returns whether it was opened. */
  private boolean open(
      StreamPlan plan, Runnable leave, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // Without a time-out, nothing else ever would complete it.
    try (Undo<AsyncContext> unfinished = new Undo<>(AsyncContext::complete);
        Undo<StreamConnection> unbound = new Undo<>(c -> c.bind(StreamAuthorization.NONE));
        Undo<Cursor> unsubscribed = new Undo<>(Cursor::close);
        Undo<Runnable> untold = new Undo<>(Runnable::run)) {
      AsyncContext async = Exchanges.startAsync(request);
      unfinished.of(async);
      async.setTimeout(0);
      StreamOutput out = outputOf(async, request, response);
      StreamKey key = keys.get();
      StreamConnection connection =
          new StreamConnection(out, EventStreamEncoder.opening(retry.next()), context, key);
      unbound.of(connection);
      rights.bind(connection, plan.grant()); // first: it says what of the log may be read
      Cursor subscription;
      try {
        subscription =
            hub.subscribeIfRoom(
                interestOf(plan, connection), connection, plan.grant().isStranger());
      } catch (LogUnavailableException e) { // the place in the log cannot be found now
        refuse(response.getOutputStream());
        return false;
      }
      unsubscribed.of(subscription);
      Runnable departure = subscription == null ? null : plan.arrival().tell();
      untold.of(departure);
      if (subscription == null || departure == null) {
        context.metrics().refused();
        refuse(response.getOutputStream());
        return false;
      }
      connection.attach(subscription, both(departure, leave), lifetime.draw());
      if (!context.registry().add(connection)) {
        refuse(response.getOutputStream());
        return false;
      }
      untold.handOver();
      unsubscribed.handOver();
      unbound.handOver();
      unfinished.handOver();
      start(plan.dialect(), connection, async, response, out);
      check(connection);
    }
    return true;
  }

  /** Throws nothing, as above. */
  private void check(StreamConnection connection) {
    try {
      var unused = rights.check(connection);
    } catch (RuntimeException | Error e) { // nobody else would end it
      connection.close(CloseReason.ERROR);
    }
  }

  /** Of those that do nothing, none is kept: streams are many. */
  private static Runnable both(Runnable departure, Runnable leave) {
    if (departure == StreamPlan.NOTHING) {
      return leave;
    }
    return leave == ClientLimits.UNCOUNTED
        ? departure
        : () -> {
          try {
            departure.run();
          } finally {
            leave.run();
          }
        };
  }

  private static Interest interestOf(StreamPlan plan, StreamConnection connection) {
    Interest asked = plan.interest().readingPrivate(connection::mayRead);
    boolean hasCursor = plan.dialect() == StreamPlan.Dialect.OURS && asked.cursorData() != null;
    return asked.telling(hasCursor ? connection::cursorData : null);
  }

  private static void setLastEventId(
      StreamPlan.Dialect dialect, String id, HttpServletResponse response) {
    response.setHeader("Last-Event-ID", id);
    if (dialect == StreamPlan.Dialect.MERCURE) {
      response.setHeader("Mercure-Last-Event-ID", id); // draft 8's name for it
    }
  }

  /**
   * Returns the output of a request for which async has been started, and whose response is not
   * committed.
   */
  private StreamOutput outputOf(
      AsyncContext async, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getAttribute(DIRECT_CHANNEL) instanceof AsynchronousByteChannel channel
        && !(response instanceof ServletResponseWrapper) // a wrapper would not see the stream
        && isReadToItsEnd(request)) {
      // Without this header, whether the server sends chunks depends on the request.
      response.setHeader("Transfer-Encoding", "chunked");
      response.setHeader("Connection", "close"); // there is no next response
      return new DirectOutput(async::complete, channel, context.executor());
    }
    Runnable cut = request.getAttribute(CUT) instanceof Runnable theirs ? theirs : () -> {};
    return new ContainerOutput(response.getOutputStream(), async::complete, cut);
  }

  /**
   * Returns whether the request's body has been read to its end, or there is none. The bodies of
   * methods other than GET have been read.
   */
  private static boolean isReadToItsEnd(HttpServletRequest request) {
    boolean hasNoBody =
        request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null;
    return hasNoBody || !request.getMethod().equals("GET");
  }

  /** Throws nothing: the stream is taken up, and nobody else is to touch the response. */
  private static void start(
      StreamPlan.Dialect dialect,
      StreamConnection connection,
      AsyncContext async,
      HttpServletResponse response,
      StreamOutput out) {
    try {
      String lastEventId = connection.lastEventIdHeader();
      if (lastEventId != null) {
        setLastEventId(dialect, lastEventId, response);
      }
      if (dialect == StreamPlan.Dialect.OURS) { // for clients that resume by fetch
        response.setHeader("Content-Location", StreamServlet.url(connection.key()));
      }
      // Nothing is flushed here: that would wait for a client that takes nothing.
      if (out instanceof ContainerOutput) { // the opening bytes, written first, bring the head
        async.addListener(connection);
        out.setWriteListener(connection); // last: now the container calls us
      } else { // the request ends before the stream
        HeadWriter.start(response.getOutputStream(), out, connection);
      }
    } catch (IOException | RuntimeException e) {
      connection.close(CloseReason.GONE);
    } catch (Error e) { // no memory is the most likely
      connection.close(CloseReason.ERROR);
    }
  }

  /**
   * Returns the grant of a request for a stream. If it cannot be known now, the request is refused
   * in a way after which browsers come back, and this returns null.
   *
   * @throws HttpProblem if the request's credentials are not valid
   */
  public @Nullable Grant admit(Gate gate, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      return gate.grantOf(request);
    } catch (HttpProblem problem) {
      if (problem.status() != HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
        throw problem;
      }
      setHeaders(request, response);
      refuse(response.getOutputStream());
      return null;
    }
  }

  /**
   * Answers a request for a stream that failed through no fault of its client, as if the stream
   * were refused for now.
   *
   * @param request the one that failed, or its dispatch to the error page
   * @return whether the request was for a stream, and has been answered
   */
  public boolean refuseFailed(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!EventFormat.isOfStream(request)) {
      return false;
    }
    response.resetBuffer();
    response.setStatus(HttpServletResponse.SC_OK);
    setHeaders(request, response);
    refuse(response.getOutputStream());
    return true;
  }

  /** Ends the stream in a way after which browsers come back: any other status stops them. */
  private void refuse(ServletOutputStream out) throws IOException {
    out.write(EventStreamEncoder.opening(retryOfRefused.get()));
  }
}
