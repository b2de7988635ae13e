package bellwether.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import javax.net.ssl.SSLContext;

/**
 * Any number of streams over TLS, read by one thread: over HTTP/1.1 each on a connection of its
 * own, over HTTP/2 many on one. It costs little enough to leave the processor to the server.
 */
final class SecureReaders extends LockedAudience {
  private static final int STREAMS_PER_CONNECTION = 100; // HTTP/2; servers take 128

  /** One connection. Confined to the thread that reads, once it is registered. */
  private final class Wire {
    private final TlsChannel channel;
    private final Answers parser;
    private final List<Ledger.Line> lines;
    private int opened;
    private int ended;

    Wire(TlsChannel channel, Answers parser, List<Ledger.Line> lines) {
      this.channel = channel;
      this.parser = parser;
      this.lines = lines;
    }

    void read() throws IOException {
      plain.clear();
      boolean goesOn = channel.read(plain);
      parser.parse(plain.array(), 0, plain.position());
      if (parser instanceof Http2Parser http2) {
        byte[] replies = http2.takeReplies();
        if (replies.length > 0) {
          channel.write(replies);
        }
        count(http2.opened(), goesOn ? http2.ended() : lines.size());
      } else {
        count(isOpen() ? 1 : 0, goesOn ? 0 : 1);
      }
      if (!goesOn) {
        channel.close();
      }
    }

    private boolean isOpen() throws ProtocolException {
      return parser instanceof StreamParser stream && stream.isOpen();
    }

    private void count(int nowOpened, int nowEnded) {
      open.addAndGet(nowOpened - opened);
      opened = nowOpened;
      for (; ended < nowEnded; ended++) {
        lines.get(ended).end();
      }
    }
  }

  private final InetSocketAddress server;
  private final Peer peer;
  private final SSLContext context;
  private final boolean isHttp2;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "readers");
  private final List<Wire> wires = new ArrayList<>();
  private final ByteBuffer plain = ByteBuffer.allocate(1 << 17);
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean closing;

  SecureReaders(InetSocketAddress server, Peer peer, SSLContext context, boolean isHttp2)
      throws IOException {
    this.server = server;
    this.peer = peer;
    this.context = context;
    this.isHttp2 = isHttp2;
    this.selector = Selector.open();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void open(int count, int topics, IntFunction<long[]> published)
      throws IOException, InterruptedException {
    int wanted = open.get() + count;
    int together = isHttp2 ? STREAMS_PER_CONNECTION : 1;
    for (int first = 0; first < count; first += together) {
      connect(first, Math.min(together, count - first), topics, published);
    }
    Progress progress = new Progress("opening of streams");
    while (open.get() < wanted) {
      progress.check(open.get());
    }
  }

  private void connect(int first, int count, int topics, IntFunction<long[]> published)
      throws IOException {
    TlsChannel channel = new TlsChannel(server, context, isHttp2 ? "h2" : "http/1.1");
    List<Ledger.Line> lines = new ArrayList<>();
    synchronized (lock) {
      for (int i = 0; i < count; i++) {
        int topic = (first + i) % topics;
        lines.add(ledger.add(topic, published.apply(topic)));
      }
    }
    Wire wire = new Wire(channel, parser(channel, first, lines, topics), lines);
    channel.channel().configureBlocking(false);
    synchronized (lock) {
      wires.add(wire);
    }
    channel.channel().register(selector, SelectionKey.OP_READ, wire);
    selector.wakeup();
  }

  /** Sends the requests, and returns what takes the answers apart. */
  private Answers parser(TlsChannel channel, int first, List<Ledger.Line> lines, int topics)
      throws IOException {
    if (!isHttp2) {
      channel.write(peer.streamRequest(first % topics));
      return new StreamParser(lines.get(0));
    }
    Http2Parser parser = new Http2Parser();
    channel.write(Http2Parser.greeting());
    for (int i = 0; i < lines.size(); i++) {
      channel.write(parser.request(peer.streamPath((first + i) % topics), lines.get(i)));
    }
    return parser;
  }

  private void run() {
    try {
      while (!closing) {
        selector.select(this::read);
        synchronized (lock) {
          ledger.show();
        }
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(SelectionKey key) {
    synchronized (lock) {
      if (!key.isValid()) { // left meanwhile
        return;
      }
      ledger.now();
      try {
        ((Wire) key.attachment()).read();
      } catch (IOException e) {
        throw new UncheckedIOException("a stream failed", e);
      }
    }
  }

  @Override
  public void leave() {
    synchronized (lock) {
      for (Wire wire : wires) {
        try {
          wire.channel.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      wires.clear();
      ledger.clear();
      open.set(0);
    }
  }

  @Override
  public void close() {
    closing = true;
    selector.wakeup();
  }
}
