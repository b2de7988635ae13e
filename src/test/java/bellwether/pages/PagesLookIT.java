package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.Site;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("soak")
@BrowserTest
class PagesLookIT {
  private static final List<String> PAGES = List.of("", "stocks.html", "notifications.html");
  private static final String TOO_WIDE =
      """
      [...document.body.querySelectorAll('*')]
          .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
          .filter(element => !element.closest('pre, .unseen'))
          .map(element => element.outerHTML.slice(0, 80))
      """;

  @Test
  void fitsPhonesAndDesksInTheDarkAndInTheLight() {
    try (Site site = Site.demo(Container.TOMCAT_11);
        Browser browser = Browser.chromium()) {
      // Words without a place to break are what makes pages too wide.
      String word = "Wolkenkratzer".repeat(10);
      site.post("api/notifications", "{\"title\":\"" + word + "\",\"body\":\"" + word + "\"}");
      site.sql(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES ('A', ?, 99999999999.99, 9, CURRENT_TIMESTAMP)",
          word);
      for (String page : PAGES) {
        browser.open(site.page(page));
        browser.await("live", "document.querySelector('[data-connection][data-state=live]')");
        browser.await(
            "its content",
            "document.querySelector('[data-symbol=A], [data-notification]:last-child')");
        for (int width : List.of(390, 768, 1440)) {
          browser.viewport(width, 844);
          fits(browser, page);
        }
      }
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private static void fits(Browser browser, String page) {
    browser.darkTheme(true);
    assertThat(browser.evaluate(TOO_WIDE)).as(page).hasToString("[]");
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as(page)
        .hasToString("true");
    String dark = background(browser);
    browser.darkTheme(false);
    assertThat(browser.evaluate(TOO_WIDE)).as(page).hasToString("[]");
    assertThat(background(browser)).isNotEqualTo(dark);
  }

  private static String background(Browser browser) {
    return browser.evaluate("getComputedStyle(document.body).backgroundColor").toString();
  }
}
