package bellwether.auth;

import static bellwether.auth.TokenText.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.topic.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantedTopicsTest {
  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stocks/",
        "https://example.com:8080/a/",
        "urn:",
        "a",
        "\u00e9/",
        "a:1",
        "a.b-c_",
        "\u00e9 "
      })
  void aBeginningMeansTheSameInBothDrafts(String beginning) throws Exception {
    for (boolean isOfDraft8 : List.of(false, true)) {
      Grant grant = grant(beginning + "*", isOfDraft8);
      for (String end :
          List.of("x", "x/y", "x/y/z", "x?y=1&z", "x#y", "1", "x.y", "x-y", "x%20y")) {
        assertThat(grant.mayPublish(List.of(new Topic(beginning + end))))
            .as(beginning + end + (isOfDraft8 ? " in draft 8" : " in draft 7"))
            .isTrue();
      }
      for (String other : List.of("other", "x" + beginning + "x", beginning.substring(1) + "x")) {
        assertThat(grant.mayPublish(List.of(new Topic(other))))
            .as(other + (isOfDraft8 ? " in draft 8" : " in draft 7"))
            .isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"news", "a*b", "a/:b", "https://example.com/a?b=(c)", "a b"})
  void oneTopicIsThatVeryOneInBothDrafts(String topic) throws Exception {
    for (boolean isOfDraft8 : List.of(false, true)) {
      Grant grant = grant(topic, isOfDraft8);
      assertThat(grant.mayPublish(List.of(new Topic(topic)))).isTrue();
      assertThat(grant.mayPublish(List.of(new Topic(topic + "x")))).isFalse();
      assertThat(grant.mayPublish(List.of(new Topic("axb")))).isFalse();
    }
  }

  private static Grant grant(String topics, boolean isOfDraft8) throws InvalidTokenException {
    String token =
        TokenIssuer.with(SECRET, Algorithms.ALL)
            .issue(
                new NewToken(
                    List.of(topics),
                    List.of(),
                    null,
                    null,
                    null,
                    null,
                    NOW,
                    NOW.plusSeconds(60),
                    !isOfDraft8,
                    isOfDraft8));
    return new JwtTokens(
            TokenKeys.of(SECRET, Algorithms.ALL),
            TokenRules.of(null, null, Set.of()),
            none -> false,
            InstantSource.fixed(NOW))
        .verify(token);
  }
}
