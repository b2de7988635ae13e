package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Clients without a right that hold as much of our server as they can, until they are closed. */
final class Strangers implements AutoCloseable {
  /*
   * Those that drip send a byte each every PAUSE, and come back when the server has closed their
   * connection. A thread of its own does all of that; a socket that takes nothing is passed over.
   */
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int SMALL_BUFFER = 4096;

  /** The topic that has a mebibyte of events. */
  static final int LARGE_TOPIC = 1;

  /** What they do, and how many do it. */
  enum Kind {
    /** A body that comes a byte at a time. */
    BODIES(
        500,
        "QUERY /events HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 60000",
        "",
        ""),
    /** A request whose head comes a byte at a time. */
    HEADS(500, "GET /events?topic=a HTTP/1.1", "Host: localhost", "X-Long: "),
    /** A poll whose answer of a mebibyte is not read. */
    POLLS(
        1000,
        "GET /events?topic=bench-1&lastEventId=earliest HTTP/1.1",
        "Host: localhost",
        "Accept: application/json",
        "",
        ""),
    /** A stream with as costly a pattern as one may have. */
    PATTERNS(
        1000,
        "GET /events?topic=%7B%2Ba%7D%2F%7B%2Bb%7D%2F%7B%2Bc%7D%2Fx HTTP/1.1",
        "Host: localhost",
        "Accept: text/event-stream",
        "",
        "");

    private final int count;
    private final String request;

    Kind(int count, String... lines) {
      this.count = count;
      this.request = String.join("\r\n", lines);
    }

    private boolean drips() {
      return this == BODIES || this == HEADS;
    }
  }

  private final InetSocketAddress server;
  private final Kind kind;
  private final List<SocketChannel> sockets = new ArrayList<>();
  private final Thread thread = new Thread(this::drip, "strangers");
  private volatile boolean closing;

  /** Opens all their connections, and has them begin. */
  Strangers(InetSocketAddress server, Kind kind) throws IOException {
    this.server = server;
    this.kind = kind;
    for (int i = 0; i < kind.count; i++) {
      sockets.add(begin());
    }
    if (kind.drips()) {
      thread.start();
    }
  }

  private SocketChannel begin() throws IOException {
    SocketChannel socket = SocketChannel.open();
    if (!kind.drips()) {
      socket.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
    }
    socket.connect(server);
    socket.configureBlocking(false);
    socket.write(
        ByteBuffer.wrap(kind.request.getBytes(ISO_8859_1))); // a socket just opened takes all of it
    return socket;
  }

  private void drip() {
    while (!closing) {
      for (int i = 0; i < sockets.size() && !closing; i++) {
        try {
          sockets.get(i).write(ByteBuffer.wrap(new byte[] {'x'}));
        } catch (IOException e) { // closed by the server: it comes back
          replace(i);
        }
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  private void replace(int index) {
    try {
      sockets.get(index).close();
      sockets.set(index, begin());
    } catch (IOException e) {
      // The next round tries again.
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel socket : sockets) {
      socket.close();
    }
  }
}
