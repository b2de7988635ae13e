package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Any number of {@link SseClient}s, read by one thread into one buffer. */
public final class SseClientGroup implements AutoCloseable {
  /*
   * Connecting and asking happen on the caller's thread, where they may block; so the caller is
   * also held back when the server's accept queue is full. From then on a channel belongs to the
   * selector's thread: the others only leave it commands.
   */
  private static final int CONNECT_MILLIS = 10_000;
  private static final int BUFFER_BYTES = 16_384;
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);

  private record Command(Runnable action, CompletableFuture<Boolean> done) {}

  private final int receiveBufferBytes;
  private final Selector selector;
  private final Thread thread;
  private final ConcurrentLinkedQueue<Command> commands = new ConcurrentLinkedQueue<>();
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile boolean closing;

  public SseClientGroup() {
    this(0);
  }

  /**
   * @param receiveBufferBytes what the kernel may take in for a reader that has stopped, roughly; 0
   *     leaves it to the kernel, which can hide megabytes
   */
  public SseClientGroup(int receiveBufferBytes) {
    this.receiveBufferBytes = receiveBufferBytes;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(this::run, "sse-clients");
    thread.setDaemon(true);
    thread.start();
  }

  /** Connects, sends the request and returns; {@link SseClient#status} waits for the answer. */
  public SseClient open(URI uri, Map<String, String> headers, BodySink sink) {
    return open(uri, headers, sink, false);
  }

  SseClient open(URI uri, Map<String, String> headers, BodySink sink, boolean ownsGroup) {
    try {
      SocketChannel channel = connect(uri, request(uri, headers));
      SseClient client = new SseClient(this, channel, sink, ownsGroup);
      execute(() -> register(client));
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException("No connection to " + uri, e);
    }
  }

  /** How many streams are open. */
  public int size() {
    return selector.isOpen()
        ? (int) selector.keys().stream().filter(SelectionKey::isValid).count()
        : 0;
  }

  /** Closes every stream in order (FIN). */
  @Override
  public void close() {
    closing = true;
    selector.wakeup();
    if (Thread.currentThread() != thread) {
      try {
        thread.join(COMMAND_LIMIT.toMillis());
      } catch (InterruptedException e) {
        throw Await.interrupted(e);
      }
    }
  }

  void interest(SseClient client, boolean reading) {
    execute(
        () -> {
          SelectionKey key = client.channel().keyFor(selector);
          if (key != null && key.isValid()) {
            key.interestOps(reading ? SelectionKey.OP_READ : 0);
          }
        });
  }

  void leave(SseClient client, boolean reset) {
    execute(
        () -> {
          client.ended(SseClient.End.CLOSED, null);
          release(client, reset);
        });
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

  /** Returns once the selector's thread has done it, and the kernel knows. */
  private void execute(Runnable action) {
    if (Thread.currentThread() == thread) { // a sink that leaves
      action.run();
      return;
    }
    Command command = new Command(action, new CompletableFuture<>());
    commands.add(command);
    selector.wakeup();
    if (!selector.isOpen()) { // perhaps too late for the thread to see it
      obey();
    }
    Await.value("the streams' thread", COMMAND_LIMIT, command.done());
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(this::read);
        obey();
      }
      for (SelectionKey key : List.copyOf(selector.keys())) {
        SseClient client = (SseClient) key.attachment();
        client.ended(SseClient.End.CLOSED, null);
        release(client, false);
      }
      selector.selectNow();
      selector.close();
      obey();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void obey() {
    List<Command> batch = new ArrayList<>();
    for (Command next = commands.poll(); next != null; next = commands.poll()) {
      next.action().run();
      batch.add(next);
    }
    if (!batch.isEmpty() && selector.isOpen()) {
      giveUpClosedChannels();
    }
    batch.forEach(command -> command.done().complete(true));
  }

  /** A registered channel's socket lives on, closed or not, until the selector next selects. */
  private void giveUpClosedChannels() {
    try {
      selector.selectNow(this::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key) {
    SseClient client = (SseClient) key.attachment();
    if (!client.read(shared)) {
      release(client, false);
    }
  }

  private void register(SseClient client) {
    try {
      client.channel().register(selector, SelectionKey.OP_READ, client);
    } catch (ClosedChannelException | ClosedSelectorException e) {
      client.ended(SseClient.End.CLOSED, null);
      release(client, false);
    }
  }

  private static void release(SseClient client, boolean reset) {
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
