package bellwether.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.notification.NotificationTopics;
import bellwether.stock.StockTopics;
import bellwether.topic.Topic;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BuiltInTopicsTest {
  private final BuiltInTopics topics =
      new BuiltInTopics(List.of(StockTopics.OWNED, NotificationTopics.OWNED, ClockTopics.OWNED));

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
    assertThat(topics.has(new Topic(name))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stocks?", "stocksX", "my/stocks", "notification", "clock/", "clocks", "Stocks"})
  void areNotWhatOnlyLooksLikeIt(String name) {
    assertThat(topics.has(new Topic(name))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "stocks, true",
    "stocks/AAPL, true",
    "clock, true",
    "notifications, false",
    "notifications/ada, false"
  })
  void keepTheNewestEventWhereItIsAState(String name, boolean isRetained) {
    assertThat(topics.isRetained(new Topic(name))).isEqualTo(isRetained);
  }
}
