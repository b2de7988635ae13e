package bellwether.launch;

import java.nio.ByteBuffer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * A response that keeps what is written, for a request that runs on a selector's thread: a servlet
 * waits until what it writes is written, and that thread is the one that would have to write it.
 * For answers whose length is bounded by that of a short request. Not thread-safe, like any
 * response.
 */
final class KeptResponse extends Response.Wrapper {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer kept = NOTHING;
  private boolean isWritten;
  private boolean isLast;

  KeptResponse(Request request, Response response) {
    super(request, response);
  }

  @Override
  public void write(boolean last, ByteBuffer content, Callback callback) {
    isWritten = true;
    isLast |= last;
    if (BufferUtil.hasContent(content)) {
      ByteBuffer both = ByteBuffer.allocate(kept.remaining() + content.remaining());
      kept = both.put(kept).put(content).flip();
    }
    callback.succeeded();
  }

  @Override
  public boolean isCommitted() {
    return isWritten || super.isCommitted();
  }

  @Override
  public boolean hasLastWrite() {
    return isLast || super.hasLastWrite();
  }

  /** Returns what completes the request: it writes what is kept, and then calls the callback. */
  Callback writtenBefore(Callback callback) {
    return new Callback.Nested(callback) {
      @Override
      public void succeeded() {
        if (isWritten) {
          getWrapped().write(true, kept, callback);
        } else {
          super.succeeded();
        }
      }
    };
  }
}
