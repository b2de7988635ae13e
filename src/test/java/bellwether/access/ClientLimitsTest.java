package bellwether.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.config.Settings;
import bellwether.exchange.HttpProblem;
import bellwether.fixtures.Exchange;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientLimitsTest {
  private long now;
  private final ClientLimits limits =
      new ClientLimits(new Settings.Limits(2, 3, 3, 2, 100, 5, 3), () -> now);

  @Test
  void anAddressHasSoManyStreamsAtATime() {
    Runnable first = open("192.0.2.1", Grant.NONE);
    assertThat(open("192.0.2.1", Grant.ALL)).isNotNull();
    assertThat(open("192.0.2.1", Grant.NONE)).isNull();
    assertThat(open("192.0.2.1", Grant.NONE)).as("a refusal is not counted").isNull();
    assertThat(open("192.0.2.2", Grant.NONE)).isNotNull();

    Objects.requireNonNull(first).run();
    assertThat(open("192.0.2.1", Grant.NONE)).isNotNull();
    assertThat(open("192.0.2.1", Grant.NONE)).isNull();
  }

  @Test
  void aUserHasSoManyWhereverTheyComeFromAndByWhichToken() {
    assertThat(open("192.0.2.1", token("t", "ada"))).isNotNull();
    assertThat(open("192.0.2.2", token("u", "ada"))).isNotNull();
    assertThat(open("192.0.2.3", token(null, "ada"))).isNotNull();
    assertThat(open("192.0.2.4", token("t", "ada"))).isNull();
    assertThat(open("192.0.2.4", token("t", "bob"))).isNotNull();
    assertThat(open("192.0.2.4", token("t", null))).isNotNull();
    assertThat(open("192.0.2.5", Grant.NONE)).as("the refused one was not counted").isNotNull();
  }

  @Test
  void subscriptionEventsHaveAShareOfEachAddressAndOneOfAll() {
    assertThat(limits.takeSubscriptionEvents(from("192.0.2.1"), 299)).isTrue();
    assertThat(limits.takeSubscriptionEvents(from("192.0.2.1"), 2)).isFalse();
    assertThat(limits.takeSubscriptionEvents(from("192.0.2.2"), 201)).isTrue();
    for (int i = 0; i < 300; i++) {
      assertThat(limits.takeSubscriptionEvents(from("192.0.2.3"), 1)).as("none is left").isFalse();
    }
    now = Duration.ofSeconds(1).toNanos();
    assertThat(limits.takeSubscriptionEvents(from("192.0.2.3"), 5))
        .as("what was refused was not counted")
        .isTrue();
    assertThat(limits.takeSubscriptionEvents(from("192.0.2.4"), 1)).isFalse();
  }

  @Test
  void publishingIsLimitedForBoth() {
    limits.takePublishes(from("192.0.2.1"), token("t", null), 1);
    limits.takePublishes(from("192.0.2.1"), token("t", null), 1);
    assertTooMany("192.0.2.2", token("t", null));
    assertThat(from("192.0.2.1")).isNotNull();
    limits.takePublishes(from("192.0.2.1"), Grant.ALL, 1);
    assertTooMany("192.0.2.1", Grant.ALL);
    limits.takePublishes(from("192.0.2.3"), Grant.ALL, 3);
  }

  @Test
  void withoutLimitsThereAreNone() {
    ClientLimits none = ClientLimits.none();
    for (int i = 0; i < 100; i++) {
      assertThat(none.open(from("192.0.2.1"), token("t", "ada"))).isNotNull();
      none.takePublishes(from("192.0.2.1"), token("t", "ada"), 1000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "[2001:db8:0:1:2:3:4:5], 20010db800000001::/64",
    "2001:db8:0:1:ffff::1, 20010db800000001::/64",
    "2001:0:0:2::9, 2001000000000002::/64",
    "::1, 0000000000000000::/64",
    "::ffff:192.0.2.1, 192.0.2.1",
    "a.name, a.name",
  })
  void aNetworkOfIpv6IsOneClient(String address, String network) {
    assertThat(ClientAddress.network(address)).isEqualTo(network);
  }

  private void assertTooMany(String address, Grant grant) {
    assertThatThrownBy(() -> limits.takePublishes(from(address), grant, 1))
        .isInstanceOfSatisfying(
            HttpProblem.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(429);
              assertThat(problem.headers()).containsEntry("Retry-After", "1");
            });
  }

  private @Nullable Runnable open(String address, Grant grant) {
    return limits.open(from(address), grant);
  }

  private static HttpServletRequest from(String address) {
    return new Exchange("GET", "/events", null).from(address).request();
  }

  private static Grant token(@Nullable String id, @Nullable String user) {
    TopicSelector all = new TopicSelector(List.of(TopicFilter.ANY));
    return new Grant(all, all, false, new Token(id, user, null, null, null));
  }
}
