package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.PageScripts;
import bellwether.harness.Site;
import bellwether.harness.proxy.TcpProxy;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EveryBrowserTest
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

  /** The symbols of the rows that are to be seen. */
  private static final String ORDER =
      """
      [...document.querySelectorAll('[data-board] tr:not([hidden])')]
          .map(row => row.dataset.symbol).join(' ')
      """;

  private static final String ENTER = "\uE007";
  private static final String ESCAPE = "\uE00C";
  private static final String F2 = "\uE032";

  @Parameter private Browser browser;

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
        TcpProxy proxy = new TcpProxy(site.port())) {
      Random random = new Random(2);
      SYMBOLS.forEach(symbol -> insert(site, symbol));
      browser.open(site.page("stocks.html", proxy.port()));
      awaitState("live");
      awaitTable(site);
      browser.evaluate(WATCH_STATES);
      for (int cut = 0; cut < 3; cut++) {
        change(site, random, 4);
        proxy.refuse(true);
        proxy.resetAll();
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
  void keepsItsOrderWhileSomebodyReadsAndItsAddressSaysIt() {
    try (Site site = Site.start(Container.JETTY_12_1, "")) {
      SYMBOLS.forEach(symbol -> insert(site, symbol));
      browser.open(site.page("stocks.html"));
      awaitTable(site);
      set(site, "DUNE", "300", 5);
      awaitFlash("DUNE", "up", "300.00");
      awaitOrder("ACME BELL CORK DUNE EMBER");

      browser.click("th[data-column=price] button");
      awaitOrder("DUNE ACME BELL CORK EMBER");
      set(site, "CORK", "200", 5);
      awaitOrder("DUNE CORK ACME BELL EMBER");
      browser.evaluate("document.querySelector('" + row("ACME") + " a').focus()");
      set(site, "BELL", "400", 5);
      browser.await("that it waits", "!document.querySelector('[data-held]').hidden");
      assertThat(browser.text(row("BELL") + " [data-price]")).isEqualTo("400.00");
      assertThat(shownOrder()).isEqualTo(Json.createValue("DUNE CORK ACME BELL EMBER"));
      browser.evaluate("document.activeElement.blur()");
      awaitOrder("BELL DUNE CORK ACME EMBER");

      browser.type("[data-search]", "e & s"); // in ACME & Sons and in DUNE & Sons
      awaitOrder("DUNE ACME");
      awaitText("[data-found]", "2 of 5");
      set(site, "CORK", "5000", 5);
      browser.evaluate("void (window.isOld = true, location.reload())");
      browser.await("the page anew", "!window.isOld && " + ORDER + " === 'DUNE ACME'", LIMIT);
      assertThat(browser.evaluate("location.search"))
          .isEqualTo(Json.createValue("?sort=-price&q=e+%26+s"));
      assertThat(browser.evaluate("document.querySelector('[aria-sort]').outerHTML").toString())
          .contains("data-column=\\\"price\\\"", "descending");
      browser.type("[data-search]", "nothing like it");
      browser.await("that", "!document.querySelector('[data-none-found]').hidden");
      browser.type("[data-search]", "");
      awaitOrder("CORK BELL DUNE ACME EMBER");
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void showsOneStockAtLengthUnderAnAddressOfItsOwn() {
    try (Site site = Site.start(Container.TOMCAT_11, "/bellwether")) {
      SYMBOLS.forEach(symbol -> insert(site, symbol));
      browser.open(site.page("stocks.html?sort=name"));
      awaitTable(site);
      assertThat(browser.evaluate("typeof uPlot")).isEqualTo(Json.createValue("undefined"));
      browser.click(row("BELL") + " a");
      awaitChart("BELL", "to 100.00");
      set(site, "BELL", "150", 7);
      awaitChart("BELL", "from 100.00 to 150.00, lowest 100.00, highest 150.00");
      awaitText(".detail [data-price]", "150.00");
      awaitText(".detail [data-percent]", "+50.00%");
      assertThat(browser.text(".detail-figures")).contains("100.00", "150.00", "7");
      String address = browser.evaluate("location.search").toString();
      assertThat(address).contains("sort=name", "symbol=BELL");

      browser.type("[data-close]", ESCAPE);
      awaitClosed("BELL");
      assertThat(browser.evaluate("location.search")).isEqualTo(Json.createValue("?sort=name"));
      browser.evaluate("history.forward()");
      awaitChart("BELL", "to 150.00");
      browser.evaluate("history.back()");
      awaitClosed("BELL");

      browser.open(site.page("stocks.html?symbol=CORK"));
      awaitChart("CORK", "to 100.00");
      site.sql("DELETE FROM stock WHERE symbol = 'CORK'");
      awaitText("[data-problem]", "CORK is no longer on the board.");
      browser.open(site.page("stocks.html?symbol=DUNE"));
      awaitChart("DUNE", "to 100.00");
      browser.click("[data-close]");
      awaitClosed("DUNE");
      assertThat(browser.evaluate("location.search")).isEqualTo(Json.createValue(""));
      assertThat(browser.consoleErrors()).isEmpty();
    }
  }

  @Test
  void changesTheTableInDemoMode() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      browser.open(site.page("stocks.html"));
      browser.await("the board", "document.querySelectorAll('[data-board] tr').length === 30");
      browser.await("the invitation", "!document.querySelector('[data-invitation]').hidden");
      browser.click(row("AAPL") + " [data-edit=quantity]");
      enterOver("987654", "AAPL: on hand is now 987,654.");
      browser.type(row("AAPL") + " a", F2);
      browser.type(".editor input", "a lot" + ENTER);
      awaitText("[data-editor-note]", "A price is a number, such as 12.50.");
      browser.type(".editor input", "1" + ESCAPE);
      browser.await(
          "the price again",
          "document.activeElement === document.querySelector('%s [data-edit=price]')"
              .formatted(row("AAPL")));
      browser.type(row("AAPL") + " [data-edit=price]", ENTER);
      browser.type(".editor input", "4321.5");
      set(site, "AAPL", "1234.5", 987_650);
      browser.type(".editor input", "4321.5" + ENTER);
      browser.await(
          "a word of the other's change",
          "/^Somebody else made it [0-9,.]+/.test("
              + PageScripts.find("[data-editor-note]")
              + ".textContent)");
      assertThat(site.board().get(0)).startsWith("AAPL|Apple Inc.|1,2");
      enterOver("4321.5", "AAPL: price is now 4,321.50.");
      // Trading goes on at once, from there.
      assertThat(site.board().get(0)).startsWith("AAPL|Apple Inc.|4,").contains("|987,6");
    }
  }

  /** Trading may be quicker on a busy machine: then Enter writes ours over it. */
  private void enterOver(String text, String note) {
    String done =
        PageScripts.find("[data-note]") + ".textContent === " + Json.createValue(note).toString();
    String overtaken =
        "document.querySelector('[data-editor-note]')?.textContent.startsWith('Somebody else')";
    do {
      // Else what the note said of an earlier try would be taken for the answer to this one.
      browser.evaluate(PageScripts.find("[data-editor-note]") + ".textContent = ''");
      browser.type(".editor input", text + ENTER);
      browser.await(note, done + " || " + overtaken);
    } while (browser.evaluate("String(" + done + ")").toString().contains("false"));
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

  private void awaitText(String selector, String text) {
    browser.await(
        text,
        "%s.textContent === %s".formatted(PageScripts.find(selector), Json.createValue(text)),
        LIMIT);
  }

  private void awaitOrder(String symbols) {
    browser.await(symbols, ORDER + " === '" + symbols + "'", LIMIT);
  }

  private JsonValue shownOrder() {
    return browser.evaluate(ORDER);
  }

  private void awaitChart(String symbol, String words) {
    browser.await(
        symbol + " " + words,
        "document.querySelector('.detail[open] canvas[role=img]').ariaLabel.match('%s.*%s')"
            .formatted(symbol, words),
        LIMIT);
  }

  private void awaitClosed(String symbol) {
    browser.await(
        "the board again",
        "!document.querySelector('.detail').open && !location.search.includes('symbol')"
            + " && document.activeElement === document.querySelector('"
            + row(symbol)
            + " a')",
        LIMIT);
  }

  private static String row(String symbol) {
    return "[data-symbol=" + symbol + "]";
  }
}
