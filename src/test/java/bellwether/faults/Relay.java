package bellwether.faults;

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

/**
 * A TCP proxy on loopback for thousands of connections, on one thread: it passes on bytes in order,
 * an end as an end, a reset as a reset, and has a {@link Fault} happen to the connection it is
 * told.
 */
final class Relay implements AutoCloseable {
  private static final int BACKLOG = 4_096; // all readers come back at once
  private static final int BUFFER_BYTES = 65_536;

  private final Loop loop = new Loop("relay");
  private final ServerSocketChannel listener;
  private final int port;
  private volatile InetSocketAddress target;

  // Confined to the loop's thread.
  private final ByteBuffer shared = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Map<Integer, Link> links = new HashMap<>(); // by the client's port
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);

  Relay(int targetPort) {
    target = loopback(targetPort);
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

  int port() {
    return port;
  }

  /** Where connections that come from now on are passed on to. */
  void target(int targetPort) {
    target = loopback(targetPort);
  }

  /** Returns whether the client with that port had a connection that it could happen to. */
  boolean strike(int clientPort, Strike strike) {
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

  /** Resets all connections; these are no faults that count. */
  void resetAll() {
    loop.ask(
        () -> {
          List.copyOf(links.values()).forEach(Link::reset);
          return true;
        });
  }

  /** What has happened so far, and how often. */
  Map<Fault, Long> counts() {
    return loop.ask(() -> new EnumMap<>(counts));
  }

  /** How many connections a fault has ended so far. */
  long cuts() {
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
        link(client);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the relay takes no more connections", e);
    }
  }

  private void link(SocketChannel client) throws IOException {
    try {
      Link link = new Link(this, loop, shared, client, target);
      if (!link.isOver()) {
        links.put(link.clientPort(), link);
      }
    } catch (IOException e) {
      client.close(); // it left before we looked
    }
  }
}
