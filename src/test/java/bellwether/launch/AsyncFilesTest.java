package bellwether.launch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An application's files on our own server. */
class AsyncFilesTest {
  private static final int THREADS = 12;
  private static final int LIMIT = 15_000; // milliseconds
  private static final String LARGE = "x".repeat(8 << 20);
  private static final String SMALL = "y".repeat(20_000);

  @TempDir private Path directory;
  private final Server server = new Server(new QueuedThreadPool(THREADS));
  private final ServerConnector connector = new ServerConnector(server, 1, 1);
  private final WebAppContext context = new WebAppContext();

  @BeforeEach
  void start() throws Exception {
    Path files = Files.createDirectory(directory.resolve("files"));
    Files.writeString(files.resolve("large.txt"), LARGE);
    Files.writeString(files.resolve("small.txt"), SMALL);
    Files.writeString(files.resolve("index.html"), "welcome");
    Files.createDirectory(files.resolve("guide"));
    Files.writeString(files.resolve("guide/index.html"), "guide");
    Files.createDirectory(files.resolve("WEB-INF"));
    Files.writeString(files.resolve("WEB-INF/secret.txt"), "hidden");
    connector.setHost("127.0.0.1");
    connector.setAcceptedSendBufferSize(8192);
    server.addConnector(connector);
    context.setContextPath("/app");
    context.setBaseResourceAsPath(files);
    context.setTempDirectory(directory.resolve("temporary").toFile());
    server.setHandler(context);
    AsyncFiles.addTo(context);
    server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
  }

  @ParameterizedTest
  @CsvSource({
    "/app/,                   200, welcome",
    "/app/index.html,         200, welcome",
    "/app/guide/,             200, guide",
    "/app/guide,              302, ''",
    "/app/nothing,            404, Not Found",
    "/app/WEB-INF/secret.txt, 404, Not Found",
    "/app/%2e/WEB-INF/secret.txt, 400, Bad Request",
    "/app/WEB-INF/,           404, Not Found",
  })
  void servesWhatIsThere(String path, int status, String text) throws IOException {
    assertThat(answer("GET " + path + " HTTP/1.1\r\n"))
        .startsWith("HTTP/1.1 " + status)
        .contains(text)
        .doesNotContain("hidden");
  }

  @Test
  void servesWholeFilesAndParts() throws IOException {
    assertThat(answer("GET /app/large.txt HTTP/1.1\r\n")).endsWith("\r\n\r\n" + LARGE);
    assertThat(answer("GET /app/small.txt HTTP/1.1\r\n"))
        .contains("Content-Length: 20000")
        .endsWith("\r\n\r\n" + SMALL);
    assertThat(answer("GET /app/index.html HTTP/1.1\r\nRange: bytes=1-3\r\n"))
        .startsWith("HTTP/1.1 206")
        .endsWith("\r\n\r\nelc");
    assertThat(answer("HEAD /app/small.txt HTTP/1.1\r\n"))
        .contains("Content-Length: 20000")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"large.txt", "small.txt"})
  void filesThatNobodyTakesHoldNoThread(String file) throws IOException {
    List<Socket> unread = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * THREADS; i++) {
        Socket socket = new Socket();
        unread.add(socket);
        socket.setReceiveBufferSize(2304);
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
        String one = "GET /app/" + file + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(one.repeat(20).getBytes(US_ASCII));
      }
      for (int i = 0; i < 2 * THREADS; i++) { // by then the others have been read
        assertThat(answer("GET /app/index.html HTTP/1.1\r\n")).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : unread) {
        socket.close();
      }
    }
  }

  private String answer(String head) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.setSoTimeout(LIMIT);
      socket
          .getOutputStream()
          .write((head + "Host: localhost\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
