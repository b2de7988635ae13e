package bellwether.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import bellwether.fixtures.Exchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreconditionsTest {
  @Test
  void isFineWithAnythingWhenNothingIsAsked() {
    Preconditions none = Preconditions.of(new Exchange("PUT", "/api", null).request());

    assertThatCode(() -> none.require(null)).doesNotThrowAnyException();
    assertThatCode(() -> none.require("\"a\"")).doesNotThrowAnyException();
    assertThat(none.isKnown("\"a\"")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      value = {
        "If-Match      | *                  | \"a\" | true",
        "If-Match      | *                  | none    | false",
        "If-Match      | \"a\"            | \"a\" | true",
        "If-Match      | \"b\", \"a\"   | \"a\" | true",
        "If-Match      | ,\"b\" ,, \"a\",| \"a\" | true",
        "If-Match      | \"b\"            | \"a\" | false",
        "If-Match      | W/\"a\"          | \"a\" | false",
        "If-Match      | \"a\"            | none    | false",
        "If-None-Match | *                  | \"a\" | false",
        "If-None-Match | *                  | none    | true",
        "If-None-Match | \"b\",W/\"a\"  | \"a\" | false",
        "If-None-Match | \"b,a\"          | \"a\" | true",
        "If-None-Match | \"a\"            | none    | true",
      })
  void holdsAsTheStandardHasIt(
      String header, String value, @Nullable String current, boolean holds) {
    Preconditions conditions = of(header, value);

    HttpProblem problem =
        catchThrowableOfType(HttpProblem.class, () -> conditions.require(current));
    assertThat(problem == null).isEqualTo(holds);
    assertThat(problem == null ? 412 : problem.status()).isEqualTo(412);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\"a", "\"a\"\"b\"", "\"a\" \"b\"", "*, \"a\"", "w/\"a\"", ","})
  void refusesWhatIsNoListOfTags(String value) {
    HttpProblem problem = catchThrowableOfType(HttpProblem.class, () -> of("If-Match", value));

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.detail()).isEqualTo("If-Match is neither * nor a list of entity tags");
  }

  @Test
  void survivesALongList() {
    assertThat(of("If-None-Match", "\"a\",".repeat(2000) + "\"b\"").isKnown("\"b\"")).isTrue();
  }

  private static Preconditions of(String header, String value) {
    return Preconditions.of(new Exchange("PUT", "/api", null).with(header, value).request());
  }
}
