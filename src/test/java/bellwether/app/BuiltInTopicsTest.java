package bellwether.app;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.Topic;
import bellwether.tool.BuiltInTopics;
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
        "stocks?",
        "stocksX",
        "my/stocks",
        "notifications",
        "notifications/",
        "notifications/ada",
        "notifications/a/b",
        "notification",
        "clock",
        "clock/",
        "clocks",
        "news",
        "Stocks"
      })
  void theToolLeavesOutExactlyWhatTheServerRefuses(String name) {
    Topic topic = new Topic(name);
    assertThat(BuiltInTopics.has(topic)).isEqualTo(Application.BUILT_IN.matches(topic));
  }
}
