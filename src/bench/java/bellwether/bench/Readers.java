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
import org.HdrHistogram.Histogram;

/** Any number of streams, read by one thread. Methods that are not its own are for one other. */
final class Readers implements AutoCloseable {
  /**
   * What was read in a measured time.
   *
   * @param ended streams that the server ended
   * @param latency from when an event was due to when it was read, in nanoseconds
   */
  record Account(
      long deliveries, long lost, long doubles, long damaged, int ended, Histogram latency) {}

  private static final int OPENING_AT_ONCE = 64; // what every server's accept queue has room for
  private static final int SMALL_BUFFER = 2048;
  private static final long MAX_LATENCY = 600_000_000_000L; // nanoseconds

  private final InetSocketAddress server;
  private final Peer peer;
  private final Selector selector;
  private final Thread thread = new Thread(this::run, "readers");
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();

  // Written by the readers' thread, read by anyone.
  private volatile long delivered;
  private volatile int open;
  private volatile long lastDelivery;
  private volatile boolean closing;

  // Confined to the readers' thread.
  private final byte[] shared = new byte[1 << 16];
  private final List<ReaderStream> streams = new ArrayList<>();
  private Histogram latency = new Histogram(MAX_LATENCY, 3);
  private Supplier<Boolean> openNext = () -> false;
  private int opening;
  private int opened;
  private long passed;
  private long damaged;
  private int ended;
  private long now;

  Readers(InetSocketAddress server, Peer peer) throws IOException {
    this.server = server;
    this.peer = peer;
    this.selector = Selector.open();
    thread.setDaemon(true);
    thread.start();
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
          connect(topic, request, new Tally(published.apply(topic)), isSmall);
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
          connect(topic + place, request, new Tally(new long[] {1}), false);
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

  /** By how many events all streams together have come on. */
  long delivered() {
    return delivered;
  }

  /** When the newest event was read. */
  long lastDelivery() {
    return lastDelivery;
  }

  /** Begins a new account. */
  void begin() {
    call(
        () -> {
          streams.forEach(stream -> stream.tally().reset());
          latency = new Histogram(MAX_LATENCY, 3);
          damaged = 0;
          ended = 0;
          return null;
        });
  }

  /**
   * Draws up the account.
   *
   * @param published what each publisher has published on a topic
   * @param passedOver how many of the streams opened first do not count
   */
  Account end(IntFunction<long[]> published, int passedOver) {
    return call(
        () -> {
          List<ReaderStream> counted = streams.subList(passedOver, streams.size());
          long received = 0;
          long lost = 0;
          long doubles = 0;
          for (ReaderStream stream : counted) {
            received += stream.tally().received();
            lost += stream.tally().lost(published.apply(stream.topic()));
            doubles += stream.tally().doubles();
          }
          return new Account(received, lost, doubles, damaged, ended, latency.copy());
        });
  }

  /** Stops reading: what is sent from now on fills the sockets. */
  void stall() {
    call(
        () -> {
          selector.keys().forEach(key -> key.interestOps(0));
          return null;
        });
  }

  /** Leaves all streams. */
  void leave() {
    call(
        () -> {
          for (ReaderStream stream : streams) {
            close(stream);
          }
          streams.clear();
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

  void delivered(long events, long dueNanos) {
    passed += events;
    latency.recordValue(Math.max(0, Math.min(now - dueNanos, MAX_LATENCY)));
  }

  void damaged() {
    damaged++;
  }

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
        if (passed != delivered) {
          lastDelivery = now;
          delivered = passed;
        }
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void connect(int topic, byte[] request, Tally tally, boolean isSmall) {
    try {
      SocketChannel channel = SocketChannel.open();
      channel.configureBlocking(false);
      if (isSmall) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
      }
      ReaderStream stream = new ReaderStream(this, topic, request, channel, tally);
      streams.add(stream);
      channel.connect(server);
      channel.register(selector, SelectionKey.OP_CONNECT, stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(SelectionKey key) {
    ReaderStream stream = (ReaderStream) key.attachment();
    now = System.nanoTime();
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
    ended++;
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
