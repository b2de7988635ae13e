package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Axe;
import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.Site;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All pages of the guide: they are there, light, without barriers, and as wide as the screen. */
@Tag("soak")
@BrowserTest
class GuideLooksIT {
  private static final int MAX_BYTES = 150_000;

  private static final String PAGES =
      "[...document.querySelectorAll('.cards a')].map(link => link.getAttribute('href'))";

  /** What links of the guide lead to nothing, or to no such place on their page. */
  private static final String DEAD_LINKS =
      """
      Promise.all([...new Set([...document.querySelectorAll('main a')].map(link => link.href))]
          .map(async href => {
            const response = await fetch(href);
            const page = new DOMParser().parseFromString(await response.text(), 'text/html');
            const place = new URL(href).hash.slice(1);
            return response.ok && (!place || page.getElementById(place)) ? [] : [href];
          }))
          .then(dead => dead.flat())
      """;

  private static final String TOO_WIDE =
      """
      [...document.body.querySelectorAll('*')]
          .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
          .filter(element => !element.closest('pre, .unseen, .table, .scroll'))
          .map(element => element.outerHTML.slice(0, 80))
      """;

  /** How many bytes the page's own files have; what it streams meanwhile is not of its making. */
  private static final String WEIGHT =
      """
      Promise.all(performance.getEntries()
          .filter(({entryType, name}) => entryType === 'navigation'
              || entryType === 'resource' && /\\.(js|css|svg|html)$/.test(name))
          .map(async ({name}) => (await (await fetch(name)).arrayBuffer()).byteLength))
          .then(sizes => sizes.reduce((sum, size) => sum + size))
      """;

  @Test
  void fitsEveryReader() {
    try (Site site = Site.demo(Container.TOMCAT_11);
        Browser browser = Browser.chromium()) {
      browser.open(site.page("guide/"));
      List<String> pages = new ArrayList<>(List.of(""));
      browser.evaluate(PAGES).asJsonArray().getValuesAs(JsonString::getString).forEach(pages::add);
      assertThat(pages).contains("opening.html", "load.html");
      List<String> barriers = new ArrayList<>();
      for (String page : pages) {
        browser.open(site.page("guide/" + page));
        browser.await("the demo's answer", "!document.querySelector('[data-demo]').hidden");
        assertThat(Integer.parseInt(browser.evaluate(WEIGHT).toString()))
            .as(page)
            .isBetween(30_000, MAX_BYTES);
        assertThat(browser.evaluate(DEAD_LINKS)).as(page).hasToString("[]");
        // What is in the way of a reader is so in either theme or at either width: no need of all
        // four.
        examine(browser, page, 390, true, barriers);
        examine(browser, page, 1440, false, barriers);
      }
      assertThat(barriers).isEmpty();
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private static void examine(
      Browser browser, String page, int width, boolean dark, List<String> barriers) {
    browser.viewport(width, 844);
    browser.darkTheme(dark);
    assertThat(browser.evaluate(TOO_WIDE)).as(page).hasToString("[]");
    String where = "%s, %s wide, dark: %s: ".formatted(page, width, dark);
    Axe.violations(browser).forEach(barrier -> barriers.add(where + barrier));
  }
}
