package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Any number of {@link SseClient}s, read by one thread into one buffer. */
public final class SseClientGroup implements AutoCloseable {
  /*
   * Connecting and asking happen on the caller's thread, where they may block; so the caller is
   * also held back when the server's accept queue is full. From then on a channel belongs to the
   * loop's thread: the others only have it do something.
   */
  private static final int CONNECT_MILLIS = 10_000;
  private static final int BUFFER_BYTES = 16_384;

  private final int receiveBufferBytes;
  private final SelectorLoop loop = new SelectorLoop("sse-clients");

  // Confined to the loop's thread.
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Map<SseClient, SelectionKey> open = new HashMap<>();
  private boolean isClosed;

  public SseClientGroup() {
    this(0);
  }

  /**
   * @param receiveBufferBytes what the kernel may take in for a reader that has stopped, roughly; 0
   *     leaves it to the kernel, which can hide megabytes
   */
  public SseClientGroup(int receiveBufferBytes) {
    this.receiveBufferBytes = receiveBufferBytes;
  }

  /** Connects, sends the request and returns; {@link SseClient#status} waits for the answer. */
  public SseClient open(URI uri, Map<String, String> headers, BodySink sink) {
    return open(uri, headers, sink, false);
  }

  SseClient open(URI uri, Map<String, String> headers, BodySink sink, boolean ownsGroup) {
    try {
      SocketChannel channel = connect(uri, request(uri, headers));
      SseClient client = new SseClient(this, channel, sink, ownsGroup);
      loop.call(() -> register(client));
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("No connection to " + uri, e);
    }
  }

  /** How many streams are open. */
  public int size() {
    return loop.ask(open::size);
  }

  /** Closes every stream in order (FIN). */
  @Override
  public void close() {
    loop.call(
        () -> {
          isClosed = true;
          List.copyOf(open.keySet()).forEach(client -> leaveNow(client, false));
        });
    loop.close();
  }

  void interest(SseClient client, boolean reading) {
    loop.call(
        () -> {
          SelectionKey key = open.get(client);
          if (key != null) {
            key.interestOps(reading ? SelectionKey.OP_READ : 0);
          }
        });
  }

  void leave(SseClient client, boolean reset) {
    loop.call(() -> leaveNow(client, reset));
  }

  private SocketChannel connect(URI uri, ByteBuffer request) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      if (receiveBufferBytes > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
      }
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(new InetSocketAddress(uri.getHost(), uri.getPort()), CONNECT_MILLIS);
      while (request.hasRemaining()) {
        channel.write(request);
      }
      channel.configureBlocking(false);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static ByteBuffer request(URI uri, Map<String, String> headers) {
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    StringBuilder text = new StringBuilder("GET " + path + query + " HTTP/1.1\r\n");
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Host", uri.getAuthority());
    all.put("Accept", "text/event-stream");
    all.putAll(headers);
    all.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return ByteBuffer.wrap(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  // What follows is called by the loop's thread only.

  private void register(SseClient client) {
    try {
      if (isClosed) {
        leaveNow(client, false);
      } else {
        open.put(
            client, loop.register(client.channel(), SelectionKey.OP_READ, key -> read(client)));
      }
    } catch (ClosedChannelException e) {
      leaveNow(client, false);
    }
  }

  private void read(SseClient client) {
    if (!client.read(shared)) {
      release(client, false);
    }
  }

  private void leaveNow(SseClient client, boolean reset) {
    client.ended(StreamClient.End.CLOSED, null);
    release(client, reset);
  }

  private void release(SseClient client, boolean reset) {
    open.remove(client);
    try (SocketChannel channel = client.channel()) {
      if (reset && channel.isOpen()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // closing now sends RST
      }
    } catch (IOException e) {
      // The server was faster; the channel is closed all the same.
      return;
    }
  }
}
