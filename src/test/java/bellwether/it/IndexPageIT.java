package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@EveryBrowserTest
class IndexPageIT {
  @Parameter private Browser browser;

  @Test
  void showsTheStreamsOfThisServerAndTheWayToTheOtherPages() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      browser.open(site.page(""));
      browser.await("six stocks", "document.querySelectorAll('[data-strip] li').length === 6");
      assertThat(browser.text("[data-strip] [data-price]")).matches("[0-9.,]+");
      browser.await("a change", "document.querySelector('[data-strip] :is(.up, .down)')");
      showsTheWire();
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
      assertThat(browser.text("#curl")).isEqualTo("curl -N '" + site.page("events?topic=clock'"));
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

  private void showsTheWire() {
    browser.await("the chosen stock", wireHas("data: {\"symbol\":\"AAPL\""));
    browser.await("its type", wireHas("event: stock"));
    browser.await("an id", wireHas("id: "));
    assertThat(browser.text("[data-wire-status]")).matches("[0-9,]+ bytes read");
    browser.click("[data-symbol=AMZN] button");
    browser.await("another stock", wireHas("\"symbol\":\"AMZN\""));
    assertThat(browser.text("[data-wire]")).doesNotContain("AAPL");
    assertThat(browser.text("#curl")).endsWith("events?topic=stocks/AMZN&topic=clock'");
    assertThat(browser.text("#code")).contains("('events?topic=stocks/AMZN&topic=clock')");
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
