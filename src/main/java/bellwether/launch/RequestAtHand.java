package bellwether.launch;

import java.util.concurrent.Executor;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request, the first piece of whose body has been read already; it is the first that is read from
 * here. Not thread-safe, like any request.
 */
final class RequestAtHand extends Request.Wrapper {
  private final Executor executor;
  private Content.@Nullable Chunk piece;

  /**
   * @param executor runs what waits for the piece
   */
  RequestAtHand(Request request, Content.Chunk piece, Executor executor) {
    super(request);
    this.piece = piece;
    this.executor = executor;
  }

  @Override
  public Content.@Nullable Chunk read() {
    Content.Chunk taken = piece;
    if (taken == null) {
      return super.read();
    }
    piece = null;
    return taken;
  }

  @Override
  public void demand(Runnable callback) {
    if (piece == null) {
      super.demand(callback);
    } else {
      executor.execute(callback);
    }
  }

  /** Gives the piece back, if nobody has read it; for when the request is completed. */
  void release() {
    Content.Chunk left = piece;
    if (left != null) {
      piece = null;
      left.release();
    }
  }
}
