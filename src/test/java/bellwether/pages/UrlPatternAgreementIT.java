package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.EveryBrowserTest;
import bellwether.topic.UrlPatternCase;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Our cases of URL patterns say of the browsers what is true. */
@EveryBrowserTest(differ = true)
class UrlPatternAgreementIT {
  private static final String JUDGE =
      """
      ((base, cases) => {
        const parse = pattern => {
          try {
            return new URLPattern(pattern);
          } catch {
            return new URLPattern(pattern, base);
          }
        };
        return cases.map(([pattern, topic]) => {
          try {
            return parse(pattern).test(topic, base) ? "yes" : "no";
          } catch {
            return "refused";
          }
        });
      })(%s, %s)
      """;

  @Parameter Browser browser;

  @Test
  void browsersSayTheSame() {
    List<UrlPatternCase> cases = UrlPatternCase.all();
    JsonArrayBuilder pairs = Json.createArrayBuilder();
    cases.forEach(c -> pairs.add(Json.createArrayBuilder().add(c.pattern()).add(c.topic())));
    browser.open(URI.create("about:blank"));
    JsonArray said =
        browser
            .evaluate(
                JUDGE.formatted(
                    Json.createValue(UrlPatternCase.BASE.toString()), pairs.build().toString()))
            .asJsonArray();
    for (int i = 0; i < cases.size(); i++) {
      assertThat(said.getString(i)).as("%s", cases.get(i)).isEqualTo(cases.get(i).browsers());
    }
  }
}
