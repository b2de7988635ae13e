package bellwether.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.PublisherKey;
import bellwether.demo.DemoGate;
import bellwether.exchange.HttpProblem;
import bellwether.fixtures.Exchange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
  private static final String KEY = "correct-horse-battery-staple";

  private final Gate byKey = gate(new PublisherKey(KEY));
  private final Gate demo = new DemoGate(gate(null));

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + KEY, "bearer  " + KEY, "BEARER " + KEY + " "})
  void theKeyOpens(String authorization) {
    Exchange exchange = new Exchange("POST", "/events", null).with("Authorization", authorization);
    assertThat(byKey.grantOf(exchange.request())).isEqualTo(Grant.ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer wrong, 401",
    "Bearer correct-horse-battery-staplex, 401",
    "'Bearer ', 400",
    "Bearer, 400",
    "Bearer correct-horse-battery-staple more, 400",
  })
  void whatIsShownMustBeRight(String authorization, int status) {
    Exchange exchange = new Exchange("POST", "/events", null).with("Authorization", authorization);
    assertThatThrownBy(() -> byKey.grantOf(exchange.request()))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(status));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic " + KEY, KEY, "Basic Bearer " + KEY})
  void otherSchemesAreForOthers(String authorization) {
    Exchange exchange = new Exchange("POST", "/events", null).with("Authorization", authorization);
    assertThat(byKey.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @Test
  void withoutAKeySetNobodyGetsInByKey() {
    Exchange exchange = new Exchange("POST", "/events", null).with("Authorization", "Bearer null");
    assertThatThrownBy(() -> gate(null).grantOf(exchange.request()))
        .isInstanceOf(HttpProblem.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, localhost:8080",
    "127.0.0.1, localhost",
    "127.3.2.1, 127.0.0.1:8080",
    "::1, [::1]:8080",
    "0:0:0:0:0:0:0:1, LOCALHOST:8080",
    "[0:0:0:0:0:0:0:1], localhost",
    "::ffff:127.0.0.1, localhost",
  })
  void demoModeLetsInWhoeverSitsHere(String address, String host) {
    assertThat(demo.grantOf(local(address, host).request())).isEqualTo(Grant.ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, localhost:8080",
    "10.0.0.5, 10.0.0.1:8080",
    "127.0.0.1, evil.example",
    "127.0.0.1, localhost.evil.example",
    "127.0.0.1, evil.example:8080",
    "127.0.0.1, localhost:8080@evil.example",
    "localhost, localhost",
    "fe80::1%lo, localhost",
    "[2001:db8::1], localhost:8080",
    "[], localhost:8080",
  })
  void demoModeLetsInNobodyElse(String address, String host) {
    assertThat(demo.grantOf(local(address, host).request())).isEqualTo(Grant.NONE);
  }

  @Test
  void demoModeNeedsAHost() {
    Exchange exchange = new Exchange("POST", "/events", null).from("127.0.0.1");
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "http://localhost:9999",
        "http://localhost:8080.evil.example"
      })
  void aPageFromElsewhereDoesNotGetInThroughTheBrowserHere(String origin) {
    Exchange exchange = local("127.0.0.1", "localhost:8080").with("Origin", origin);
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:8080", "https://localhost:8080"})
  void ourOwnPagesGetIn(String origin) {
    Exchange exchange =
        local("127.0.0.1", "localhost:8080")
            .with("Origin", origin)
            .with("Sec-Fetch-Site", "same-origin");
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.ALL);
  }

  @Test
  void whatABrowserAsksForOnBehalfOfAnotherSiteDoesNotGetIn() {
    Exchange exchange = local("127.0.0.1", "localhost:8080").with("Sec-Fetch-Site", "cross-site");
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @Test
  void aProxyThatAddsNoHeaderIsKnownByItsProtocol() {
    Exchange exchange = local("127.0.0.1", "localhost:8080").protocol("HTTP/1.0");
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @Test
  void inDemoModeTheKeyOpensFromElsewhere() {
    Exchange exchange = local("192.0.2.1", "board.example").with("Authorization", "Bearer " + KEY);
    assertThat(new DemoGate(byKey).grantOf(exchange.request())).isEqualTo(Grant.ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "x-forwarded-server",
        "X-Original-Forwarded-For",
        "X-Real-IP",
        "X-Client-IP",
        "X-Cluster-Client-IP",
        "True-Client-IP",
        "Client-IP",
        "CF-Connecting-IP"
      })
  void strangersDoNotGetInThroughAProxyHere(String header) {
    Exchange exchange = local("127.0.0.1", "localhost:8080").with(header, "anything");
    assertThat(demo.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  private static Exchange local(String address, String host) {
    return new Exchange("POST", "/events", null).from(address).with("Host", host);
  }

  private static Gate gate(@Nullable PublisherKey key) {
    return new CredentialGate(
        key,
        text -> {
          throw new InvalidTokenException("no tokens here");
        },
        false,
        new Origins(List.of()),
        () -> 0);
  }
}
