package bellwether.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.AsynchronousByteChannel;
import java.util.concurrent.Executor;

/**
 * What a stream needs of its asynchronous request.
 *
 * @param out written to without blocking, once it has called its listener
 * @param complete completes the request; may throw IllegalStateException when the container already
 *     has
 * @param cut cuts off a client that has not taken what was written, where the container lets us;
 *     else does nothing, and the container's own time-out will do it
 */
record AsyncExchange(ServletOutputStream out, Runnable complete, Runnable cut) {
  /** See {@code bellwether.launch.DirectChannels}. */
  static final String DIRECT_CHANNEL = "bellwether.direct-channel";

  /**
   * The exchange of a request for which async has been started, and whose response is not
   * committed.
   *
   * @param executor tells of failures
   */
  static AsyncExchange of(
      HttpServletRequest request, HttpServletResponse response, Executor executor)
      throws IOException {
    AsyncContext async = request.getAsyncContext();
    if (request.getAttribute(DIRECT_CHANNEL) instanceof AsynchronousByteChannel channel) {
      // Said here, it holds; left to the server, it depends on what the request looks like.
      response.setHeader("Transfer-Encoding", "chunked");
      DirectOutput out = new DirectOutput(channel, executor);
      return new AsyncExchange(out, async::complete, out::cut);
    }
    return new AsyncExchange(response.getOutputStream(), async::complete, () -> {});
  }
}
