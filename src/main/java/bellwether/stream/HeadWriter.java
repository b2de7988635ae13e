package bellwether.stream;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/**
 * Writes the head of a response whose socket is taken over then. A client that takes nothing holds
 * no thread meanwhile. Called by the container only.
 */
final class HeadWriter implements WriteListener {
  private final ServletOutputStream head;
  private final StreamOutput socket;
  private final StreamConnection connection;
  private boolean isFlushed;

  private HeadWriter(ServletOutputStream head, StreamOutput socket, StreamConnection connection) {
    this.head = head;
    this.socket = socket;
    this.connection = connection;
  }

  /** Begins, as the last that is done with the request. */
  static void start(ServletOutputStream head, StreamOutput socket, StreamConnection connection) {
    head.setWriteListener(new HeadWriter(head, socket, connection));
  }

  @Override
  public void onWritePossible() throws IOException {
    while (head.isReady()) {
      if (isFlushed) {
        socket.setWriteListener(connection);
        return;
      }
      isFlushed = true;
      head.flush();
    }
  }

  @Override
  public void onError(Throwable failure) {
    connection.onError(failure);
  }
}
