package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.NetworkLog;
import bellwether.harness.Site;
import jakarta.json.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** What the first half of the guide says happens, does happen. */
@Tag("soak")
@EveryBrowserTest(differ = true)
class GuideIT {
  private static final URI BLANK = URI.create("about:blank");
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MAX_BYTES = 150_000;

  private static final List<String> PAGES =
      List.of(
          "guide/",
          "guide/opening.html",
          "guide/format.html",
          "guide/resume.html",
          "guide/retry.html",
          "guide/named-events.html",
          "guide/stock-stream.html");

  /** How many bytes the page's own files have; what it streams meanwhile is not of its making. */
  private static final String WEIGHT =
      """
      Promise.all(performance.getEntries()
          .filter(({entryType, name}) => entryType === 'navigation'
              || entryType === 'resource' && /\\.(js|css|svg|html)$/.test(name))
          .map(async ({name}) => (await (await fetch(name)).arrayBuffer()).byteLength))
          .then(sizes => sizes.reduce((sum, size) => sum + size))
      """;

  @Parameter private Browser browser;

  @Test
  void showsHowAStreamIsOpenedAndWhatIsInIt() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      opensAStreamAndKnowsHowItStands(site);
      sendsEachExampleOfTheFormat(site);
      sendsWhatIsTyped();
      hearsEventsByTheirNames(site);
      // One browser says it on the console when a stream is refused, as one is here on purpose.
      assertThat(browser.consoleErrors())
          .filteredOn(line -> !line.contains("demo/raw?type=text/plain"))
          .isEmpty();
    }
  }

  @Test
  void showsWhatBecomesOfAStreamThatIsCut() {
    try (Site site = Site.demo(Container.TOMCAT_11)) {
      noticesThatClientsLeave(site);
      resumesWhereItWasCut(site);
      saysThatAnIdIsGone();
      measuresHowLongTheBrowserWaits(site);
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void isLightAndCanBeReadWithoutDemoMode() {
    try (Site site = Site.start(Container.JETTY_12_1, "/bellwether")) {
      for (String page : PAGES) {
        browser.open(BLANK); // what the page before still asks for may never be answered
        NetworkLog network = browser.watchTheNetwork();
        browser.open(site.page(page));
        browser.await("the note", "!document.querySelector('[data-no-demo]').hidden");
        Await.until(network, LIMIT, () -> network.hasAnswerTo("demo/status"));
        assertThat(network.refusals()).as(page).isEmpty();
        assertThat(browser.evaluate("document.querySelector('[data-needs-demo]:enabled')"))
            .as(page)
            .hasToString("null");
        assertThat(Integer.parseInt(browser.evaluate(WEIGHT).toString()))
            .as(page)
            .isBetween(30_000, MAX_BYTES);
      }
      browser.open(site.page("guide/opening.html"));
      browser.click("[data-open]");
      browser.awaitText(".log", "message");
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private void opensAStreamAndKnowsHowItStands(Site site) {
    browser.open(site.page("guide/opening.html"));
    browser.awaitControls();
    browser.click("[data-open]");
    browser.awaitText(".log", "open");
    browser.awaitText(".log", "message");
    browser.awaitText("[data-state]", "source.readyState is 1 (OPEN)");
    browser.awaitText(".wire", "event: cursor");
    browser.awaitText(".wire", "GET /events?topic=clock");
    browser.awaitText("[data-head]", "content-type: text/event-stream");
    browser.click("[data-close]");
    browser.awaitText("[data-state]", "source.readyState is 2 (CLOSED)");

    browser.click("[data-refused]");
    browser.awaitText("[data-on-source]", "2 (CLOSED)");
    assertThat(browser.text("[data-source-says]")).isEqualTo("yes");
    assertThat(browser.text("[data-on-event]")).isEqualTo("undefined");
    assertThat(browser.text("[data-event-says]")).isEqualTo("no");
    browser.click("[data-cut]");
    browser.awaitText("[data-on-source]", "0 (CONNECTING)");
    assertThat(browser.text("[data-source-says]")).isEqualTo("no");
    assertThat(browser.text("[data-on-event]")).isEqualTo("undefined");

    browser.evaluate(
        "void (navigator.clipboard.writeText = text => (window.copied = text, Promise.resolve()))");
    browser.click("[data-copy=right]");
    browser.await("a copy", "copied.startsWith(\"source.addEventListener('error', () =>\")");
  }

  private void sendsEachExampleOfTheFormat(Site site) {
    browser.open(site.page("guide/format.html"));
    browser.awaitControls();
    sends("one", "data My message");
    sends("lines", "data first line\\nsecond line", "is \"first linesecond line\"");
    sends("json", "id is 12345, msg is \"hello world\"");
    sends("comments", "data after the comments");
    sends("goog", "data GOOG\\n556", "lastEventId 12345");
  }

  private void sends(String example, String... inTheLog) {
    browser.click("[data-send=" + example + "]");
    for (String text : inTheLog) {
      browser.awaitText("section[aria-labelledby=" + example + "] .log", text);
    }
  }

  private void sendsWhatIsTyped() {
    String log = "section[aria-labelledby=editor] .log";
    browser.click("[data-editor] [type=submit]");
    browser.awaitText("[data-result]", "2 events. The page listened to message, greeting.");
    browser.awaitText(log, "greeting");
    assertThat(browser.text(log)).doesNotContain("no blank line");
    browser.awaitText(".wire", "data: no blank line follows");

    browser.evaluate(
        "void (document.querySelector('[data-text]').value = 'event: mine\\nid: 7\\ndata: x\\n\\n')");
    browser.evaluate("void (document.querySelector('[data-ends]').value = 'cr')");
    browser.click("[data-editor] [type=submit]");
    browser.awaitText("[data-result]", "One event. The page listened to message, mine.");
    browser.awaitText(log, "data xlastEventId 7");
    browser.awaitText(".wire", "id: 7\\r");

    browser.click("section[aria-labelledby=goog] [data-edit]");
    assertThat(browser.evaluate("document.querySelector('[data-text]').value"))
        .isEqualTo(Json.createValue("id: 12345\ndata: GOOG\ndata: 556\n\n"));
  }

  private void hearsEventsByTheirNames(Site site) {
    browser.open(site.page("guide/named-events.html"));
    browser.awaitControls();
    browser.awaitText(".log", "open");
    browser.click("[data-publish-all]");
    for (String line : List.of("First message", "User login: John123", "John123 is now happy")) {
      browser.awaitText(".log", line);
    }
    browser.click("[data-publish=update]");
    browser.awaitText("[data-heard=update]", "2");
    assertThat(browser.text("[data-heard=message]")).isEqualTo("1");
    assertThat(browser.text("[data-heard=userlogon]")).isEqualTo("1");
    assertThat(browser.text("[data-heard-alone]")).isEqualTo("1");
    browser.awaitText(".wire", "event: userlogon");

    browser.click("[data-own] [type=submit]");
    browser.awaitText(".wire", "event: weather");
    browser.click("[data-publish=message]"); // so that what came before it has been heard
    browser.awaitText("[data-heard=message]", "2");
    assertThat(browser.text(".log")).doesNotContain("weather");
    browser.click("[data-listen]");
    browser.click("[data-own] [type=submit]");
    browser.awaitText(".log", "weather");
  }

  private void noticesThatClientsLeave(Site site) {
    browser.open(site.page("guide/stock-stream.html"));
    browser.awaitControls();
    browser.awaitText("[data-header='X-Accel-Buffering']", "no");
    browser.awaitText("[data-header='Content-Type']", "text/event-stream");
    browser.awaitText("[data-header=Connection]", "keep-alive");
    browser.await("events", "Number(document.querySelector('[data-events]').textContent) > 2");
    browser.awaitText("[data-stocks]", "AAPL");
    browser.awaitText(".wire", "data: {\"stocks\":[{\"symbol\":");
    browser.awaitText("[data-state]", "This page has 2 streams open; the server counts 2.");
    browser.click("[data-open]");
    browser.awaitText("[data-state]", "This page has 4 streams open; the server counts 4.");
    browser.click("[data-leave]");
    browser.awaitText("[data-state]", "This page has 2 streams open; the server counts 2.");
    browser.await("a plot", "document.querySelector('[data-plot] polyline[points*=\" \"]')");
  }

  private void resumesWhereItWasCut(Site site) {
    browser.open(site.page("guide/resume.html"));
    browser.awaitControls();
    browser.click("[data-open]");
    browser.awaitText("[data-state]", "The stream is open.");
    browser.click("[data-publish]");
    browser.awaitText("[data-received]", "1");
    browser.click("[data-cut]");
    browser.awaitText("[data-state]", "Cut.");
    browser.click("[data-publish-many]");
    browser.awaitText("[data-state]", "All 4 events are here, 3 of them from while it was away.");
    assertThat(browser.text("[data-received]")).isEqualTo("4");
    assertThat(browser.text("[data-wrong]")).isEqualTo("0");
    browser.awaitText(".wire", "Last-Event-ID: ");
    browser.awaitText(".wire", "data: news 4");
  }

  private void saysThatAnIdIsGone() {
    browser.click("[data-ask] [type=submit]");
    browser.awaitText(
        "[data-answer]", "The server says that something is missing. Reason: unknown.");
    browser.awaitText("section[aria-labelledby=gap] .wire", "event: gap");
    browser.awaitText("section[aria-labelledby=gap] .log", "\"requested\":\"12345\"");
    browser.click("[data-earliest]");
    browser.awaitText("[data-answer]", "No gap so far");
    browser.awaitText("section[aria-labelledby=gap] .log", "data news 4");
  }

  private void measuresHowLongTheBrowserWaits(Site site) {
    browser.open(site.page("guide/retry.html"));
    browser.awaitControls();
    browser.click("[data-say='2000']");
    browser.awaitText("[data-result]", "The server said 2.00 s; the browser waited ");
    String waited = browser.text("[data-measured] td");
    assertThat(Double.parseDouble(waited.replace(" s", "")))
        .isGreaterThan(1.8); // clocks of pages are coarse
    browser.awaitText(".wire", "retry: 2000");
    browser.click("[data-ask]");
    browser.awaitText("[data-spread]", "milliseconds.");
    assertThat(browser.evaluate("document.querySelectorAll('[data-dice] li').length"))
        .hasToString("10");
  }
}
