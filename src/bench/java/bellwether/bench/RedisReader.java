package bellwether.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads one Redis stream as a subscriber does: it asks for what follows the last id that it has,
 * and the server answers once there is something.
 */
final class RedisReader extends LockedAudience implements RedisParser.Handler {
  private static final int MOST = 1000; // entries in an answer

  private final InetSocketAddress server;
  private final List<byte[]> answer = new ArrayList<>();
  private @Nullable Socket socket;
  private volatile boolean closing;

  // Confined to the thread that reads.
  private @Nullable EventParser events;
  private String last = "$";
  private boolean isAnswered;

  RedisReader(InetSocketAddress server) {
    this.server = server;
  }

  @Override
  public void open(int count, int topics, IntFunction<long[]> published)
      throws IOException, InterruptedException {
    if (count > 1) {
      throw new IllegalArgumentException("one stream, not " + count);
    }
    if (count == 0) {
      return;
    }
    Socket opened = new Socket(server.getAddress(), server.getPort());
    opened.setTcpNoDelay(true);
    socket = opened;
    events = new EventParser(ledger.add(0, published.apply(0)));
    CountDownLatch ready = new CountDownLatch(1);
    Thread thread = new Thread(() -> run(opened, ready), "reader");
    thread.setDaemon(true);
    thread.start();
    ready.await();
  }

  private void run(Socket opened, CountDownLatch ready) {
    RedisParser parser = new RedisParser(this);
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = opened.getInputStream()) {
      last = newest(opened, parser, in, buffer);
      ready.countDown();
      while (!closing) {
        ask(
            opened,
            parser,
            in,
            buffer,
            "XREAD",
            "COUNT",
            "" + MOST,
            "BLOCK",
            "0",
            "STREAMS",
            Peer.REDIS_STREAM,
            last);
        enter();
      }
    } catch (IOException e) {
      if (!closing) {
        throw new UncheckedIOException("a stream failed", e);
      }
    }
  }

  /** The place from which to read: what was added before is not asked for. */
  private String newest(Socket opened, RedisParser parser, InputStream in, byte[] buffer)
      throws IOException {
    ask(opened, parser, in, buffer, "XREVRANGE", Peer.REDIS_STREAM, "+", "-", "COUNT", "1");
    return answer.isEmpty() ? "0-0" : new String(answer.get(0), ISO_8859_1);
  }

  private void ask(
      Socket opened, RedisParser parser, InputStream in, byte[] buffer, String... words)
      throws IOException {
    answer.clear();
    isAnswered = false;
    opened.getOutputStream().write(Peer.redisCommand(words));
    while (!isAnswered) {
      int count = in.read(buffer);
      if (count < 0) {
        throw new IOException("the server closed a reader's connection");
      }
      parser.parse(buffer, 0, count);
    }
  }

  /**
   * Enters the name of the stream, then of each entry its id, the name of its field, and its data.
   */
  private void enter() {
    EventParser parser = events;
    if (parser == null) {
      throw new IllegalStateException("not open");
    }
    synchronized (lock) {
      ledger.now();
      for (int i = 1; i + 2 < answer.size(); i += 3) {
        last = new String(answer.get(i), ISO_8859_1);
        byte[] line =
            ("data: " + new String(answer.get(i + 2), ISO_8859_1) + "\n\n").getBytes(ISO_8859_1);
        parser.parse(line, 0, line.length);
      }
      ledger.show();
    }
  }

  @Override
  public void string(byte[] bytes) {
    answer.add(bytes);
  }

  @Override
  public void error(String text) {
    throw new UncheckedIOException(new IOException("a reader was answered with " + text));
  }

  @Override
  public void end() {
    isAnswered = true;
  }

  @Override
  public void leave() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    Socket opened = socket;
    if (opened != null) {
      opened.close();
    }
  }
}
