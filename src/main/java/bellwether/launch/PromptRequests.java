package bellwether.launch;

import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Runs a request that waits for nothing on the selector's thread, which has just read it; gives
 * every other request to the thread pool. For a short request, the way from thread to thread costs
 * as much as the rest.
 *
 * <p>A selector's thread that waited would stop all connections of its selector. So only a {@code
 * POST} to one of the paths that the application names runs there, over HTTP/1.1, once its whole
 * body has been read; its answer is kept until the application is done, and is then written without
 * waiting.
 */
public final class PromptRequests extends Handler.Wrapper {
  /**
   * The attribute of the servlet context under which the application leaves a {@link Set} of
   * strings: paths within the application, a {@code POST} to which waits for nothing but its own
   * body and the writing of its answer.
   */
  private static final String PATHS = "bellwether.prompt-paths";

  /** Most bytes of the body of a request that runs on a selector's thread. */
  private static final int MAX_BODY = 8192;

  /**
   * Requests of one connection that a thread runs one behind the other; the next goes to the thread
   * pool. Without that, a client that sends faster than it is answered would keep the thread from
   * all other connections.
   */
  private static final int MAX_IN_A_ROW = 16;

  /** The connection whose requests the thread has run, and how many it has of them in a row. */
  private static final class Row {
    private @Nullable String connection;
    private int count;

    /** Returns whether the thread may run another one. */
    boolean take(Request request) {
      String id = request.getConnectionMetaData().getId();
      if (!id.equals(connection)) {
        connection = id;
        count = 0;
      }
      count = count == MAX_IN_A_ROW ? 0 : count + 1;
      return count > 0;
    }
  }

  private final ContextHandler application;
  private final ThreadLocal<Row> row = ThreadLocal.withInitial(Row::new);

  /**
   * @param application has the attribute
   * @param handler leads to the application
   */
  public PromptRequests(ContextHandler application, Handler handler) {
    super(handler);
    this.application = application;
  }

  /** Says that {@link #handle} does not block, whatever the handlers behind it do. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Content.Chunk piece = isCandidate(request) ? request.read() : null;
    if (piece == null) {
      getServer().getThreadPool().execute(() -> pass(request, response, callback));
      return true;
    }
    RequestAtHand atHand = new RequestAtHand(request, piece, getServer().getThreadPool());
    Callback end = Callback.from(callback, atHand::release);
    if (piece.remaining() == request.getLength() && row.get().take(request)) {
      KeptResponse kept = new KeptResponse(atHand, response);
      pass(atHand, kept, kept.writtenBefore(end));
    } else {
      getServer().getThreadPool().execute(() -> pass(atHand, response, end));
    }
    return true;
  }

  private void pass(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      }
    } catch (Exception e) {
      Response.writeError(request, response, callback, e);
    }
  }

  /** Whether it may run here, if its whole body has come. */
  private boolean isCandidate(Request request) {
    return HttpMethod.POST.is(request.getMethod())
        && request.getLength() > 0
        && request.getLength() <= MAX_BODY
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
        && !request.getHeaders().contains(HttpHeader.EXPECT) // reading would write the 100
        && application.getContext().getAttribute(PATHS) instanceof Set<?> paths
        && paths.contains(pathInApplication(request));
  }

  private String pathInApplication(Request request) {
    String path = request.getHttpURI().getCanonicalPath();
    String context = application.getContextPath();
    return context.length() > 1 && path.startsWith(context)
        ? path.substring(context.length())
        : path;
  }
}
