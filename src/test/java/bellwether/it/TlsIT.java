package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.SelfSigned;
import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.ServerProcess;
import jakarta.json.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own server's TLS, with files that are replaced and with a browser. */
@Tag("soak")
class TlsIT {
  private static final String TOPIC = "log/tls";

  @TempDir Path directory;
  private final Bellwether.Shared servers = new Bellwether.Shared(this::settings);

  private Path certificate() {
    return directory.resolve("crt");
  }

  private Path key() {
    return directory.resolve("key");
  }

  private ServerProcess.Builder settings(ServerProcess.Builder server) {
    return server
        .connector("--tls-port", "0")
        .connector("--tls-certificate", certificate().toString())
        .connector("--tls-key", key().toString())
        .setting("bellwether.clock.interval", "1h");
  }

  private Bellwether start(SelfSigned own) {
    own.writeCertificate(certificate());
    own.writeKey(key());
    return servers.on(Container.OWN);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void aRenewedCertificateIsServedToNewClientsWhileOpenStreamsGoOn() throws IOException {
    SelfSigned first = SelfSigned.create("EC", directory);
    SelfSigned second = SelfSigned.create("RSA", directory);
    Bellwether server = start(first);
    HttpClient trusting = HttpClient.newBuilder().sslContext(first.trust()).build();
    HttpRequest request = HttpRequest.newBuilder(events(server)).build();
    try (OpenStream stream = OpenStream.open(trusting, request)) {
      stream.opened();

      Files.writeString(certificate(), "half of it");
      server.process().awaitLog("certificate was not replaced", Bellwether.LIMIT);
      assertThat(served(server)).isEqualTo(first.certificate());

      second.writeCertificate(certificate());
      second.writeKey(key());
      Await.until(
          "the new one", Bellwether.LIMIT, () -> served(server).equals(second.certificate()));
      server.publish("topic", TOPIC, "data", "still here");
      assertThat(stream.next().data()).isEqualTo("still here");
    }
    assertThat(server.process().log()).contains("certificate has been replaced");
  }

  /** Over HTTP/1.1 a browser opens six connections to a host, and the seventh stream waits. */
  @Test
  @BrowserTest
  void aBrowserHasMoreThanSixStreams() {
    Bellwether server = start(SelfSigned.create("EC", directory));
    try (Browser browser = Browser.chromium()) {
      browser.open(server.process().tlsUri("health/live"));
      browser.evaluate(
          """
          (() => {
            window.received = [];
            window.sources = [...Array(8).keys()].map(i => {
              const source = new EventSource('/events?topic=%s');
              source.onmessage = event => received.push(i + event.data);
              return source;
            });
          })()"""
              .formatted(TOPIC));
      browser.await("eight streams", "sources.every(source => source.readyState === 1)");
      server.awaitOpenStreams(8, Bellwether.LIMIT);
      server.publish("topic", TOPIC, "data", "x");
      browser.await("each its event", "received.length >= 8");
      assertThat(((JsonString) browser.evaluate("received.sort().join()")).getString())
          .isEqualTo("0x,1x,2x,3x,4x,5x,6x,7x");
      assertThat(
              ((JsonString)
                      browser.evaluate(
                          "performance.getEntriesByType('navigation')[0].nextHopProtocol"))
                  .getString())
          .isEqualTo("h2");
    }
  }

  private static URI events(Bellwether server) {
    return server.process().tlsUri("events?topic=" + TOPIC);
  }

  /** What the server shows to whoever comes now. */
  private static Certificate served(Bellwether server) {
    URI uri = events(server);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trusting()}, null);
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(uri.getHost(), uri.getPort())) {
        socket.startHandshake();
        return socket.getSession().getPeerCertificates()[0];
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Wants to see the certificate, whosever it is. */
  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
