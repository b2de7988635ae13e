package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.Site;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** The guide's page about the client module: what it says happens does happen, in two tabs. */
@Tag("soak")
@EveryBrowserTest(differ = true)
class GuideClientIT {
  @Parameter private Browser browser;

  @Test
  void tabsShareAStreamThatIsCutAndReloaded() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      browser.open(site.page("guide/client.html"));
      awaitText(browser, "state", "The stream is open");
      awaitText(browser, "role", "has the stream");
      Browser other = browser.newTab();
      try {
        other.open(site.page("guide/client.html"));
        awaitText(other, "state", "The stream is open");
        awaitText(browser, "streams", "1");
        browser.await("controls", "document.querySelector('[data-publish]:enabled')");
        browser.click("[data-publish]");
        browser.click("[data-cut]");
        browser.click("[data-publish-many]");
        for (Browser tab : new Browser[] {browser, other}) {
          awaitText(tab, "received", "51");
          assertThat(tab.text("[data-wrong]")).isEqualTo("0");
        }
        assertThat(other.text("[data-role]")).isEqualTo("follows");
        browser.reload();
        awaitText(other, "role", "has the stream");
        awaitText(browser, "state", "The stream is open");
        browser.await("controls", "document.querySelector('[data-publish]:enabled')");
        browser.click("[data-publish]");
        awaitText(browser, "received", "1");
        awaitText(other, "received", "52");
        assertThat(other.text("[data-wrong]")).isEqualTo("0");
      } finally {
        other.close();
      }
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private static void awaitText(Browser tab, String name, String text) {
    tab.await(
        name + ": " + text,
        "document.querySelector('[data-%s]').textContent.includes('%s')".formatted(name, text));
  }
}
