package bellwether.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.json.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** Looks for barriers in a page by axe-core, which is put into it as text. */
public final class Axe {
  private static final String SOURCE = source();

  private static final String VIOLATIONS =
      """
      axe.run().then(({violations}) => violations.flatMap(({id, help, nodes}) => nodes.map(
          ({html, failureSummary}) => `${id}: ${help}: ${html.slice(0, 200)}: ${failureSummary}`)))
      """;

  private Axe() {}

  /** Each rule that an element breaks, with the element. */
  public static List<String> violations(Browser browser) {
    browser.evaluate("void (() => {\nif (window.axe) return;\n" + SOURCE + "\n})()");
    return browser.evaluate(VIOLATIONS).asJsonArray().getValuesAs(JsonString::getString);
  }

  private static String source() {
    try (InputStream file = Axe.class.getResourceAsStream("/axe/axe.min.js")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
