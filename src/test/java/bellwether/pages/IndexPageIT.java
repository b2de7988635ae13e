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

@Tag("soak")
@EveryBrowserTest
class IndexPageIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final URI BLANK = URI.create("about:blank");

  @Parameter private Browser browser;

  @Test
  void showsTheStreamsOfThisServerAndTheWayToTheOtherPages() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      browser.open(site.page(""));
      browser.await("six stocks", "document.querySelectorAll('[data-strip] li').length === 6");
      browser.await(
          "a price",
          "/^[0-9.,]+$/.test(document.querySelector('[data-strip] [data-price]').textContent)");
      browser.await("a change", "document.querySelector('[data-strip] :is(.up, .down)')");
      showsTheWire();
      countsWhatItReceives();
      publishesAndCopies();
      browser.await("health", "document.querySelector('[data-health=UP]')");
      assertThat(browser.text("[data-health]")).contains("Ready", "stocks up", "notifications up");
      browser.await("the banner", "!document.querySelector('[data-demo]').hidden");
      assertThat(browser.text("[data-demo]")).contains("Demo mode");
      linksLeadToThePages();
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void showsItselfWithoutStocksAndWithoutDemoMode() {
    try (Site site = Site.start(Container.TOMCAT_10_1, "/bellwether")) {
      browser.open(site.page(""));
      browser.await("the clock", wireHas("data: 20"));
      assertThat(browser.text("#curl"))
          .isEqualTo("curl -N '" + site.page("events?topic=clock&topic=news'"));
      assertThat(browser.text("#publish")).contains("-H 'Authorization: Bearer the-key'");
      assertThat(browser.evaluate("document.querySelector('[data-publish]').hidden"))
          .hasToString("true");
      browser.await("health", "document.querySelector('[data-health=UP]')");
      assertThat(browser.evaluate("document.querySelector('[data-demo]').hidden"))
          .hasToString("true");
      site.sql(
          "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES ('ACME', 'Acme', 1.5, 2, CURRENT_TIMESTAMP)");
      browser.await("a first stock", "document.querySelector('[data-symbol=ACME]')");
      browser.await("its stream", wireHas("\"symbol\":\"ACME\""));
      linksLeadToThePages();
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void asksForNothingThatIsNotThere() {
    try (Site site = Site.start(Container.JETTY_12_1, "/bellwether")) {
      for (String page : List.of("", "stocks.html", "notifications.html")) {
        browser.open(BLANK); // what the page before still asks for may never be answered
        NetworkLog network = browser.watchTheNetwork();
        browser.open(site.page(page));
        browser.await("live", "document.querySelector('[data-connection][data-state=live]')");
        Await.until(network, LIMIT, () -> network.hasAnswerTo("demo/status"));
        // The rest comes at once; but a request taken back may end without a word from the browser.
        Await.atMost(Duration.ofSeconds(10), network::isQuiet);
        assertThat(network.refusals()).as(page).isEmpty();
      }
      assertThat(browser.evaluate("document.querySelector('[data-send]').hidden"))
          .hasToString("true");
      browser.await("how to send", "!document.querySelector('[data-by-key]').hidden");
      assertThat(browser.text("[data-by-key]")).contains(site.page("api/notifications").toString());
    }
  }

  private void showsTheWire() {
    browser.await("the chosen stock", wireHas("data: {\"symbol\":\"AAPL\""));
    browser.await("its type", wireHas("event: stock"));
    browser.await("an id", wireHas("id: "));
    awaitParsed("event.type \"stock\"");
    awaitParsed("\"symbol\": \"AAPL\"");
    assertThat(browser.text("[data-wire-status]")).matches("[0-9,]+ bytes read");
    browser.click("[data-symbol=AMZN] button");
    browser.await("another stock", wireHas("\"symbol\":\"AMZN\""));
    awaitParsed("\"symbol\": \"AMZN\"");
    assertThat(browser.text("[data-wire]")).doesNotContain("AAPL");
    assertThat(browser.text("#curl")).endsWith("events?topic=stocks/AMZN&topic=news'");
    assertThat(browser.text("#code")).contains("('events?topic=stocks/AMZN&topic=news')");
  }

  private void countsWhatItReceives() {
    String received = "Number(document.querySelector('[data-received]').textContent)";
    browser.await("some events", received + " > 30");
    String before = browser.evaluate(received).toString();
    browser.await("more events", received + " > " + before);
    assertThat(browser.text("[data-published]")).matches("[0-9,]+");
    assertThat(browser.text("[data-rate]")).matches("[0-9.]+");
    assertThat(browser.text("[data-since]")).matches("[0-9]+:[0-9]{2}");
  }

  private void publishesAndCopies() {
    browser.await("the button", "!document.querySelector('[data-publish]').hidden");
    browser.click("[data-publish]");
    browser.await("it on the wire", wireHas("data: Hello, world"));
    browser.evaluate(
        "void (navigator.clipboard.writeText = text => (window.copied = text, Promise.resolve()))");
    browser.click("[data-copy=publish]");
    browser.await(
        "the answer", "document.querySelector('[data-copy=publish]').innerText === 'Copied'");
    assertThat(browser.evaluate("copied.replace(location.origin, '')"))
        .isEqualTo(Json.createValue("curl '/events' \\\n  -d topic=news -d data='Hello, world'"));
  }

  /** The same event, as {@code EventSource} would give it. */
  private void awaitParsed(String text) {
    browser.await(
        "parsed: " + text,
        "document.querySelector('[data-parsed]').textContent.includes("
            + Json.createValue(text)
            + ")");
  }

  private void linksLeadToThePages() {
    follow(".actions [href='stocks.html']", "Stocks");
    follow("nav [href='notifications.html']", "Notifications");
    follow(".brand", "Live stock and notification streams for any servlet container");
    follow(".actions [href='notifications.html']", "Notifications");
    browser.click(".bottom [href='health/ready']");
    browser.await("the health", "document.body.innerText.includes('\"status\":\"UP\"')");
  }

  private void follow(String link, String heading) {
    browser.click(link);
    browser.await(
        heading,
        "document.querySelector('h1').innerText === '%s'".formatted(heading)
            + " && document.querySelector('[data-connection][data-state=live]')");
  }

  private static String wireHas(String text) {
    return "document.querySelector('[data-wire]').textContent.includes('" + text + "')";
  }
}
