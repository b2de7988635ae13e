package bellwether.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.random.RandomGenerator;

/**
 * Ports below those that a system gives to whoever asks for any. Where a killed server was, readers
 * go on asking until there is another; so no other program may be given that port meanwhile, and
 * answer in the server's place.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int COUNT = 10_000;

  private final RandomGenerator random;

  public Ports(RandomGenerator random) {
    this.random = random;
  }

  /** Returns one that is free now. */
  public int next() {
    while (true) {
      int port = FIRST + random.nextInt(COUNT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Somebody has it.
      }
    }
  }
}
