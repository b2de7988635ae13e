package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import bellwether.harness.Bellwether;
import bellwether.harness.Container;
import bellwether.harness.OpenStream;
import bellwether.harness.RawAnswer;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Demo mode lets in without a key whoever sits at the machine, and nobody else. */
@ParameterizedClass
@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OWN")
class DemoModeIT {
  private static final String BODY = "topic=log%2Fa&data=x";

  private static final Bellwether.Shared servers =
      new Bellwether.Shared(
          (container, server) ->
              server
                  .setting("bellwether.demo", "true")
                  .connector(
                      container.isJetty() ? "host" : "address",
                      "0.0.0.0")); // the launchers let in nobody else by themselves

  private final Bellwether server;

  DemoModeIT(Container container) {
    server = servers.on(container);
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost",
        "Host: LOCALHOST:8080",
        "Host: 127.0.0.1:1",
        "Host: [::1]:8080",
        "Host: localhost:8080\r\nOrigin: http://localhost:8080"
      })
  void whoSitsAtTheMachineMayPublish(String headers) {
    assertThat(publish(headers).status()).isEqualTo(200);
    assertThat(status(headers).body())
        .matches("\\{\"demo\":true,\"secondOrigin\":\"http://(localhost|127.0.0.1):[0-9]+\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost\r\nOrigin: http://evil.example",
        "Host: localhost\r\nOrigin: http://localhost:1",
        "Host: localhost\r\nOrigin: null",
        "Host: evil.example",
        "Host: localhost.evil.example",
        "Host: 127.0.0.1.evil.example",
        "Host: 192.0.2.1",
        "Host: localhost\r\nX-Forwarded-For: 127.0.0.1",
        "Host: localhost\r\nX-Forwarded-Host: localhost",
        "Host: localhost\r\nX-Forwarded-Proto: https",
        "Host: localhost\r\nX-Real-IP: 127.0.0.1",
        "Host: localhost\r\nForwarded: for=127.0.0.1",
        "Host: localhost\r\nVia: 1.1 proxy"
      })
  void whoComesFromElsewhereMayNot(String headers) {
    RawAnswer answer = publish(headers);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(status(headers).body()).isEqualTo("{\"demo\":false}");
    assertThat(publish(headers + "\r\nAuthorization: Bearer " + Bellwether.KEY).status())
        .as("with the key")
        .isEqualTo(200);
  }

  @Test
  void whoComesOverTheNetworkMayNotWhateverItSays() throws SocketException {
    Optional<InetAddress> address = networkAddress();
    assumeTrue(address.isPresent(), "this machine has no address but loopback");
    int port = server.process().port();
    RawAnswer answer = RawAnswer.to(address.get(), port, request("Host: localhost"));
    assertThat(answer.status()).isEqualTo(401);
    String status = "GET /demo/status HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assertThat(RawAnswer.to(address.get(), port, status).body()).isEqualTo("{\"demo\":false}");
  }

  private static Optional<InetAddress> networkAddress() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .findFirst();
  }

  @Test
  void tradesOnTheTableAndSaysSo() {
    server.process().awaitLog("DEMO MODE", Bellwether.LIMIT);
    try (OpenStream stream = server.stream("topic", "stocks/{symbol}")) {
      Set<String> seen = new HashSet<>();
      String symbol = "";
      while (symbol.isEmpty() || seen.add(symbol)) { // until one of them changes
        String data = stream.next().data();
        symbol = data.contains("\"symbol\"") ? data.substring(0, data.indexOf(',')) : "";
      }
      assertThat(seen).hasSizeGreaterThan(1);
    }
  }

  private RawAnswer publish(String headers) {
    return RawAnswer.to(server, request(headers));
  }

  private RawAnswer status(String headers) {
    return RawAnswer.to(server, "GET /demo/status HTTP/1.1\r\n" + headers + "\r\n\r\n");
  }

  private static String request(String headers) {
    return "POST /events HTTP/1.1\r\n"
        + headers
        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        + BODY.length()
        + "\r\n\r\n"
        + BODY;
  }
}
