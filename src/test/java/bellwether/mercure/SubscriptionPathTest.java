package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.exchange.HttpProblem;
import bellwether.fixtures.Exchange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionPathTest {
  private static final String ROOT = "/.well-known/mercure/subscriptions";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com/{selector}",
        "https://example.com/a%2Fb?c=d&e+f#g",
        "é 😀 ~._-",
        "*",
        "!'()[]:@",
        "..",
        "%",
      })
  void aPartIsReadAsItWasWritten(String part) {
    String path = SubscriptionPath.of(List.of("exact", part, "urn:uuid:1"));
    assertThat(path).matches("/[A-Za-z0-9/%._~-]+");
    assertThat(path.split("/")).hasSize(7);
    assertThat(partsOf(path.substring(ROOT.length()))).containsExactly("exact", part, "urn:uuid:1");
  }

  @Test
  void itLooksAsInTheDrafts() {
    assertThat(SubscriptionPath.of(List.of("https://example.com/{selector}", "urn:uuid:bb3de268")))
        .isEqualTo(ROOT + "/https%3A%2F%2Fexample.com%2F%7Bselector%7D/urn%3Auuid%3Abb3de268");
    assertThat(SubscriptionPath.of(List.of())).isEqualTo(ROOT);
  }

  @ParameterizedTest
  @CsvSource({
    "/urn:uuid:1, urn:uuid:1",
    "/a%2fb, a/b",
    "/a+b, a+b",
    "/%2525, %25",
    "/é, é",
  })
  void itIsReadHoweverItWasEncodedOnce(String sent, String part) {
    assertThat(partsOf(sent)).containsExactly(part);
  }

  @ParameterizedTest
  @CsvSource({
    "/, 404",
    "//, 404",
    "/a/, 404",
    "/a//b, 404",
    "s, 404",
    "/%, 400",
    "/%4, 400",
    "/%zz, 400",
    "/%FF, 400",
    "/%C3, 400"
  })
  void whatIsNoneIsRefused(String sent, int status) {
    assertThatThrownBy(() -> partsOf(sent))
        .isInstanceOfSatisfying(
            HttpProblem.class, problem -> assertThat(problem.status()).isEqualTo(status));
  }

  private static List<String> partsOf(String sent) {
    return SubscriptionPath.parts(new Exchange("GET", ROOT, sent).request());
  }
}
