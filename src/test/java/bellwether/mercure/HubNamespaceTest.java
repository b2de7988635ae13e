package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.topic.Topic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubNamespaceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/mercure",
        "/.well-known/mercure/",
        "/.well-known/mercure/subscriptions/a/b",
        "/.well-known/mercure?query",
        "/.well-known/mercure#part",
        "mercure/subscriptions/a",
        "./mercure",
        "https://hub.example/.well-known/mercure/subscriptions/a/b",
        "http://other.example:8080/.well-known/mercure",
        "//other.example/.well-known/mercure",
        "foo://bar/.well-known/mercure",
        "foo:/.well-known/mercure",
        "/.well-known/%6Dercure/a",
        "/%2ewell-known/mercure",
        "/.well%2Dknown/mercur%65",
        "/.well-known/mercure/../mercure/a",
        "/a/../.well-known/./mercure",
        "/a/%2E%2e/.well-known/mercure",
        "\\.well-known\\mercure",
        "https:\\\\other.example\\.well-known/mercure",
        " /.well-known/mercure ",
        "?query",
        "#part",
      })
  void whatResolvesIntoTheHubsPathIsItsOwn(String topic) {
    assertThat(HubNamespace.has(new Topic(topic))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "news",
        "/.well-known/mercury",
        "/.well-known/mercure2",
        "/.well-known",
        "/a/.well-known/mercure",
        "/.WELL-KNOWN/mercure",
        "/.well-known%2Fmercure",
        "/.well-known/%256Dercure",
        "/.well-known/mercure/../other",
        "https://example.com/?/.well-known/mercure",
        "https://.well-known/mercure",
        "urn:.well-known/mercure",
        "https://no host/.well-known/mercure",
      })
  void whatDoesNotIsAnybodys(String topic) {
    assertThat(HubNamespace.has(new Topic(topic))).isFalse();
  }
}
