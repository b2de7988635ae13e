package bellwether.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.topic.Topic;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInTopicsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stocks",
        "stocks/",
        "stocks/AAPL",
        "stocks/a/b",
        "stocks/a b",
        "notifications",
        "notifications/ada",
        "notifications/a b",
        "notifications/\u00e9",
        "clock",
      })
  void areWhatTheServerSaysItself(String name) {
    assertThat(BuiltInTopics.has(new Topic(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stocks?", "stocksX", "my/stocks", "notification", "clock/", "clocks", "Stocks"})
  void areNotWhatOnlyLooksLikeIt(String name) {
    assertThat(BuiltInTopics.has(new Topic(name))).isFalse();
  }
}
