package bellwether.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonBuilderFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that reads slowly: it reads a stream over a socket with small buffers, at a fixed rate,
 * and reconnects with its last id when the server closes the connection. A browser cannot show
 * this: it reads all that arrives, however slow its page is. The reader ends by itself. Any thread.
 */
public final class SlowReader implements DemoRun {
  private static final Logger logger = LoggerFactory.getLogger(SlowReader.class);
  private static final JsonBuilderFactory json = Json.createBuilderFactory(Map.of());

  private static final int BUFFER = 1 << 16; // bytes; the kernel adds a little
  private static final int READS = 10; // in a second
  private static final int MAX_EVENT = 1 << 20;
  private static final int MAX_HEAD = 1 << 14;
  private static final Duration PATIENCE = Duration.ofSeconds(20); // longer than a heartbeat

  private final URI stream;
  private final int bytesPerSecond;
  private final long nanos;
  private final LongSupplier nanoTime;
  private final long start;
  private final Thread thread = new Thread(this::run, "bellwether-slow-reader");

  private volatile boolean closed;
  private volatile long end; // once closed
  private volatile Socket socket = new Socket();

  // Written by the reader's thread.
  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong gaps = new AtomicLong();
  private volatile String lastEventId = "";
  private volatile Duration retry = Duration.ofSeconds(1);

  private SlowReader(URI stream, int bytesPerSecond, Duration length, LongSupplier nanoTime) {
    this.stream = stream;
    this.bytesPerSecond = bytesPerSecond;
    this.nanos = length.toNanos();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /**
   * Starts a reader.
   *
   * @param stream the stream's URL, plain HTTP
   * @param bytesPerSecond at least 10
   * @param length the time after which the reader ends
   * @param nanoTime as {@link System#nanoTime}
   */
  public static SlowReader start(
      URI stream, int bytesPerSecond, Duration length, LongSupplier nanoTime) {
    SlowReader reader = new SlowReader(stream, bytesPerSecond, length, nanoTime);
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  @Override
  public boolean isRunning() {
    return !closed;
  }

  /**
   * Returns the figures so far, as JSON; {@code events} counts the events without a type of their
   * own.
   */
  @Override
  public String toJson() {
    long now = closed ? end : nanoTime.getAsLong();
    return json.createObjectBuilder()
        .add("running", !closed)
        .add("seconds", Duration.ofNanos(now - start).toMillis() / 1e3)
        .add("opened", opened.get())
        .add("bytes", bytes.get())
        .add("events", events.get())
        .add("gaps", gaps.get())
        .add("lastEventId", lastEventId)
        .build()
        .toString();
  }

  /** Ends the reader and closes its connection; may be called any number of times. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      end = nanoTime.getAsLong();
      closed = true;
    }
    thread.interrupt();
    closeSocket(); // wakes a thread that waits for more
  }

  private void run() {
    try {
      while (!closed) {
        readOnce();
        Thread.sleep(retry.toMillis());
      }
    } catch (InterruptedException e) { // by close; no other code interrupts this thread
      logger.debug("The demo's slow reader was ended");
    } finally {
      close();
    }
  }

  /** Reads one answer until the answer or the reader ends. */
  private void readOnce() throws InterruptedException {
    try (Socket connection = new Socket()) {
      socket = connection;
      if (!closed) { // otherwise close came before there was a connection to close
        read(connection);
      }
    } catch (IOException e) {
      logger.debug("The demo's slow reader was cut", e);
    }
  }

  private void read(Socket connection) throws IOException, InterruptedException {
    connection.setReceiveBufferSize(BUFFER); // before it connects, or the window is larger
    connection.setSoTimeout((int) PATIENCE.toMillis());
    connection.connect(
        new InetSocketAddress(stream.getHost(), stream.getPort()), (int) PATIENCE.toMillis());
    connection.getOutputStream().write(request());
    InputStream in = connection.getInputStream();
    skipHead(in);
    opened.incrementAndGet();
    EventStreamParser parser = new EventStreamParser(new Counting(), MAX_EVENT);
    byte[] piece = new byte[bytesPerSecond / READS];
    int count = in.read(piece);
    while (count >= 0 && nanoTime.getAsLong() - start < nanos) {
      bytes.addAndGet(count);
      parser.feed(piece, 0, count);
      Thread.sleep(Duration.ofSeconds(1).toMillis() / READS);
      count = in.read(piece);
    }
    if (count >= 0) {
      close();
    }
  }

  /** Returns the request. It uses HTTP/1.0, so the body has no chunks to decode. */
  private byte[] request() {
    String id = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
    return ("GET "
            + stream.getRawPath()
            + "?"
            + stream.getRawQuery()
            + " HTTP/1.0\r\nHost: "
            + stream.getRawAuthority()
            + "\r\nAccept: text/event-stream\r\n"
            + id
            + "\r\n")
        .getBytes(UTF_8);
  }

  private static void skipHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.length() > MAX_HEAD) {
        throw new IOException("no answer");
      }
      head.append(new String(new byte[] {(byte) next}, US_ASCII));
    }
    if (head.indexOf(" 200") < 0) {
      throw new IOException(head.substring(0, head.indexOf("\r\n")));
    }
  }

  private void closeSocket() {
    try {
      socket.close();
    } catch (IOException e) {
      logger.debug("The demo's slow reader could not close its socket", e);
    }
  }

  private final class Counting implements EventStreamParser.Listener {
    @Override
    public void onEvent(MessageEvent event) {
      lastEventId = event.lastEventId();
      if (event.type().equals("message")) {
        events.incrementAndGet();
      } else if (event.type().equals("gap")) {
        gaps.incrementAndGet();
      }
    }

    @Override
    public void onRetry(Duration reconnectionTime) {
      retry = reconnectionTime;
    }
  }
}
