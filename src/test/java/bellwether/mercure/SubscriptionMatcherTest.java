package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.exchange.Form;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriptionMatcherTest {

  @Test
  void theyAreThoseOfTheRequestEachOnce() {
    Form form =
        new Form(
            "topic=a&match=b&match_exact=b&match_urlpattern=/c/:d&topic=e&topic=a"
                + "&lastEventID=f&match_later=g");
    assertThat(SubscriptionMatcher.in(form))
        .containsExactly(
            new SubscriptionMatcher(null, "a"),
            new SubscriptionMatcher(null, "e"),
            new SubscriptionMatcher("exact", "b"),
            new SubscriptionMatcher("urlpattern", "/c/:d"));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-,          a,     topic, exact",
        "-,          *,     topic, exact",
        "-,          a{b},  topic, -",
        "-,          a{b,   topic, exact",
        "exact,      a,     topic, exact",
        "exact,      *,     topic, exact",
        "exact,      a{b},  -,     exact",
        "exact,      a{b:300}, -,  exact",
        "urlpattern, a,     -,     urlpattern",
        "urlpattern, *,     topic, urlpattern",
      })
  void eachDraftSaysWhatItHasAWordFor(
      @Nullable String type, String text, @Nullable String in7, @Nullable String in8) {
    SubscriptionMatcher matcher = new SubscriptionMatcher(type, text);
    assertThat(matcher.inDraft7())
        .isEqualTo(in7 == null ? null : new SubscriptionMatcher(null, text));
    assertThat(matcher.inDraft8())
        .isEqualTo(in8 == null ? null : new SubscriptionMatcher(in8, text));
  }
}
