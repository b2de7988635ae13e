package bellwether.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  private static final URI HUB = URI.create("https://hub.example/.well-known/mercure");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "news                 | news",
        "*                    | anything/at all",
        "stocks/{symbol}      | stocks/AAPL",
        "stocks/{symbol}      | stocks/BRK.B",
        "stocks/{symbol}      | stocks/",
        "stocks/{symbol}      | stocks/%5EGSPC",
        "stocks/{symbol}      | stocks/é",
        "stocks/{symbol}      | stocks/{symbol}",
        "a{x}b                | ab",
        "a{x}b                | abbb",
        "a{x}b{y}c            | abbbcbc",
        "{x}/{y}              | a/b",
        "{+path}              | a/b?c=d",
        "https://e.x{+path}   | https://e.x/a/b",
      })
  void matches(String filter, String topic) {
    assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "news                 | News",
        "news                 | news/",
        "stocks/{symbol}      | stocks",
        "stocks/{symbol}      | stocks/a/b",
        "stocks/{symbol}      | stocks/a b",
        "stocks/{symbol}      | stocks/%5",
        "stocks/{symbol}      | stocks/%\uff15\uff15", // digits, but not ASCII's
        "stocks/{symbol}      | stocks/a?b",
        "a{x}b                | a",
        "a{x}b                | abc",
        "{x}/{y}              | a/b/c",
      })
  void doesNotMatch(String filter, String topic) {
    assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isFalse();
  }

  /** The examples of RFC 6570, sections 1.2 and 3.2: a template matches what it expands to. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      value = {
        "{var}                | value",
        "{hello}              | Hello%20World%21",
        "{half}               | 50%25",
        "O{empty}X            | OX",
        "O{undef}X            | OX",
        "{x,y}                | 1024,768",
        "{x,hello,y}          | 1024,Hello%20World%21,768",
        "?{x,undef}           | ?1024",
        "{var:3}              | val",
        "{var:20}             | value",
        "{list}               | red,green,blue",
        "{list*}              | red,green,blue",
        "{keys}               | semi,%3B,dot,.,comma,%2C",
        "{keys*}              | semi=%3B,dot=.,comma=%2C",
        "{+hello}             | Hello%20World!",
        "{base}index          | http%3A%2F%2Fexample.com%2Fhome%2Findex",
        "{+base}index         | http://example.com/home/index",
        "{+path}/here         | /foo/bar/here",
        "here?ref={+path}     | here?ref=/foo/bar",
        "up{+path}{var}/here  | up/foo/barvalue/here",
        "{+x,hello,y}         | 1024,Hello%20World!,768",
        "{+path,x}/here       | /foo/bar,1024/here",
        "{+path:6}/here       | /foo/b/here",
        "{+keys*}             | semi=;,dot=.,comma=,",
        "{#var}               | #value",
        "{#hello}             | #Hello%20World!",
        "foo{#undef}          | foo",
        "{#path,x}/here       | #/foo/bar,1024/here",
        "{.who}               | .fred",
        "{.who,who}           | .fred.fred",
        "X{.var}              | X.value",
        "X{.list}             | X.red,green,blue",
        "X{.list*}            | X.red.green.blue",
        "X{.empty_keys*}      | X",
        "{/who}               | /fred",
        "{/who,who}           | /fred/fred",
        "{/half,who}          | /50%25/fred",
        "{/var,empty}         | /value/",
        "{/var,x}/here        | /value/1024/here",
        "{/var:1,var}         | /v/value",
        "{/list*}             | /red/green/blue",
        "{/list*,path:4}      | /red/green/blue/%2Ffoo",
        "{/keys*}             | /semi=%3B/dot=./comma=%2C",
        "{;who}               | ;who=fred",
        "{;empty}             | ;empty",
        "{;v,empty,who}       | ;v=6;empty;who=fred",
        "{;v,bar,who}         | ;v=6;who=fred",
        "{;x,y}               | ;x=1024;y=768",
        "{;hello:5}           | ;hello=Hello",
        "{;list}              | ;list=red,green,blue",
        "{;list*}             | ;list=red;list=green;list=blue",
        "{;keys*}             | ;semi=%3B;dot=.;comma=%2C",
        "{?who}               | ?who=fred",
        "{?x,y}               | ?x=1024&y=768",
        "{?x,y,empty}         | ?x=1024&y=768&empty=",
        "{?x,y,undef}         | ?x=1024&y=768",
        "{?var:3}             | ?var=val",
        "{?list*}             | ?list=red&list=green&list=blue",
        "{?keys*}             | ?semi=%3B&dot=.&comma=%2C",
        "?fixed=yes{&x}       | ?fixed=yes&x=1024",
        "{&x,y,empty}         | &x=1024&y=768&empty=",
        "{&keys*}             | &semi=%3B&dot=.&comma=%2C",
      })
  void matchesWhatTheTemplateExpandsTo(String filter, String topic) {
    assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{;who}               | ;whofred",
        "{;who}               | ;other=fred",
        "{?x,y}               | ?y=1&x=2",
        "{?x}                 | &x=1",
        "{?x}                 | ?x",
        "{var:3}              | value",
        "{/who}               | fred",
        "{/who}               | /a/b",
        "{x}                  | a/b",
        "{.who}               | fred/x",
        "{#var}               | value",
      })
  void doesNotMatchWhatItCannotExpandTo(String filter, String topic) {
    assertThat(TopicFilter.parse(filter).matches(new Topic(topic))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a{", "a}", "{}", "{ x}", "{x", "{{x}}", "{!x}", "{x:0}", "{x:}", "{x,}"})
  void whatIsNoTemplateMatchesOnlyItself(String text) {
    TopicFilter filter = TopicFilter.parse(text);
    assertThat(filter.matches(new Topic(text))).isTrue();
    assertThat(filter.matches(new Topic("abc"))).isFalse();
  }

  @Test
  void aTemplateTooLargeToMatchQuicklyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicFilter.parse("{x:9999}"))
        .withMessage("topic template is too large");
  }

  @Test
  void theTemplatesOfOneSubscriberShareABudget() {
    List<String> many = IntStream.range(0, 100).mapToObj(i -> "t" + i + "/{a,b,c,d}").toList();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicSelector.parse(many))
        .withMessage("topic patterns are too large together");
    assertThat(TopicSelector.parse(List.of("a/{x}", "b/{y}", "c/{+z}")).filters()).hasSize(3);
    assertThat(TopicSelector.parse(Collections.nCopies(100, "t/{a,b,c,d}")).filters()).hasSize(1);
  }

  @Test
  void aTemplateMayUseUpItsBudgetButNoMore() {
    int cost = TopicFilter.parse("a/{x}").cost();
    assertThat(TopicFilter.parse("a/{x}", cost).matches(new Topic("a/b"))).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.parse("a/{x}", cost - 1));
  }

  /** A backtracking matcher would need longer than the universe has existed. */
  @Test
  @Timeout(10)
  void noTemplateCanMakeItBacktrack() {
    String template =
        IntStream.range(0, 30).mapToObj(i -> "{+v" + i + "}").collect(Collectors.joining());
    TopicFilter filter = TopicFilter.parse(template + "!");
    assertThat(filter.matches(new Topic("a".repeat(1000)))).isFalse();
  }

  @Test
  void filtersAreEqualWhenTheirTextsAre() {
    assertThat(TopicFilter.parse("stocks/{x}")).isEqualTo(TopicFilter.parse("stocks/{x}"));
    assertThat(TopicFilter.parse("stocks/{x}")).isNotEqualTo(TopicFilter.parse("stocks/{y}"));
    assertThat(TopicFilter.parse("stocks")).isEqualTo(TopicFilter.exact("stocks"));
    assertThat(TopicFilter.parse("stocks{")).isEqualTo(TopicFilter.exact("stocks{"));
    assertThat(TopicFilter.urlPattern("/a/:b", HUB))
        .isEqualTo(TopicFilter.urlPattern("/a/:b", HUB));
  }

  @Test
  void kindsAreNotMixed() {
    TopicFilter exact = TopicFilter.exact("a/{b}");
    TopicFilter template = TopicFilter.parse("a/{b}");
    TopicFilter pattern = TopicFilter.urlPattern("a/{b}", HUB);
    URI elsewhere = URI.create("https://elsewhere.example/.well-known/mercure");
    assertThat(Set.of(exact, template, pattern)).hasSize(3);
    assertThat(TopicFilter.urlPattern("a/{b}", elsewhere)).isNotEqualTo(pattern);
    assertThat(exact.matches(new Topic("a/{b}"))).isTrue();
    assertThat(exact.matches(new Topic("a/b"))).isFalse();
    assertThat(template.matches(new Topic("a/{b}"))).isTrue();
    assertThat(template.matches(new Topic("a/c"))).isTrue();
    assertThat(pattern.matches(new Topic("a/b"))).isTrue();
    assertThat(pattern.matches(new Topic("a/c"))).isFalse();
  }

  @Test
  void everyKindKnowsTheWordForEveryTopic() {
    assertThat(TopicFilter.exact("*")).isEqualTo(TopicFilter.ANY);
    assertThat(TopicFilter.parse("*")).isEqualTo(TopicFilter.ANY);
    assertThat(TopicFilter.urlPattern("*", HUB)).isEqualTo(TopicFilter.ANY);
    assertThat(TopicFilter.ANY.matches(new Topic("a b"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb"})
  void noKindTakesWhatIsNoTopic(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.exact(text));
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.parse(text));
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.urlPattern(text, HUB));
  }

  @Test
  void noKindTakesWhatIsTooLong() {
    String text = "/" + "a".repeat(Topic.MAX_LENGTH);
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.exact(text));
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.parse(text + "{b}"));
    assertThatIllegalArgumentException().isThrownBy(() -> TopicFilter.urlPattern(text, HUB));
  }

  @Test
  void filtersOfAllKindsShareABudget() {
    TopicFilter large = TopicFilter.urlPattern("/(a{200})", HUB);
    TopicFilter template = TopicFilter.parse("{a:10}");
    TopicFilter small = TopicFilter.urlPattern("/a/:b", HUB);
    List<TopicFilter> enough = List.of(large, large, small, TopicFilter.exact("a/{b}"));
    assertThat(TopicSelector.of(enough).filters()).hasSize(3);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopicSelector.of(List.of(large, small, template, template(2))))
        .withMessage("topic patterns are too large together");
  }

  private static TopicFilter template(int number) {
    return TopicFilter.parse(number + "{a:10}");
  }

  @Test
  void aSelectorOfAllKindsSelectsWhatAnyOfThemMatches() {
    TopicSelector selector =
        TopicSelector.of(
            List.of(
                TopicFilter.exact("news/{id}"),
                TopicFilter.parse("stocks/{symbol}"),
                TopicFilter.urlPattern("https://example.com/books/:id", HUB)));
    assertThat(
            Stream.of(
                    "news/{id}", "news/1", "stocks/AAPL", "https://example.com/books/1", "books/1")
                .filter(topic -> selector.matches(new Topic(topic))))
        .containsExactly("news/{id}", "stocks/AAPL", "https://example.com/books/1");
    assertThat(selector.exactTopics()).isNull();
    assertThat(TopicSelector.of(List.of(TopicFilter.exact("news/{id}"))).exactTopics())
        .containsExactly(new Topic("news/{id}"));
  }
}
