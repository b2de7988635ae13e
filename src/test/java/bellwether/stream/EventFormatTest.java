package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.exchange.HttpProblem;
import bellwether.fixtures.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFormatTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/event-stream",
        "TEXT/Event-Stream",
        "*/*",
        "text/*",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "text/event-stream, application/json",
        "application/json;q=0.9, text/event-stream",
        "application/json, text/event-stream;q=1.0",
        "text/html, text/event-stream;q=0.5",
        "application/json;q=0, */*"
      })
  void isAStreamUnlessJsonIsLikedBetter(String accept) {
    assertThat(of(accept)).isEqualTo(EventFormat.STREAM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;q=0.1",
        "application/*",
        "application/json, text/plain, */*",
        "application/json, text/event-stream;q=0.9",
        "text/event-stream;q=0, */*"
      })
  void isJsonForWhoLikesThatBetter(String accept) {
    assertThat(of(accept)).isEqualTo(EventFormat.JSON);
  }

  @Test
  void isAStreamForWhoDoesNotSay() {
    assertThat(EventFormat.of(new Exchange("GET", "/events", null).request()))
        .isEqualTo(EventFormat.STREAM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "image/*, text/plain", "text/event-stream;q=0", "json"})
  void isNeitherForWhoTakesNeither(String accept) {
    assertThatThrownBy(() -> of(accept))
        .isInstanceOf(HttpProblem.class)
        .hasMessageStartingWith("406");
  }

  private static EventFormat of(String accept) {
    return EventFormat.of(new Exchange("GET", "/events", null).with("Accept", accept).request());
  }
}
