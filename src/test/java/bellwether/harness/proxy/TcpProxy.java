package bellwether.harness.proxy;

import bellwether.harness.SelectorLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A TCP proxy on loopback for thousands of connections, on one thread. It passes on bytes in order,
 * an end as an end, a reset as a reset; and it fails when told to: all connections at once, or one
 * of them by a {@link Strike}. What it is told has happened when the call returns.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BACKLOG = 4_096; // all clients come back at once
  private static final int BUFFER_BYTES = 65_536;

  private final SelectorLoop loop = new SelectorLoop("proxy");
  private final ServerSocketChannel listener;
  private final int port;
  private volatile List<InetSocketAddress> targets;

  // Confined to the loop's thread.
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Map<Integer, Link> links = new HashMap<>(); // by the client's port
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private boolean isRefusing;
  private boolean isStalled;
  private long accepted;

  public TcpProxy(int targetPort) {
    targets = List.of(loopback(targetPort));
    try {
      listener = ServerSocketChannel.open().bind(loopback(0), BACKLOG);
      listener.configureBlocking(false);
      port = listener.socket().getLocalPort();
    } catch (IOException e) {
      loop.close();
      throw new UncheckedIOException(e);
    }
    loop.execute(this::listen);
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public int port() {
    return port;
  }

  /** Where connections that come from now on are passed on to. */
  public void target(int targetPort) {
    targets = List.of(loopback(targetPort));
  }

  /** Where connections that come from now on are passed on to, to each in turn. */
  public void targets(List<Integer> targetPorts) {
    targets = targetPorts.stream().map(TcpProxy::loopback).toList();
  }

  /** Returns whether the client with that port had a connection that it could happen to. */
  public boolean strike(int clientPort, Strike strike) {
    return loop.ask(
        () -> {
          Link link = links.get(clientPort);
          if (link == null || !link.isOpen()) {
            return false;
          }
          link.strike(strike);
          return true;
        });
  }

  /** Resets every open connection, on both sides. */
  public void resetAll() {
    forEach(Link::reset);
  }

  /** Ends every open connection in order, on both sides. */
  public void endAll() {
    forEach(Link::end);
  }

  /** Whether new connections are reset as soon as they come. */
  public void refuse(boolean refuse) {
    loop.call(() -> isRefusing = refuse);
  }

  /** Whether bytes for clients stay where they are; the server sees clients that read nothing. */
  public void stall(boolean stall) {
    loop.call(() -> isStalled = stall);
    forEach(link -> link.stallDownstream(stall));
  }

  private void forEach(Consumer<Link> action) {
    loop.call(() -> List.copyOf(links.values()).forEach(action));
  }

  public int openConnections() {
    return loop.ask(links::size);
  }

  /** All connections that ever came, the refused among them. */
  public long connectionsAccepted() {
    return loop.ask(() -> accepted);
  }

  /** What strikes have done so far, and how often. */
  public Map<Fault, Long> counts() {
    return loop.ask(() -> new EnumMap<>(counts));
  }

  /** How many connections a strike has ended so far. */
  public long cuts() {
    return counts().entrySet().stream()
        .filter(e -> e.getKey().isCut())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  @Override
  public void close() {
    loop.close();
    loop.requireSound();
  }

  // What follows is called by the loop's thread only.

  void counted(Fault fault) {
    counts.merge(fault, 1L, Long::sum);
  }

  void gone(Link link) {
    links.remove(link.clientPort(), link);
  }

  private void listen() {
    try {
      loop.register(listener, SelectionKey.OP_ACCEPT, key -> accept());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    try {
      for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
        accepted++;
        if (isRefusing) {
          Link.close(client, true);
        } else {
          link(client);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy takes no more connections", e);
    }
  }

  private void link(SocketChannel client) throws IOException {
    try {
      List<InetSocketAddress> current = targets;
      InetSocketAddress target = current.get((int) (accepted % current.size()));
      Link link = new Link(this, loop, shared, client, target);
      if (!link.isOver()) {
        links.put(link.clientPort(), link);
        link.stallDownstream(isStalled);
      }
    } catch (IOException e) {
      client.close(); // it left before we looked
    }
  }
}
