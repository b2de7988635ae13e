package bellwether.http;

import bellwether.eventlog.LogUnavailableException;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.Subscription;
import bellwether.observe.CloseReason;
import bellwether.wire.EventStreamEncoder;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.AsynchronousByteChannel;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns a request into an open stream. */
final class StreamOpener {
  /** See {@code bellwether.launch.DirectChannels}. */
  static final String DIRECT_CHANNEL = "bellwether.direct-channel";

  /** Of the same, for HTTP/2, which has no such channel. */
  static final String CUT = "bellwether.cut";

  /** A server that takes arrays only may keep a buffer of this size for each stream. */
  private static final int RESPONSE_BUFFER = 4096;

  private final Hub hub;
  private final StreamContext context;
  private final Retry retry;
  private final Supplier<Duration> retryOfRefused;

  StreamOpener(Hub hub, StreamContext context, Retry retry, Supplier<Duration> retryOfRefused) {
    this.hub = hub;
    this.context = context;
    this.retry = retry;
    this.retryOfRefused = retryOfRefused;
  }

  /** Says what kind of answer this is, for GET and HEAD alike. */
  static void setHeaders(HttpServletRequest request, HttpServletResponse response) {
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
  void open(Interest interest, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!request.isAsyncSupported()) {
      throw new HttpProblem(500, "A filter or servlet before this one does not support async");
    }
    setHeaders(request, response);
    if (!context.registry().hasRoom()) { // before it costs anything
      refuse(response.getOutputStream());
      return;
    }
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    StreamOutput out = outputOf(request, response);
    byte[] firstBytes = EventStreamEncoder.opening(retry.next());
    StreamConnection connection = new StreamConnection(out, async::complete, firstBytes, context);
    try (UnfinishedRequest unfinished = new UnfinishedRequest(async)) {
      Subscription subscription;
      try {
        subscription = hub.subscribe(interest, connection);
      } catch (LogUnavailableException e) { // its place cannot be found now; later it can
        refuse(response.getOutputStream());
        return;
      }
      connection.attach(subscription);
      if (!context.registry().add(connection)) {
        subscription.close();
        refuse(response.getOutputStream());
        return;
      }
      unfinished.handOver();
      start(connection, subscription.lastEventIdHeader(), async, response, out);
    }
  }

  /** For a request for which async has been started, and whose response is not committed. */
  private StreamOutput outputOf(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getAttribute(DIRECT_CHANNEL) instanceof AsynchronousByteChannel channel) {
      // Said here, it holds; left to the server, it depends on what the request looks like.
      response.setHeader("Transfer-Encoding", "chunked");
      return new DirectOutput(channel, context.executor());
    }
    Runnable cut = request.getAttribute(CUT) instanceof Runnable theirs ? theirs : () -> {};
    return new ContainerOutput(response.getOutputStream(), cut);
  }

  private static void start(
      StreamConnection connection,
      @Nullable String lastEventIdHeader,
      AsyncContext async,
      HttpServletResponse response,
      StreamOutput out) {
    try {
      if (lastEventIdHeader != null) {
        response.setHeader("Last-Event-ID", HeaderText.encode(lastEventIdHeader));
      }
      response.flushBuffer(); // the client sees that it is open before there is any event
      async.addListener(connection);
      out.setWriteListener(connection); // last: now the container calls us
    } catch (IOException | RuntimeException e) {
      connection.close(CloseReason.GONE);
    }
  }

  /** A request that is completed here, unless a connection has taken charge of it. */
  private static final class UnfinishedRequest implements AutoCloseable {
    private final AsyncContext async;
    private boolean isHandedOver;

    UnfinishedRequest(AsyncContext async) {
      this.async = async;
    }

    void handOver() {
      isHandedOver = true;
    }

    @Override
    public void close() {
      if (!isHandedOver) {
        async.complete(); // without a time-out, nothing else ever would
      }
    }
  }

  /** Ends the stream in a way after which browsers come back: any other status stops them. */
  private void refuse(ServletOutputStream out) throws IOException {
    out.write(EventStreamEncoder.opening(retryOfRefused.get()));
  }
}
