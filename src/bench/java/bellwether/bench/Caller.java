package bellwether.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Publishes on one connection, each request once the last is answered. Not thread-safe. */
final class Caller implements ResponseParser.Handler, AutoCloseable {
  private final int index;
  private final Peer peer;
  private final SocketChannel channel;
  private final Answers parser;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
  private long number;
  private int status;
  private boolean isAnswered;

  /**
   * @param index among those that publish at the same time
   */
  Caller(int index, Peer peer, InetSocketAddress server) throws IOException {
    this.index = index;
    this.peer = peer;
    this.parser = peer.answers(this);
    channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** How many events it has published in all. */
  long number() {
    return number;
  }

  /**
   * Publishes on the first topic until then.
   *
   * @param batch events in a request
   * @param latency takes how long each request took, in nanoseconds
   */
  void publishUntil(long deadline, int batch, Histogram latency) throws IOException {
    while (System.nanoTime() < deadline) {
      publish(batch, latency);
    }
  }

  /** Publishes with one request. */
  void publish(int batch, Histogram latency) throws IOException {
    byte[] request = request(batch);
    long start = System.nanoTime();
    send(request);
    latency.recordValue(System.nanoTime() - start);
  }

  private byte[] request(int batch) {
    List<Peer.Event> events = new ArrayList<>(batch);
    for (int i = 0; i < batch; i++) {
      String data = Payload.of(Scenario.SIZE, index, ++number, System.nanoTime());
      events.add(new Peer.Event(0, data));
    }
    return batch > 1 ? peer.batchRequest(events) : peer.publishRequest(events.get(0));
  }

  private void send(byte[] request) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(request);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
    isAnswered = false;
    while (!isAnswered) {
      int count = channel.read(buffer.clear());
      if (count < 0) {
        throw new EOFException("the server closed a publisher's connection");
      }
      parser.parse(buffer.array(), 0, count);
    }
    if (status < 200 || status > 299) {
      throw new ProtocolException("an event was answered with " + status);
    }
  }

  @Override
  public void head(int newStatus) {
    status = newStatus;
  }

  @Override
  public void end() {
    isAnswered = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
