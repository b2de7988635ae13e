package bellwether.launch;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;

/**
 * The limit on open connections, of all clients and connectors together. At the limit the server
 * accepts no more until one has ended, and clients wait in the kernel's queue. Without it
 * connections could use up the files that the process may open, and then the event log and the
 * database could open none.
 */
final class ConnectionCap {
  /**
   * The server's own files and sockets get one part in this number of the files that the system
   * allows.
   */
  private static final int OWN_SHARE = 8;

  private static final int MAX_OWN = 1024;

  private ConnectionCap() {}

  /**
   * Adds the limit.
   *
   * @param connections the most connections; {@link Options#NONE} for the number that the limit on
   *     open files leaves
   */
  static void addTo(Server server, int connections) {
    int most = connections == Options.NONE ? besidesOwn(openFiles()) : connections;
    server.addBean(new NetworkConnectionLimit(most, server));
  }

  /** Returns how many of this number of open files may be connections. */
  static int besidesOwn(long openFiles) {
    return (int) Math.min(Integer.MAX_VALUE, openFiles - Math.min(openFiles / OWN_SHARE, MAX_OWN));
  }

  /**
   * Returns the number of files that the process may open; on Windows, which has no such limit, a
   * very large one.
   */
  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
