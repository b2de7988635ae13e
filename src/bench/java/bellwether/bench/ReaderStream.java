package bellwether.bench;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One stream that is read. Confined to the thread of its {@link Readers}. */
final class ReaderStream {
  private final byte[] request;
  private final SocketChannel channel;
  private final Ledger.Line line;
  private final StreamParser parser;

  ReaderStream(byte[] request, SocketChannel channel, Ledger.Line line) {
    this.request = request;
    this.channel = channel;
    this.line = line;
    this.parser = new StreamParser(line);
  }

  Ledger.Line line() {
    return line;
  }

  SocketChannel channel() {
    return channel;
  }

  void connected(SelectionKey key) throws IOException {
    channel.finishConnect();
    if (channel.write(ByteBuffer.wrap(request)) < request.length) {
      throw new IOException("a request does not fit into an empty socket");
    }
    key.interestOps(SelectionKey.OP_READ);
  }

  /** Reads once; returns whether the stream goes on. */
  boolean read(byte[] shared) throws IOException {
    int count = channel.read(ByteBuffer.wrap(shared));
    if (count > 0) {
      parser.parse(shared, 0, count);
    }
    return count >= 0;
  }

  /** Whether the answer has come and is a stream. */
  boolean isOpen() throws ProtocolException {
    return parser.isOpen();
  }
}
