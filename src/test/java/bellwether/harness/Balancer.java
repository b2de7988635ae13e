package bellwether.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real load balancer, run with a configuration of the documentation. */
public final class Balancer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Path DOCUMENT = Path.of("src/site/markdown/cluster.md");
  private static final String DOCUMENTED = "8080";

  private final TemporaryDirectory directory = TemporaryDirectory.create("bellwether-balancer");
  private final Process process;
  private final ProcessOutput output;
  private final int port;

  /** The balancers whose configurations are documented. */
  public enum Kind {
    HAPROXY,
    NGINX
  }

  private Balancer(Kind kind, String program, List<Integer> nodes) {
    port = freePort();
    String text = documented(kind).replace(DOCUMENTED, Integer.toString(port));
    for (int i = 0; i < nodes.size(); i++) {
      text = text.replace("127.0.0.1:808" + (i + 1), "127.0.0.1:" + nodes.get(i));
    }
    try {
      Path file = directory.path().resolve("balancer.conf");
      Files.writeString(file, kind == Kind.NGINX ? inNginx(text) : text + '\n');
      process =
          new ProcessBuilder(
                  kind == Kind.NGINX
                      ? List.of(program, "-p", directory.path().toString(), "-c", file.toString())
                      : List.of(program, "-db", "-f", file.toString()))
              .start();
    } catch (IOException e) {
      directory.close();
      throw new UncheckedIOException(e);
    }
    output = new ProcessOutput(program, process);
    Await.until("the balancer accepts connections", LIMIT, this::accepts);
  }

  /** Starts one in front of three nodes. The test is skipped, aloud, where it is not installed. */
  public static Balancer start(Kind kind, List<Integer> nodes) {
    String name = kind.name().toLowerCase(Locale.ROOT);
    Path program = Path.of("/usr/sbin", name);
    if (!Files.isExecutable(program)) {
      if (System.getProperty("bellwether.balancers", "").equals("required")) {
        throw new AssertionError(name + " is not installed, but -Dbellwether.balancers=required");
      }
      System.err.println("BALANCER TEST SKIPPED: " + name + " is not installed");
      Assumptions.abort(name + " is not installed");
    }
    return new Balancer(kind, program.toString(), nodes);
  }

  private static String documented(Kind kind) {
    try {
      String text = Files.readString(DOCUMENT);
      String fence = "```" + kind.name().toLowerCase(Locale.ROOT) + '\n';
      int begin = text.indexOf(fence) + fence.length();
      return text.substring(begin, text.indexOf("\n```", begin));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String inNginx(String text) {
    return """
        daemon off;
        pid nginx.pid;
        error_log stderr;
        events {}
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
        %s
        }
        """
        .formatted(text);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean accepts() {
    if (!process.isAlive()) {
      throw new AssertionError("the balancer has ended; it said:\n" + output.text());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    output.awaitEnd();
    directory.close();
  }
}
