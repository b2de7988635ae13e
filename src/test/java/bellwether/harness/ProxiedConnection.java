package bellwether.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One client's connection through the {@link FaultyProxy}: two sockets and a pump each way. */
final class ProxiedConnection {
  private static final int BUFFER_BYTES = 65_536;

  private final FaultyProxy proxy;
  private final Socket client;
  private final Socket server = new Socket();
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicInteger runningPumps = new AtomicInteger(2);

  ProxiedConnection(FaultyProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  boolean isOpen() {
    return open.get();
  }

  /** A server that cannot be reached looks to the client like one that resets. */
  void start(InetSocketAddress target) {
    try {
      server.connect(target, 5_000);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
    } catch (IOException e) {
      reset();
      return;
    }
    FaultyProxy.startThread("upstream", () -> run(this::pumpUpstream));
    FaultyProxy.startThread("downstream", () -> run(this::pumpDownstream));
  }

  void reset() {
    over(true);
  }

  void end() {
    over(false);
  }

  private interface Pump {
    void run() throws IOException, InterruptedException;
  }

  /** One direction that failed takes the other with it; one that ended does not. */
  private void run(Pump pump) {
    try {
      pump.run();
      if (runningPumps.decrementAndGet() == 0) {
        end();
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private void pumpUpstream() throws IOException {
    client.getInputStream().transferTo(server.getOutputStream());
    server.shutdownOutput();
  }

  private void pumpDownstream() throws IOException, InterruptedException {
    InputStream in = server.getInputStream();
    OutputStream out = client.getOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    long forwarded = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      proxy.awaitTurn(this);
      long limit = proxy.cutAfter();
      int allowed = (int) Math.max(0, Math.min(count, limit - forwarded));
      out.write(buffer, 0, allowed);
      forwarded += allowed;
      if (forwarded >= limit) {
        reset();
        return;
      }
    }
    client.shutdownOutput();
  }

  private void over(boolean reset) {
    if (open.getAndSet(false)) {
      close(client, reset);
      close(server, reset);
      proxy.gone(this);
    }
  }

  private static void close(Socket socket, boolean reset) {
    try (socket) {
      if (reset) {
        socket.setSoLinger(true, 0); // closing now sends RST
      }
    } catch (IOException e) {
      // The peer was faster; the socket is closed all the same.
      return;
    }
  }
}
