package bellwether.launch;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The end of a request whose socket the application asks for: it holds back the last chunk, and
 * tells the application if the socket cannot be handed over.
 */
final class LastChunk extends HttpStream.Wrapper {
  private final DirectChannel channel;

  LastChunk(HttpStream stream, DirectChannel channel) {
    super(stream);
    this.channel = channel;
  }

  @Override
  public void send(
      MetaData.Request request,
      MetaData.@Nullable Response response,
      boolean last,
      @Nullable ByteBuffer content,
      Callback callback) {
    if (response == null && last && BufferUtil.isEmpty(content)) {
      callback.succeeded();
    } else {
      // The response would go on past the socket's new owner.
      callback.failed(new IOException("The response had been handed over"));
    }
  }

  @Override
  public void succeeded() {
    super.succeeded();
    if (!channel.isHandedOver()) {
      channel.fail(new IOException("The server did not hand the connection over"));
    }
  }

  @Override
  public void failed(Throwable failure) {
    super.failed(failure);
    channel.fail(failure);
  }
}
