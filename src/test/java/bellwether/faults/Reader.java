package bellwether.faults;

import bellwether.harness.ResponseDecoder;
import bellwether.harness.SelectorLoop;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One {@code EventSource}, as browsers have it: it keeps the last id that a finished event gave it,
 * comes back by itself after the time it was told, and resumes. The tests' other reader, {@code
 * OpenStream}, is one connection that a test waits on; thousands of these connect, read, slowly or
 * not, and come back on one thread that never waits. Both parse with the same {@link
 * ResponseDecoder} and {@link EventStreamParser}. Confined to the readers' thread, but for {@link
 * #localPort}.
 */
public final class Reader implements EventStreamParser.Listener {
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration MAX_RETRY = Duration.ofSeconds(1);
  private static final int SLOW_BUFFER = 4_096;
  private static final int SLOW_BYTES = 3_000;
  private static final Duration SLOW_PAUSE = Duration.ofMillis(40);

  private final SelectorLoop loop;
  private final ByteBuffer shared;
  private final int serverPort;
  private final String path;
  private final Map<String, String> headers;
  private final boolean isSlow;
  private final IntConsumer statuses;
  private final Chronicle chronicle;
  private final Witness journal;

  private String lastEventId = "";
  private Duration retry = FIRST_RETRY;
  private int failures; // connections in a row that had no answer
  private @Nullable Connection connection;
  private volatile int localPort; // 0 while nothing is open

  /** One connection, and what is read from it. */
  private final class Connection {
    private final SocketChannel channel;
    private final EventStreamParser parser = new EventStreamParser(Reader.this);
    private final ResponseDecoder decoder = new ResponseDecoder(this::body);
    private boolean hasAnswered;
    private @Nullable Refusal refusal;

    Connection(SocketChannel channel) {
      this.channel = channel;
    }

    private void body(byte[] bytes) {
      if (decoder.status() == 200) {
        parser.feed(bytes);
        if (!parser.lastEventId().isEmpty()) {
          lastEventId = parser.lastEventId();
        }
      } else {
        refusal().body(bytes);
      }
    }

    private Refusal refusal() {
      if (refusal == null) {
        refusal = new Refusal(decoder, chronicle.lately());
      }
      return refusal;
    }

    /** Returns whether there may be more to come. */
    private boolean read() throws IOException {
      shared.clear().limit(isSlow ? SLOW_BYTES : shared.capacity());
      if (channel.read(shared) < 0) {
        return false;
      }
      decoder.decode(shared.flip());
      if (!hasAnswered && decoder.hasHead()) {
        hasAnswered = true;
        failures = 0;
        journal.answered();
        localPort = channel.socket().getLocalPort();
        statuses.accept(decoder.status());
        if (decoder.status() != 200) {
          var unused = refusal();
        }
      }
      return !decoder.isComplete();
    }
  }

  /**
   * @param statuses is told the status of each answer
   */
  Reader(
      SelectorLoop loop,
      ByteBuffer shared,
      int serverPort,
      String path,
      Map<String, String> headers,
      boolean isSlow,
      IntConsumer statuses,
      Chronicle chronicle,
      Witness journal) {
    this.statuses = statuses;
    this.chronicle = chronicle;
    this.loop = loop;
    this.shared = shared;
    this.serverPort = serverPort;
    this.path = path;
    this.headers = headers;
    this.isSlow = isSlow;
    this.journal = journal;
  }

  /** By which the proxy knows its connection; 0 while it has none with an answer. Any thread. */
  public int localPort() {
    return localPort;
  }

  void connect() {
    journal.connects(lastEventId);
    try {
      SocketChannel channel = SocketChannel.open();
      connection = new Connection(channel);
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (isSlow) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SLOW_BUFFER);
      }
      loop.register(channel, SelectionKey.OP_CONNECT, this::ready);
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
    } catch (IOException e) {
      comeBack();
    }
  }

  private void ready(SelectionKey key) {
    Connection current = connection;
    if (current == null || key.channel() != current.channel) {
      return;
    }
    try {
      if (key.isConnectable()) {
        current.channel.finishConnect();
        current.channel.write(request());
        key.interestOps(SelectionKey.OP_READ);
      } else if (!current.read()) {
        comeBack();
      } else if (isSlow) {
        pause(key);
      }
    } catch (ProtocolException e) {
      journal.damaged(e.toString());
      comeBack();
    } catch (IOException e) {
      comeBack();
    }
  }

  private void pause(SelectionKey key) {
    key.interestOps(0);
    loop.after(
        SLOW_PAUSE,
        () -> {
          if (key.isValid()) {
            key.interestOps(SelectionKey.OP_READ);
          }
        });
  }

  /** It fits into a fresh socket's buffer, however small. */
  private ByteBuffer request() {
    StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    text.append("Accept: text/event-stream\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (!lastEventId.isEmpty()) {
      text.append("Last-Event-ID: ").append(lastEventId).append("\r\n");
    }
    return ByteBuffer.wrap(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
  }

  private void comeBack() {
    Connection last = connection;
    connection = null;
    localPort = 0;
    if (last != null) {
      close(last.channel);
      failures += last.hasAnswered ? 0 : 1;
      if (last.refusal != null) {
        journal.refused(last.refusal.toString());
      }
    }
    // As browsers do: twice as long after each failure.
    Duration wait = retry.multipliedBy(1L << Math.min(failures, 10));
    loop.after(wait.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : wait, this::connect);
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The proxy was faster; the channel is closed all the same.
      return;
    }
  }

  @Override
  public void onEvent(MessageEvent event) {
    journal.event(event);
  }

  @Override
  public void onRetry(Duration reconnectionTime) {
    retry = reconnectionTime;
  }
}
