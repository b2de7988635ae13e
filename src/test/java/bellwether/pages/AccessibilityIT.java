package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Axe;
import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.Site;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("soak")
@BrowserTest
class AccessibilityIT {
  /** What each page shows when it is all there. */
  private static final Map<String, String> PAGES =
      Map.of(
          "", "[data-strip] li",
          "stocks.html", "[data-board] button",
          "stocks.html?symbol=AAPL", ".detail[open] canvas[aria-label]",
          "notifications.html", "[data-notification]");

  private static final String CALM =
      "!document.getAnimations().some(({animationName}) => animationName === 'slide')";

  @Test
  void findsNoBarriersOnPhonesAndDesksInTheDarkAndInTheLight() {
    try (Site site = Site.demo(Container.JETTY_12_1);
        Browser browser = Browser.chromium()) {
      site.post("api/notifications", "{\"title\":\"Fire drill\",\"body\":\"At noon.\"}");
      PAGES.forEach(
          (page, content) -> {
            browser.open(site.page(page));
            browser.await(page, "document.querySelector('" + content + "')");
            for (int width : List.of(390, 1440)) {
              browser.viewport(width, 844);
              for (boolean dark : List.of(true, false)) {
                browser.darkTheme(dark);
                // What fades in is hard to read while it does.
                browser.await("a calm page", CALM);
                assertThat(Axe.violations(browser))
                    .as("%s, %s wide, dark: %s", page, width, dark)
                    .isEmpty();
              }
            }
          });
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }
}
