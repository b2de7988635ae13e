package bellwether.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Publishes on one connection that stays open, without waiting for each answer: the server answers
 * and publishes in the order of the requests. For one thread at a time.
 */
final class Publisher implements ResponseParser.Handler, AutoCloseable {
  private static final int IN_FLIGHT = 16; // requests
  private static final int PATIENCE =
      90; // seconds; a server that blocks in a write may take a minute

  private final int index;
  private final Peer peer;
  private final InetSocketAddress server;
  private final Semaphore permits = new Semaphore(IN_FLIGHT);
  private final long[] numbers; // the newest of each topic
  private final AtomicLong count = new AtomicLong(); // read by any thread

  private volatile SocketChannel channel;

  // Written by the thread that reads the answers.
  private volatile @Nullable String failure;

  Publisher(int index, Peer peer, InetSocketAddress server, int topics) throws IOException {
    this.index = index;
    this.peer = peer;
    this.numbers = new long[topics];
    this.server = server;
    this.channel = connect();
  }

  private SocketChannel connect() throws IOException {
    SocketChannel connected = SocketChannel.open(server);
    connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
    Thread answers = new Thread(() -> readAnswers(connected), "answers");
    answers.setDaemon(true);
    answers.start();
    return connected;
  }

  /** Takes a new connection, once all is answered: servers close one that is idle for long. */
  void reconnect() throws IOException {
    awaitAnswers();
    SocketChannel old = channel;
    channel = connect();
    old.close();
  }

  /** How many events it has published in all. */
  long count() {
    return count.get();
  }

  long number(int topic) {
    return numbers[topic];
  }

  /**
   * Publishes events with one request: on a topic and those that follow it, in turn.
   *
   * @param events one, or more if the server takes more
   * @param topic the first
   * @param topics how many there are
   */
  void publish(long dueNanos, int events, int topic, int topics) throws IOException {
    List<Peer.Event> request = new ArrayList<>(events);
    for (int i = 0; i < events; i++) {
      request.add(event((topic + i) % topics, dueNanos));
    }
    send(events > 1 ? peer.batchRequest(request) : peer.publishRequest(request.get(0)));
    count.addAndGet(events);
  }

  private Peer.Event event(int topic, long dueNanos) {
    return new Peer.Event(topic, Payload.of(Scenario.SIZE, index, ++numbers[topic], dueNanos));
  }

  /** Publishes what readers do not count; returns whether the server still answers quickly. */
  boolean fill(int topic, int bytes) throws IOException {
    send(peer.publishRequest(new Peer.Event(topic, Payload.filling(bytes))));
    try {
      if (!permits.tryAcquire(IN_FLIGHT, 1, TimeUnit.SECONDS)) {
        return false;
      }
      permits.release(IN_FLIGHT);
      return true;
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Returns once everything is answered. */
  void awaitAnswers() throws IOException {
    await(IN_FLIGHT);
    permits.release(IN_FLIGHT);
  }

  @Override
  public void head(int status) {
    if (status < 200 || status > 299) {
      failure = "an event was answered with " + status;
    }
  }

  @Override
  public void end() {
    permits.release();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void send(byte[] request) throws IOException {
    await(1);
    ByteBuffer buffer = ByteBuffer.wrap(request);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private void await(int wanted) throws IOException {
    try {
      if (!permits.tryAcquire(wanted, PATIENCE, TimeUnit.SECONDS)) {
        throw new IOException("events are not answered");
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    String failed = failure;
    if (failed != null) {
      throw new IOException(failed);
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException();
  }

  private void readAnswers(SocketChannel connected) {
    ResponseParser parser = new ResponseParser(this);
    ByteBuffer buffer = ByteBuffer.allocate(1 << 14);
    String end = "the server closed the publisher's connection";
    try {
      for (int read = connected.read(buffer); read >= 0; read = connected.read(buffer.clear())) {
        parser.parse(buffer.array(), 0, read);
      }
    } catch (IOException | UncheckedIOException e) {
      end = "the publisher's connection failed: " + e;
    }
    if (connected == channel && permits.availablePermits() < IN_FLIGHT) {
      failure = end;
      permits.release(IN_FLIGHT); // whoever waits is to see it
    }
  }
}
