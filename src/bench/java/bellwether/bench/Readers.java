package bellwether.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Any number of streams, read by one thread. Methods that are not its own are for one other. */
final class Readers implements Audience {
  private static final int OPENING_AT_ONCE = 64; // what every server's accept queue has room for
  private static final int SMALL_BUFFER = 2048;

  private final InetSocketAddress server;
  private final Peer peer;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "readers");
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Ledger ledger = new Ledger(); // entered by the readers' thread

  // Written by the readers' thread, read by anyone.
  private volatile int open;
  private volatile boolean closing;

  // Confined to the readers' thread.
  private final byte[] shared = new byte[1 << 16];
  private final List<ReaderStream> streams = new ArrayList<>();
  private Supplier<Boolean> openNext = () -> false;
  private int opening;
  private int opened;

  Readers(InetSocketAddress server, Peer peer) throws IOException {
    this.server = server;
    this.peer = peer;
    this.selector = Selector.open();
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void open(int count, int topics, IntFunction<long[]> published)
      throws InterruptedException {
    open(count, topics, published, false);
  }

  /**
   * Opens streams, spread over the topics, and returns when all are.
   *
   * @param published the newest number of each publisher on a topic: streams begin behind it
   * @param isSmall whether they keep little that is not read
   */
  void open(int count, int topics, IntFunction<long[]> published, boolean isSmall)
      throws InterruptedException {
    open(
        count,
        index -> {
          int topic = index % topics;
          byte[] request = peer.streamRequest(topic);
          connect(topic, request, published.apply(topic), isSmall);
        });
  }

  /**
   * Opens streams that go on behind what they have, spread over topics, and returns when all are
   * open.
   *
   * @param topic the first of them
   * @param ids of the first event of each topic, which is all that they have
   */
  void resume(int count, int topic, List<String> ids) throws InterruptedException {
    open(
        count,
        index -> {
          int place = index % ids.size();
          byte[] request = peer.streamRequest(topic + place, ids.get(place));
          connect(topic + place, request, new long[] {1}, false);
        });
  }

  private void open(int count, IntConsumer begin) throws InterruptedException {
    int wanted = open + count;
    int[] begun = {0};
    Supplier<Boolean> next =
        () -> {
          if (begun[0] == count) {
            return false;
          }
          begin.accept(begun[0]++);
          return true;
        };
    call(
        () -> {
          openNext = next;
          return null;
        });
    Progress progress = new Progress("opening of streams");
    while (open < wanted) {
      progress.check(open);
    }
  }

  @Override
  public long delivered() {
    return ledger.delivered();
  }

  @Override
  public long lastDelivery() {
    return ledger.lastDelivery();
  }

  @Override
  public void begin() {
    call(
        () -> {
          ledger.begin();
          return null;
        });
  }

  @Override
  public Ledger.Account end(IntFunction<long[]> published) {
    return call(() -> ledger.end(published));
  }

  /** Stops reading: what is sent from now on fills the sockets. */
  void stall() {
    call(
        () -> {
          selector.keys().forEach(key -> key.interestOps(0));
          return null;
        });
  }

  @Override
  public void leave() {
    call(
        () -> {
          for (ReaderStream stream : streams) {
            close(stream);
          }
          streams.clear();
          ledger.clear();
          opened = 0;
          open = 0;
          return null;
        });
  }

  @Override
  public void close() {
    closing = true;
    selector.wakeup();
  }

  private <T> T call(Supplier<T> action) {
    CompletableFuture<T> done = new CompletableFuture<>();
    commands.add(
        () -> {
          try {
            done.complete(action.get());
          } catch (RuntimeException e) {
            done.completeExceptionally(e);
          }
        });
    selector.wakeup();
    return done.join();
  }

  // What follows is called by the readers' thread only.

  private void run() {
    try {
      while (!closing) {
        selector.select(this::handle);
        for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
          next.run();
        }
        while (opening < OPENING_AT_ONCE && openNext.get()) {
          opening++;
        }
        open = opened;
        ledger.show();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connect(int topic, byte[] request, long[] last, boolean isSmall) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      if (isSmall) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
      }
      ReaderStream stream = new ReaderStream(request, channel, ledger.add(topic, last));
      streams.add(stream);
      channel.connect(server);
      channel.register(selector, SelectionKey.OP_CONNECT, stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(SelectionKey key) {
    ReaderStream stream = (ReaderStream) key.attachment();
    ledger.now();
    try {
      if (key.isConnectable()) {
        stream.connected(key);
        return;
      }
      boolean wasOpen = stream.isOpen();
      if (!read(stream)) {
        ended(stream, wasOpen);
      } else if (!wasOpen && stream.isOpen()) {
        opening--;
        opened++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a stream failed", e);
    }
  }

  /** A stream that is reset has ended, as one that is closed; what it misses is counted as lost. */
  private boolean read(ReaderStream stream) throws ProtocolException {
    try {
      return stream.read(shared);
    } catch (ProtocolException e) {
      throw e;
    } catch (IOException e) {
      return false;
    }
  }

  private void ended(ReaderStream stream, boolean wasOpen) throws IOException {
    if (!wasOpen) {
      throw new IOException("the server ended a stream before it was open");
    }
    stream.line().end();
    close(stream);
  }

  private static void close(ReaderStream stream) {
    try {
      stream.channel().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
