package bellwether.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoGateTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1:8080",
    "127.0.0.1, localhost",
    "::1, [::1]:8080",
    "[::1], localhost:8080", // as Jetty writes it
    "[0:0:0:0:0:0:0:1], localhost:8080",
  })
  void letsInWhoeverSitsAtThisMachine(String remote, String host) {
    assertThat(isFromThisMachine(remote, host)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, localhost:8080",
    "[2001:db8::1], localhost:8080",
    "[], localhost:8080",
    "127.0.0.1, shop.example:8080",
  })
  void letsInNobodyElse(String remote, String host) {
    assertThat(isFromThisMachine(remote, host)).isFalse();
  }

  private static boolean isFromThisMachine(String remote, String host) {
    return DemoGate.isFromThisMachine(
        new Exchange("GET", "/demo", "/status").from(remote).with("Host", host).request());
  }
}
