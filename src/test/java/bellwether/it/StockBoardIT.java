package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BrowserTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StockBoardIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> SYMBOLS = List.of("ACME", "BELL", "CORK", "DUNE", "EMBER");

  /** Each state that the header has shown, in order. */
  private static final String WATCH_STATES =
      """
      void (window.states = [], new MutationObserver(
          () => states.push(document.querySelector('[data-connection]').dataset.state)
      ).observe(document.querySelector('[data-connection]'), {attributeFilter: ['data-state']}))
      """;

  private static final String ROWS =
      """
      [...document.querySelectorAll('[data-board] tr')].map(row =>
          ['code', 'name', 'price', 'quantity'].map(
              name => row.querySelector(`[data-${name}]`).textContent).join('|'))
      """;

  private final Browser browser = Browser.chromium();

  @AfterAll
  void closeBrowser() {
    browser.close();
  }

  @ParameterizedTest
  @CsvSource({"JETTY_12_1, ''", "TOMCAT_11, /bellwether"})
  void showsWhatAnotherProgramWritesIntoTheTable(Container container, String contextPath) {
    try (Site site = Site.start(container, contextPath)) {
      browser.open(site.page("stocks.html"));
      awaitState("live");
      assertThat(browser.text("[data-empty]")).startsWith("No stocks yet");
      SYMBOLS.forEach(symbol -> insert(site, symbol));
      awaitTable(site);
      browser.await("the count", "document.querySelector('[data-count]').textContent === '5'");

      set(site, "BELL", "250.50", 7);
      awaitFlash("BELL", "up", "250.50");
      set(site, "BELL", "1199.00", 7);
      awaitFlash("BELL", "up", "1,199.00");
      set(site, "BELL", "3.25", 7);
      awaitFlash("BELL", "down", "3.25");
      set(site, "BELL", "3.25", 0);
      awaitFlash("BELL", "touched", "3.25");
      assertThat(browser.text(row("BELL") + " [data-sold-out]")).isEqualTo("Sold out");

      site.sql("DELETE FROM stock WHERE symbol = 'CORK'");
      awaitTable(site);
      assertThat(browser.text("[data-connection-word]")).isEqualTo("Live");
      assertThat(browser.text("[data-last-id]")).isNotEmpty();
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void showsTheTableWhateverHappenedWhileItWasCutOff() {
    try (Site site = Site.start(Container.JETTY_12_1, "");
        FaultyProxy proxy = site.proxy()) {
      Random random = new Random(2);
      SYMBOLS.forEach(symbol -> insert(site, symbol));
      browser.open(site.page("stocks.html", proxy));
      awaitState("live");
      awaitTable(site);
      browser.evaluate(WATCH_STATES);
      for (int cut = 0; cut < 3; cut++) {
        change(site, random, 4);
        proxy.refuse(true);
        proxy.cutAll();
        awaitState("reconnecting");
        change(site, random, 6);
        proxy.refuse(false);
        awaitState("live");
        awaitTable(site);
      }
      assertThat(browser.evaluate("states.join(' ')"))
          .isEqualTo(Json.createValue("reconnecting live reconnecting live reconnecting live"));
    }
  }

  @Test
  void changesTheTableInDemoMode() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      browser.open(site.page("stocks.html"));
      browser.await("the form", "!document.querySelector('[data-change-stock]').hidden");
      browser.await("the board", "document.querySelectorAll('[data-board] tr').length === 30");
      browser.await("the choice", "document.querySelector('[name=symbol]').value === 'AAPL'");
      browser.type("[name=price]", "4321.5");
      browser.type("[name=quantity]", "987654");
      browser.click("[data-change-stock] [type=submit]");
      browser.await(
          "the outcome", "document.querySelector('[data-outcome]').textContent.includes('now')");
      assertThat(browser.text("[data-outcome]"))
          .isEqualTo("AAPL is now 4,321.50, 987,654 on hand.");
      // Trading goes on at once, from there.
      browser.await(
          "the change on the board",
          "document.querySelector(`%s [data-quantity]`).dataset.value > 980_000"
              .formatted(row("AAPL")));
      assertThat(site.board().get(0)).startsWith("AAPL|Apple Inc.|4,").contains("|987,");
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  private static void insert(Site site, String symbol) {
    site.sql(
        "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES (?, ?, 100, 10, CURRENT_TIMESTAMP)",
        symbol,
        symbol + " & Sons");
  }

  /** As a program that has never heard of {@code updated_at}. */
  private static void set(Site site, String symbol, String price, long quantity) {
    site.sql(
        "UPDATE stock SET price = ?, quantity = ? WHERE symbol = ?",
        new BigDecimal(price),
        quantity,
        symbol);
  }

  private static void change(Site site, Random random, int times) {
    for (int i = 0; i < times; i++) {
      String symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
      if (random.nextInt(5) > 0) {
        set(site, symbol, BigDecimal.valueOf(random.nextInt(900_000), 2).toString(), i);
      } else if (site.board().stream().anyMatch(row -> row.startsWith(symbol))) {
        site.sql("DELETE FROM stock WHERE symbol = ?", symbol);
      } else {
        insert(site, symbol);
      }
    }
  }

  private void awaitState(String state) {
    browser.await(
        state,
        "document.querySelector('[data-connection]').dataset.state === '%s'".formatted(state),
        LIMIT);
  }

  private void awaitTable(Site site) {
    String expected = Json.createArrayBuilder(site.board()).build().toString();
    browser.await(
        expected, "JSON.stringify(" + ROWS + ") === JSON.stringify(" + expected + ")", LIMIT);
  }

  private void awaitFlash(String symbol, String look, String price) {
    browser.await(
        symbol + " " + look + " " + price,
        "document.querySelector('%s').matches('.%s') && %s.textContent === '%s'"
            .formatted(row(symbol), look, PageScripts.find(row(symbol) + " [data-price]"), price));
  }

  private static String row(String symbol) {
    return "[data-symbol=" + symbol + "]";
  }
}
