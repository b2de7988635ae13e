package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.Site;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** What the pages that measure say happens, does happen. */
@Tag("soak")
@EveryBrowserTest
class GuideLoadIT {
  @Parameter private Browser browser;

  @Test
  void measuresThreeWaysASlowReaderAndThousandsOfStreams() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      countsWhatEachWayCosts(site);
      showsThatASlowReaderCostsItselfOnly(site);
      opensManyStreams(site);
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private void countsWhatEachWayCosts(Site site) {
    browser.open(site.page("guide/polling.html"));
    browser.awaitControls();
    browser.evaluate("void (document.getElementById('poll-every').value = 1)");
    browser.evaluate("void (document.getElementById('publish-every').value = 0.5)");
    browser.click("[data-toggle]");
    for (String lane : new String[] {"polling", "waiting", "stream"}) {
      browser.await(
          "events by " + lane,
          "parseInt(document.querySelector('[data-lane=%s] [data-figure=events]').textContent) > 3"
              .formatted(lane));
      assertThat(browser.text("[data-lane=%s] [data-figure=delay]".formatted(lane)))
          .matches("[0-9.]+ m?s");
    }
    assertThat(figure("stream", "requests")).isEqualTo(1);
    assertThat(figure("polling", "requests")).isGreaterThan(1);
    assertThat(figure("waiting", "requests")).isGreaterThan(3);
    assertThat(figure("stream", "per-event")).isLessThan(figure("waiting", "per-event"));
    assertThat(browser.evaluate("document.querySelector('[data-example=waiting]').textContent"))
        .asString()
        .contains("GET /events?topic=guide/", "Prefer: wait=25", "Last-Event-ID: ");
    browser.await("a plot", "document.querySelector('[data-plot] polyline[points*=\" \"]')");
    browser.click("[data-toggle]");
    browser.awaitText("[data-toggle]", "Start");
  }

  private int figure(String lane, String name) {
    String text = browser.text("[data-lane=%s] [data-figure=%s]".formatted(lane, name));
    return Integer.parseInt(text.replace(",", ""));
  }

  private void showsThatASlowReaderCostsItselfOnly(Site site) {
    browser.open(site.page("guide/slow-reader.html"));
    browser.awaitControls();
    browser.click("[data-toggle]");
    browser.await("events", number("[data-fast]") + " > 50");
    browser.click("[data-slow]");
    // The page is at most two publications behind while the slow one is hundreds of events behind.
    browser.await(
        "one left behind, and one not",
        "%s > 300 && %s > 0 && %s - %s <= 40"
            .formatted(
                number("[data-slow-behind]"),
                number("[data-slow-bytes]"),
                number("[data-published]"),
                number("[data-fast]")));
    assertThat(browser.text("[data-beside-delay]")).matches("[0-9.]+ ms");
    assertThat(browser.text("[data-metric=bellwether_gaps_total]")).isEqualTo("0");
    browser.click("[data-toggle]");
    Await.until(
        "the slow reader's end",
        Bellwether.LIMIT,
        () -> site.get("demo/slow-reader").body().contains("\"running\":false"));
  }

  private void opensManyStreams(Site site) {
    browser.open(site.page("guide/load.html"));
    browser.awaitControls();
    browser.type("#streams", "300");
    browser.click("[data-load] [type=submit]");
    browser.awaitText("[data-streams]", "300 of 300");
    browser.await("deliveries", number("[data-rate]") + " > 0");
    assertThat(browser.text("[data-missing]")).isEqualTo("0");
    assertThat(browser.text("[data-p99]")).matches("[0-9.]+ ms");
    browser.await("a plot", "document.querySelector('[data-open] polyline[points*=\" \"]')");
    browser.click("[data-stop]");
    browser.awaitText("[data-outcome]", "It has ended. Its figures stay.");
    assertThat(site.get("demo/load").body()).contains("\"running\":false");
  }

  private static String number(String selector) {
    return "Number(document.querySelector('%s').textContent.replaceAll(',', ''))"
        .formatted(selector);
  }
}
