package bellwether.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlPatternTest {
  private static final URI BASE = UrlPatternCase.BASE;
  static final List<UrlPatternCase> cases = UrlPatternCase.all();

  @ParameterizedTest
  @FieldSource("cases")
  void matchesWhatTheCaseSays(UrlPatternCase example) {
    assertThat(example.ours()).as("%s", example).isEqualTo(example.verdict());
  }

  @Test
  void thereAreManyCases() {
    assertThat(cases).hasSizeGreaterThan(150);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "https://hub.example/app/x?a#b | c/:d | /app/c/1        | yes",
        "https://hub.example/app/x?a#b | c/:d | https://hub.example/app/c/1 | yes",
        "https://hub.example/app/x?a#b | #:d  | /app/x?a#1      | yes",
        "https://hub.example/app/x?a#b | #:d  | /app/x#1        | no",
        "https://hub.example/a(b)/x    | c    | /a(b)/c         | yes",
        "https://hub.example/a(b)/x    | c    | /ab/c           | no",
        "http://hub.example:8080/x     | /:d  | http://hub.example:8080/1 | yes",
        "http://hub.example:8080/x     | /:d  | http://hub.example/1 | no",
        "http://me:secret@hub.example/ | /:d  | http://hub.example/1 | yes",
        "urn:hub                       | #a   | urn:hub#a       | yes",
        "urn:hub                       | a    | a               | no",
      })
  void takesWhatIsNotSaidFromTheBase(String base, String pattern, String topic, String verdict) {
    TopicFilter filter = TopicFilter.urlPattern(pattern, URI.create(base));
    assertThat(filter.matches(new Topic(topic))).isEqualTo(verdict.equals("yes"));
  }

  @Test
  void aRelativeTopicIsAnotherUrlForAnotherBase() {
    Topic topic = new Topic("/books");
    URI elsewhere = URI.create("https://elsewhere.example/");
    assertThat(TopicFilter.urlPattern("https://hub.example/*", BASE).matches(topic)).isTrue();
    assertThat(TopicFilter.urlPattern("https://hub.example/*", elsewhere).matches(topic)).isFalse();
  }

  @Test
  void aBaseThatIsNoUrlIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicFilter.urlPattern("/a", URI.create("/hub")))
        .withMessage("base of URL patterns is no URL: /hub");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/a/((?=b)c) | URL pattern has a regular expression that is not understood from '(?=b)c' on"
            + " (look-around, back references, anchors and set operations are not known)",
        "/a/([b-a])  | URL pattern has a regular expression with invalid character class range",
        "/a/:b/:b    | URL pattern has two groups named b",
        "/a/{b       | URL pattern ends within a group",
        "/a/b}       | URL pattern has '}' where it means nothing",
        "/a/(b       | URL pattern is not understood from '(b' on",
        "/a/((?:b{100}){100}) | URL pattern is too large",
        "/(a)b/../c   | URL pattern has pathname 'b/../c' that no URL has",
        "https://a b/ | URL pattern has hostname 'a b' that no URL has",
      })
  void saysWhyItIsRefused(String pattern, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicFilter.urlPattern(pattern, BASE))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/((?:(?:(?:a{99}){99}){99}){99})",
        "/(a{256})",
        "/((?:a|b|c|d){64,})",
        "/{x((?:a{130}))y}+",
        "/([ab]{9999})",
      })
  void whatWouldBeTooLargeIsRefusedBeforeItIsBuilt(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicFilter.urlPattern(pattern, BASE))
        .withMessage("URL pattern is too large");
  }

  @Test
  @Timeout(10)
  void manyNestedRepetitionsAreMeasuredQuickly() {
    String pattern = "/(" + "(?:".repeat(150) + "a" + "){99}".repeat(150) + ")";
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.urlPattern(pattern, BASE));
  }

  /** A backtracking matcher would need longer than the universe has existed. */
  @ParameterizedTest
  @Timeout(10)
  @ValueSource(
      strings = {
        "/((?:a+)+)b",
        "/((?:a*)*)b",
        "/((?:a|aa)+)b",
        "/((?:a|a?)+)b",
        "/*:a*:b*:c*:d*:e*b",
        "/*a*a*a*a*a*a*a*a*b",
        "/{:x-}*b",
      })
  void noPatternCanMakeItBacktrack(String pattern) {
    TopicFilter filter = TopicFilter.urlPattern(pattern, BASE);
    assertThat(filter.matches(new Topic("/" + "a".repeat(1000)))).isFalse();
    assertThat(filter.matches(new Topic("/" + "a-".repeat(500)))).isFalse();
  }

  @Test
  void textCostsNothingAndGroupsCostWhatTheyTake() {
    assertThat(cost("https://example.com/a/rather/long/path")).isZero();
    assertThat(cost("https://example.com/books/*")).isZero();
    assertThat(cost("https://example.com/books/:id")).isPositive().isLessThan(10);
    assertThat(cost("https://example.com/books/:id(a{50})")).isBetween(50, 70);
    assertThat(cost("https://example.com/books/:id(a{50})+")).isBetween(100, 130);
  }

  private static int cost(String pattern) {
    return TopicFilter.urlPattern(pattern, BASE).cost();
  }
}
