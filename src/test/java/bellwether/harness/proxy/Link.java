package bellwether.harness.proxy;

import bellwether.harness.SelectorLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One client's connection through the {@link TcpProxy}. Confined to the proxy's thread. */
final class Link {
  private static final int TRICKLE_BYTES = 48;
  private static final Duration TRICKLE_PAUSE = Duration.ofMillis(4);
  static final Duration DELAY = Duration.ofMillis(120);

  private final TcpProxy proxy;
  private final ByteBuffer shared;
  private final int clientPort;
  private final SocketChannel client;
  private final SocketChannel server;
  private final SelectionKey clientKey;
  private final SelectionKey serverKey;
  private final Flow up;
  private final Flow down;
  private boolean isConnected;
  private boolean isOver;

  /** Takes a client's connection, and begins to make the server's. */
  Link(
      TcpProxy proxy,
      SelectorLoop loop,
      ByteBuffer shared,
      SocketChannel client,
      InetSocketAddress target)
      throws IOException {
    this.proxy = proxy;
    this.shared = shared;
    this.client = client;
    clientPort = client.socket().getPort();
    server = SocketChannel.open();
    up = new Flow(loop, this, client, server, Fault.TORN_REQUEST);
    down = new Flow(loop, this, server, client, Fault.TORN);
    for (SocketChannel each : new SocketChannel[] {client, server}) {
      each.configureBlocking(false);
      each.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    clientKey = loop.register(client, 0, this::ready);
    serverKey = loop.register(server, SelectionKey.OP_CONNECT, this::ready);
    try {
      server.connect(target);
    } catch (IOException e) {
      reset(); // nobody there: to the client that is a server that resets
    }
  }

  int clientPort() {
    return clientPort;
  }

  boolean isOpen() {
    return isConnected && !isOver;
  }

  boolean isOver() {
    return isOver;
  }

  /** Has a fault happen, now or, where it takes bytes or time, from now on. */
  void strike(Strike strike) {
    try {
      switch (strike.fault()) {
        case RESET, END -> cut(strike.fault());
        case HALF_CLOSE -> {
          down.end();
          proxy.counted(Fault.HALF_CLOSE);
        }
        case HALF_CLOSE_UP -> {
          up.end();
          proxy.counted(Fault.HALF_CLOSE_UP);
        }
        case TORN -> down.tearAfter(strike.amount());
        case TORN_REQUEST -> up.tearAfter(strike.amount());
        case STALL -> {
          up.pauseFor(strike.time());
          down.pauseFor(strike.time());
          proxy.counted(Fault.STALL);
        }
        case DELAY -> slowDown(strike, Integer.MAX_VALUE, DELAY);
        case TRICKLE -> slowDown(strike, TRICKLE_BYTES, TRICKLE_PAUSE);
      }
    } catch (IOException e) {
      reset(); // it was over already, and we were about to learn it
    }
    attend();
  }

  private void slowDown(Strike strike, int most, Duration hold) {
    up.slowDownFor(strike.time(), most, hold);
    down.slowDownFor(strike.time(), most, hold);
    proxy.counted(strike.fault());
  }

  /** Ends both sides by this fault. */
  void cut(Fault fault) {
    if (!isOver) {
      proxy.counted(fault);
      over(fault != Fault.END);
    }
  }

  /** Sees to what is wanted of the sockets, after anything has changed. */
  void attend() {
    if (!isOver && up.hasEnded() && down.hasEnded()) {
      over(false);
    }
    if (isOpen()) {
      clientKey.interestOps(interest(up, down));
      serverKey.interestOps(interest(down, up));
    }
  }

  private static int interest(Flow out, Flow in) {
    return (out.wantsToRead() ? SelectionKey.OP_READ : 0)
        | (in.wantsToWrite() ? SelectionKey.OP_WRITE : 0);
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isConnectable()) {
        server.finishConnect();
        isConnected = true;
      }
      Flow out = key == clientKey ? up : down;
      Flow in = key == clientKey ? down : up;
      if (isOpen() && key.isReadable() && out.wantsToRead()) {
        out.read(shared);
      }
      if (isOpen() && key.isWritable() && in.wantsToWrite()) {
        in.write();
      }
    } catch (IOException e) {
      reset(); // one side's failure is the other's
    }
    attend();
  }

  /** Holds back what the server sends, until told to go on. */
  void stallDownstream(boolean stall) {
    down.stall(stall);
    attend();
  }

  void reset() {
    over(true);
  }

  void end() {
    over(false);
  }

  private void over(boolean byReset) {
    if (!isOver) {
      isOver = true;
      proxy.gone(this);
      close(client, byReset);
      close(server, byReset);
    }
  }

  static void close(SocketChannel channel, boolean byReset) {
    try (channel) {
      if (byReset) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0); // closing now sends RST
      }
    } catch (IOException e) {
      // The peer was faster; the channel is closed all the same.
      return;
    }
  }
}
