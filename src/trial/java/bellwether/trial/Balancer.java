package bellwether.trial;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A small load balancer: it sends each request to the ready node that has the fewest connections,
 * over one of its own. It cuts the connections of a node that is no longer ready, so that clients
 * come back to another.
 */
final class Balancer implements AutoCloseable {
  private static final int TRIES = 3;
  private static final int CONNECTING = 1000; // milliseconds
  private static final int HEAD = 10_000; // milliseconds
  private static final int PIECE = 1 << 14; // bytes

  /** The answer to a stream while no node is ready: any other would end an EventSource for good. */
  private static final byte[] NOBODY_FOR_STREAM =
      answer("200 OK", "Content-Type: text/event-stream", "retry: 500\n\n");

  private static final byte[] NOBODY = answer("503 Service Unavailable", "Retry-After: 1", "");
  private static final byte[] REFUSED = answer("403 Forbidden", "Cache-Control: no-store", "");

  private final Nodes nodes;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Passage> passages = ConcurrentHashMap.newKeySet();

  /** A client's connection, and the node's to which it leads. */
  private record Passage(@Nullable String client, Node node, Socket near, Socket far)
      implements AutoCloseable {
    @Override
    public void close() {
      closeQuietly(near);
      closeQuietly(far);
    }
  }

  /** A named client that hangs on a node. */
  record Hanging(String client, String node) {}

  /**
   * @param port 0 for any free one
   */
  Balancer(Nodes nodes, int port) throws IOException {
    this.nodes = nodes;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    nodes.onLeaving(this::cut);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + '/');
  }

  /**
   * Begins to take connections.
   *
   * @param site answers what is not for the nodes
   */
  void start(Site site) {
    threads.execute(() -> accept(site));
  }

  /** Returns the named clients that hang on a node now. */
  List<Hanging> hanging() {
    return passages.stream()
        .flatMap(
            passage ->
                Optional.ofNullable(passage.client())
                    .map(client -> new Hanging(client, passage.node().name()))
                    .stream())
        .toList();
  }

  private long connections(Node node) {
    return passages.stream().filter(passage -> passage.node() == node).count();
  }

  private void cut(Node node) {
    passages.stream().filter(passage -> passage.node() == node).forEach(Passage::close);
  }

  private void accept(Site site) {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        threads.execute(() -> serve(near, site));
      } catch (SocketException e) {
        // It is closed; or this one connection is broken.
      } catch (IOException e) {
        System.err.println("A connection could not be taken: " + e);
      }
    }
  }

  private void serve(Socket near, Site site) {
    try (near) {
      near.setTcpNoDelay(true);
      near.setSoTimeout(HEAD);
      RequestHead head = RequestHead.read(near.getInputStream());
      if (head == null) {
        return;
      }
      near.setSoTimeout(0);
      if (!head.isOwn()) {
        near.getOutputStream().write(REFUSED);
      } else if (Site.has(head.path())) {
        near.getOutputStream().write(site.answer(head));
      } else {
        forward(head, near);
      }
    } catch (IOException e) {
      // One of them has left.
    }
  }

  private void forward(RequestHead head, Socket near) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Node node = nodes.next(this::connections).orElse(null);
      if (node == null) {
        break;
      }
      try (Socket far = new Socket()) {
        far.setTcpNoDelay(true);
        if (isConnected(far, node.port())) {
          pass(head, new Passage(head.parameter("client"), node, near, far));
          return;
        }
      }
    }
    near.getOutputStream().write(head.isForStream() ? NOBODY_FOR_STREAM : NOBODY);
  }

  private static boolean isConnected(Socket far, int port) {
    try {
      far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECTING);
      return true;
    } catch (IOException e) {
      return false; // another node may be there
    }
  }

  private void pass(RequestHead head, Passage passage) throws IOException {
    passages.add(passage);
    try {
      if (!passage.node().isReady()) {
        return; // it was cut before this one was there
      }
      passage.far().getOutputStream().write(head.forNode());
      threads.execute(() -> copyRequest(passage));
      copy(passage.far().getInputStream(), passage.near().getOutputStream());
    } finally {
      passages.remove(passage);
    }
  }

  private static void copyRequest(Passage passage) {
    try {
      copy(passage.near().getInputStream(), passage.far().getOutputStream());
    } catch (IOException e) {
      // One of them has left.
    } finally {
      passage.close(); // who leaves is not waited for
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
      to.write(piece, 0, count);
      to.flush();
    }
  }

  private static byte[] answer(String status, String field, String body) {
    String end = "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    return ("HTTP/1.1 " + status + "\r\n" + field + "\r\n" + end).getBytes(US_ASCII);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing depends on it.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    passages.forEach(Passage::close);
    threads.shutdownNow();
  }
}
