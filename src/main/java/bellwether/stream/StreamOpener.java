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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Turns a request into an open stream. */
public final class StreamOpener {
  /** See {@code bellwether.launch.DirectChannels}. */
  static final String DIRECT_CHANNEL = "bellwether.direct-channel";

  /** The attribute of the same for HTTP/2, which has no such channel. */
  static final String CUT = "bellwether.cut";

  /** A server that takes arrays only may keep a buffer of this size for each stream. */
  private static final int RESPONSE_BUFFER = 4096;

  private final Hub hub;
  private final StreamContext context;
  private final Retry retry;
  private final Lifetime lifetime;
  private final Supplier<Duration> retryOfRefused;
  private final StreamRights rights;
  private final ClientLimits limits;
  private final RandomGenerator random;

  /**
   * @param random of secrets
   */
  StreamOpener(
      Hub hub,
      StreamContext context,
      Retry retry,
      Lifetime lifetime,
      Supplier<Duration> retryOfRefused,
      StreamRights rights,
      ClientLimits limits,
      RandomGenerator random) {
    this.rights = rights;
    this.limits = limits;
    this.random = random;
    this.hub = hub;
    this.context = context;
    this.retry = retry;
    this.lifetime = lifetime;
    this.retryOfRefused = retryOfRefused;
  }

  /** Says what kind of answer this is, for GET and HEAD alike. */
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

  /** Opens the stream; it lives on when this has returned. */
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
    Runnable leave = limits.open(request, plan.grant());
    if (leave == null) {
      refuse(response.getOutputStream());
      return;
    }
    try (Undo uncount = new Undo(leave)) {
      if (open(plan, leave, request, response)) {
        uncount.handOver();
      }
    }
  }

  /** Returns whether the stream has been taken up. */
  private boolean open(
      StreamPlan plan, Runnable leave, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    AsyncContext async = Exchanges.startAsync(request);
    async.setTimeout(0);
    StreamOutput out = outputOf(async, request, response);
    StreamKey key = StreamKey.random(random);
    StreamConnection connection =
        new StreamConnection(out, EventStreamEncoder.opening(retry.next()), context, key);
    // Without a time-out, nothing else ever would complete it.
    try (Undo unfinished = new Undo(async::complete);
        Undo unbound = new Undo(() -> connection.bind(StreamAuthorization.NONE))) {
      rights.bind(connection, plan.grant()); // first: it says what of the log may be read
      Cursor subscription;
      try {
        subscription =
            hub.subscribeIfRoom(
                interestOf(plan, connection), connection, plan.grant().isStranger());
      } catch (LogUnavailableException e) { // its place cannot be found now; later it can
        refuse(response.getOutputStream());
        return false;
      }
      Runnable departure = subscription == null ? null : plan.arrival().tell();
      if (subscription == null || departure == null) {
        if (subscription != null) {
          subscription.close();
        }
        context.metrics().refused();
        refuse(response.getOutputStream());
        return false;
      }
      connection.attach(subscription, both(departure, leave), lifetime.draw());
      if (!context.registry().add(connection)) {
        subscription.close();
        departure.run();
        refuse(response.getOutputStream());
        return false;
      }
      unbound.handOver();
      unfinished.handOver();
    }
    start(plan.dialect(), connection, async, response, out);
    var unused = rights.check(connection);
    return true;
  }

  /** Of those that do nothing, none is kept: streams are many. */
  private static Runnable both(Runnable departure, Runnable leave) {
    if (departure == StreamPlan.NOTHING) {
      return leave;
    }
    return leave == ClientLimits.UNCOUNTED
        ? departure
        : () -> {
          departure.run();
          leave.run();
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
        && !(response instanceof ServletResponseWrapper) // what wraps it would see nothing of it
        && isReadToItsEnd(request)) {
      // Said here, it holds; left to the server, it depends on what the request looks like.
      response.setHeader("Transfer-Encoding", "chunked");
      response.setHeader("Connection", "close"); // there is no next response
      return new DirectOutput(async::complete, channel, context.executor());
    }
    Runnable cut = request.getAttribute(CUT) instanceof Runnable theirs ? theirs : () -> {};
    return new ContainerOutput(response.getOutputStream(), async::complete, cut);
  }

  /** Of other methods than GET the body has been read. */
  private static boolean isReadToItsEnd(HttpServletRequest request) {
    boolean hasNoBody =
        request.getContentLengthLong() <= 0 && request.getHeader("Transfer-Encoding") == null;
    return hasNoBody || !request.getMethod().equals("GET");
  }

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
      if (dialect == StreamPlan.Dialect.OURS) { // for those that resume, by fetch
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
    }
  }

  /** An action to be done in the end, unless another object has taken charge of it. */
  private static final class Undo implements AutoCloseable {
    private final Runnable action;
    private boolean isHandedOver;

    Undo(Runnable action) {
      this.action = action;
    }

    void handOver() {
      isHandedOver = true;
    }

    @Override
    public void close() {
      if (!isHandedOver) {
        action.run();
      }
    }
  }

  /**
   * Returns the grant by which the request may have a stream; null if that cannot be told now, and
   * it has been refused in a way after which browsers come back.
   *
   * @throws HttpProblem if it shows something that is not valid
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
   * Answers a request that failed through no fault of its client, if it is for a stream, as a
   * stream that is refused for now.
   *
   * @param request that failed, or the dispatch to the error page after it
   * @return whether it is answered
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
