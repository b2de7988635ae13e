package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.Site;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A board of 2,000 stocks, of which another program changes 500 a second. */
@Tag("soak")
@BrowserTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BigBoardIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int STOCKS = 2000;
  private static final int ROUNDS = 50;
  private static final Duration ROUND = Duration.ofMillis(100);
  private static final int CHANGES_IN_ROUND = 50;

  private static final String INSERT =
      "INSERT INTO stock (symbol, name, price, quantity, updated_at) VALUES (?, ?, 100, 10, CURRENT_TIMESTAMP)";
  private static final String CHANGE = "UPDATE stock SET price = ?, quantity = ? WHERE symbol = ?";

  /** The symbols whose rows do not show what {@code window.table} holds. */
  private static final String WRONG =
      """
      (() => {
        const part = (row, name) => row.querySelector(`[data-${name}]`).textContent;
        const shown = new Map([...document.querySelectorAll('[data-board] tr')].map(
            row => [row.dataset.symbol, part(row, 'price') + '|' + part(row, 'quantity')]));
        const symbols = new Set([...shown.keys(), ...Object.keys(table)]);
        return [...symbols].filter(symbol => shown.get(symbol) !== table[symbol]);
      })()
      """;

  private final Browser browser = Browser.chromium();
  private final Random random = new Random(3);

  @AfterAll
  void closeBrowser() {
    browser.close();
  }

  @Test
  void showsTheTableOnH2() throws SQLException {
    try (Site site = Site.start(Container.JETTY_12_1, "")) {
      showsTheTable(site, "stocks.html");
    }
  }

  @Test
  void showsTheTableOnPostgres() throws SQLException {
    try (Site site = Site.onPostgres(Container.JETTY_12_1)) {
      showsTheTable(site, "stocks.html?sort=-price"); // so that rows change their places as well
    }
  }

  private void showsTheTable(Site site, String page) throws SQLException {
    try (Connection connection = site.connect()) {
      connection.setAutoCommit(false);
      insert(connection);
      browser.open(site.page(page));
      browser.await(
          "all rows", "document.querySelectorAll('[data-board] tr').length === " + STOCKS);
      change(connection);
    }
    browser.evaluate("void (window.table = " + table(site) + ")");
    browser.await("what the table holds", WRONG + ".length === 0", LIMIT);
    assertThat(browser.evaluate(WRONG)).hasToString("[]");
    assertThat(browser.text("[data-connection-word]")).isEqualTo("Live");
    assertThat(browser.text("[data-count]")).isEqualTo("2,000");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  private static void insert(Connection connection) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (int i = 0; i < STOCKS; i++) {
        insert.setString(1, symbol(i));
        insert.setString(2, "Stock number " + i);
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  /** Each round is one transaction; a late one is made up for, so that the rate holds. */
  private void change(Connection connection) throws SQLException {
    long start = System.nanoTime();
    try (PreparedStatement change = connection.prepareStatement(CHANGE)) {
      for (int round = 0; round < ROUNDS; round++) {
        long due = start + round * ROUND.toNanos();
        Await.until("the next round", LIMIT, () -> System.nanoTime() - due >= 0);
        for (int i = 0; i < CHANGES_IN_ROUND; i++) {
          change.setBigDecimal(1, BigDecimal.valueOf(random.nextInt(900_000), 2));
          change.setInt(2, random.nextInt(5000));
          change.setString(3, symbol(random.nextInt(STOCKS)));
          change.addBatch();
        }
        change.executeBatch();
        connection.commit();
      }
    }
  }

  private static String symbol(int number) {
    return "S" + (10_000 + number);
  }

  /** As JSON: of each symbol its price and quantity, in the words of the board. */
  private static String table(Site site) {
    JsonObjectBuilder table = Json.createObjectBuilder();
    for (String row : site.board()) {
      String[] parts = row.split("[|]", -1);
      table.add(parts[0], parts[2] + "|" + parts[3]);
    }
    return table.build().toString();
  }
}
