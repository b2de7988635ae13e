package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Topic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubNamespaceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/mercure",
        "/.well-known/mercure/",
        "/.well-known/mercure/subscriptions/a/b",
        "mercure",
        "mercure/subscriptions/a",
        "../.well-known/mercure",
        "/x/../.well-known/mercure/y",
        "/x/%2e%2E/.well-known/mercure/y",
        "/.well-known/%6Dercure/x",
        "/%2ewell-known/mercure/x",
        "/.well%2Dknown/mercure",
        "https://example.com/.well-known/mercure/subscriptions/a",
        "http://other:8080/.well-known/mercure?x",
        "//example.com/.well-known/mercure#x",
        "?x",
        "#x",
      })
  void isTheHubsOwnHoweverItIsWritten(String name) {
    assertThat(HubNamespace.has(new Topic(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/mercureX",
        "/.well-known/mercure%2Fx",
        "/.WELL-KNOWN/mercure/x",
        "/a/.well-known/mercure/x",
        "urn:uuid:/.well-known/mercure/x",
        "https://example.com/a?/.well-known/mercure/x",
        "http://[not a url]/.well-known/mercure/x",
        "news",
        "stocks/AAPL",
        "a/mercure",
      })
  void isNothingElse(String name) {
    assertThat(HubNamespace.has(new Topic(name))).isFalse();
  }
}
