package bellwether.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.auth.Grant;
import bellwether.auth.InvalidTokenException;
import bellwether.auth.Token;
import bellwether.exchange.HttpProblem;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.LogLines;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens here are good if they begin so, and belong to whom the rest names. */
class CredentialGateTest {
  private static final String COOKIE = "mercureAuthorization=";

  private long now;
  private final CredentialGate gate = gate(false);

  @Test
  void aTokenMayComeInAHeaderOrInEitherCookie() {
    assertThat(userOf(get().with("Authorization", "Bearer good-ada"))).isEqualTo("ada");
    assertThat(userOf(get().with("Cookie", COOKIE + "good-bob"))).isEqualTo("bob");
    assertThat(userOf(get().with("Cookie", "__Secure-mercure_access_token=good-eve")))
        .isEqualTo("eve");
    assertThat(gate.grantOf(get().with("Cookie", "other=good-bob").request()))
        .isEqualTo(Grant.NONE);
  }

  @Test
  void theHeaderComesBeforeTheParameterAndThatBeforeACookie() {
    CredentialGate withParameter = gate(true);
    Exchange all =
        get()
            .query("authorization=good-parameter")
            .with("Cookie", COOKIE + "good-cookie")
            .with("Authorization", "Bearer good-header");
    assertThat(withParameter.grantOf(all.request()).isOf("header")).isTrue();
    Exchange two =
        get().query("authorization=good-parameter").with("Cookie", COOKIE + "good-cookie");
    assertThat(withParameter.grantOf(two.request()).isOf("parameter")).isTrue();
  }

  @Test
  void aBadHeaderIsNotSavedByAGoodCookie() {
    assertStatus(
        get().with("Authorization", "Bearer bad").with("Cookie", COOKIE + "good-ada"), 401);
  }

  @Test
  void aParameterCountsOnlyWhereThatIsSet() {
    Exchange exchange = get().query("authorization=good-ada");
    assertThat(gate.grantOf(exchange.request())).isEqualTo(Grant.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://trusted.example",
    "Origin, http://shop.example",
    "Referer, https://trusted.example/page?x=1",
  })
  void pagesOfTrustedOriginsMayChangeSomethingByCookie(String header, String value) {
    assertThat(userOf(post().with("Cookie", COOKIE + "good-ada").with(header, value)))
        .isEqualTo("ada");
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, https://evil.example",
    "Origin, null",
    "Origin, https://trusted.example.evil.example",
    "Origin, http://trusted.example",
    "Referer, https://evil.example/https://trusted.example",
    "Referer, https://trusted.example@evil.example/",
    "Referer, not a url",
    "Accept, nothing said at all",
  })
  void otherPagesMayNot(String header, String value) {
    assertStatus(post().with("Cookie", COOKIE + "good-ada").with(header, value), 400);
  }

  @Test
  void whatABrowserDoesNotAddByItselfNeedsNoOrigin() {
    Exchange exchange =
        post().with("Authorization", "Bearer good-ada").with("Origin", "https://evil.example");
    assertThat(userOf(exchange)).isEqualTo("ada");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "Bearer ", "bearer a b", "Bearer caf\u00e9"})
  void whatCannotBeReadIsAnInvalidRequest(String header) {
    assertThatThrownBy(() -> gate.grantOf(get().with("Authorization", header).request()))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(400);
              assertThat(problem.headers().get("WWW-Authenticate"))
                  .contains("error=\"invalid_request\"");
            });
  }

  @Test
  void whatCannotBeJudgedNowIsNoFailure() {
    for (int i = 0; i < 100; i++) {
      assertStatus(get().with("Authorization", "Bearer later"), 503);
    }
    assertStatus(bad("192.0.2.1"), 401);
  }

  @Test
  void whoeverFailsTooOftenHasToWait() {
    for (int i = 0; i < 20; i++) {
      assertStatus(bad("192.0.2.1"), 401);
    }
    assertStatus(bad("192.0.2.1"), 429);
    assertStatus(bad("192.0.2.2"), 401);
    Exchange good = get().from("192.0.2.1").with("Authorization", "Bearer good-ada");
    assertThat(userOf(good)).as("not for others' faults").isEqualTo("ada");
    now += Duration.ofSeconds(3).toNanos();
    assertStatus(bad("192.0.2.1"), 401);
    assertStatus(bad("192.0.2.1"), 429);
  }

  @Test
  void theLogSaysOnceAMinuteWhoFailsAndNeverWithWhat() {
    try (LogLines log = new LogLines(CredentialGate.class)) {
      for (int i = 0; i < 100; i++) {
        assertThatThrownBy(() -> gate.grantOf(bad("192.0.2.1").request()))
            .isInstanceOf(HttpProblem.class);
      }
      assertThat(log.lines()).singleElement().asString().contains("192.0.2.1", "forged");
      assertThat(log.lines().toString()).doesNotContain("bad-secret");
    }
  }

  private Exchange bad(String address) {
    return get().from(address).with("Authorization", "Bearer bad-secret");
  }

  private String userOf(Exchange exchange) {
    Token token = gate.grantOf(exchange.request()).token();
    return token == null ? "nobody" : String.valueOf(token.subject());
  }

  private void assertStatus(Exchange exchange, int status) {
    assertThatThrownBy(() -> gate.grantOf(exchange.request()))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(status));
  }

  private static Exchange get() {
    return new Exchange("GET", "/events", null).with("Host", "shop.example");
  }

  private static Exchange post() {
    return new Exchange("POST", "/events", null).with("Host", "shop.example");
  }

  private CredentialGate gate(boolean takesParameter) {
    TopicSelector none = new TopicSelector(List.of());
    return new CredentialGate(
        null,
        text -> {
          if (text.equals("later")) {
            throw new InvalidTokenException("its key is not known yet", true);
          }
          if (!text.startsWith("good-")) {
            throw new InvalidTokenException("it is forged");
          }
          return new Grant(none, none, false, new Token(null, text.substring(5), null, null, null));
        },
        takesParameter,
        new Origins(List.of("https://trusted.example")),
        () -> now);
  }
}
