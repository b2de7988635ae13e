package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.Site;
import bellwether.harness.proxy.TcpProxy;
import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;

@EveryBrowserTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotificationsPageIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MANY = 50;
  private static final int CUTS = 5;

  /** The titles of all that ever came into the list and among the toasts. */
  private static final String WATCH_ARRIVALS =
      """
      void (window.listed = [], window.toasted = [], [
        ['[data-notifications]', listed, '[data-notification]'],
        ['[data-toasts]', toasted, '[data-toast]'],
      ].forEach(([selector, seen, kind]) => new MutationObserver(
          records => records.flatMap(record => [...record.addedNodes])
              .filter(node => node.matches?.(kind))
              .forEach(node => seen.push(node.querySelector('[data-title]').textContent))
      ).observe(document.querySelector(selector), {childList: true, subtree: true})))
      """;

  /** Another tab of the same browser; what is in it is seen from this one. */
  private static final String OTHER_TAB = "window.other.document";

  private final Site site = Site.demo(Container.JETTY_12_1);
  @Parameter private Browser browser;

  @AfterAll
  void close() {
    site.close();
  }

  @Test
  void popsUpWhatIsPostedAndListsIt() {
    browser.open(site.page("notifications.html"));
    awaitLive();
    post("Fire drill", "At noon.", "");
    awaitText("[data-toasts] [data-title]", "Fire drill");
    awaitText("[data-notifications] [data-title]", "Fire drill");
    assertThat(browser.text("[data-toasts]")).contains("At noon.");
    browser.click("[data-toast]:last-child button");
    browser.await("the toast's end", "!" + has("[data-toasts] [data-title]", "Fire drill"));
    browser.evaluate("void location.reload()");
    awaitText("[data-notifications] [data-title]", "Fire drill");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void showsWhatIsForOneUserToThatUserOnly() {
    browser.open(site.page("notifications.html"));
    awaitLive();
    post("Your parcel", "", "alice");
    post("After the parcel", "", "");
    awaitText("[data-notifications] [data-title]", "After the parcel");
    assertThat(browser.text("main")).doesNotContain("Your parcel");

    browser.open(site.page("notifications.html?user=alice"));
    awaitLive();
    awaitText("[data-notifications] [data-title]", "Your parcel");
    post("Your second parcel", "", "alice");
    post("Not your parcel", "", "bob");
    post("After the parcels", "", "");
    awaitText("[data-toasts] [data-title]", "After the parcels");
    awaitText("[data-toasts] [data-title]", "Your second parcel");
    awaitText("[data-toasts] [data-for]", "For alice");
    assertThat(browser.text("main")).contains("Everyone and alice").doesNotContain("Not your");

    awaitForm();
    browser.type("#me", "bob");
    browser.click("[data-user] button");
    awaitText("[data-notifications] [data-title]", "Not your parcel");
    assertThat(browser.text("main")).doesNotContain("Your parcel", "Your second");
    assertThat(browser.evaluate("location.search")).isEqualTo(Json.createValue("?user=bob"));
  }

  @Test
  void losesNoneAndDoublesNoneWhileItIsCutOff() {
    try (TcpProxy proxy = new TcpProxy(site.port())) {
      browser.open(site.page("notifications.html", proxy.port()));
      awaitLive();
      browser.evaluate(WATCH_ARRIVALS);
      for (int i = 0; i < MANY; i++) {
        post("Number " + i, "", "");
        if (i % (MANY / CUTS) == 4) {
          Await.until("the page to be back", LIMIT, () -> proxy.openConnections() > 0);
          proxy.resetAll();
        }
      }
      browser.await("the last", "listed.includes('Number " + (MANY - 1) + "')", LIMIT);
      List<String> all = IntStream.range(0, MANY).mapToObj(i -> "Number " + i).toList();
      String expected = Json.createArrayBuilder(all).build().toString();
      for (String place : List.of("listed", "toasted")) {
        String seen = place + ".filter(title => title.startsWith('Number '))";
        assertThat(browser.evaluate(seen)).as(place).hasToString(expected);
      }
      assertThat(proxy.connectionsAccepted()).isGreaterThan(CUTS);
    }
  }

  @Test
  void sendsWhatIsWrittenAsText() {
    String markup = "<img src=nowhere onerror=alert(1)> & <b>bold</b>";
    browser.open(site.page("notifications.html"));
    awaitForm();
    browser.type("[data-send] [name=title]", markup);
    browser.type("[data-send] [name=body]", "<script>alert(2)</script>");
    browser.click("[data-send] [type=submit]");
    awaitText("[data-outcome]", "Sent to everyone.");
    awaitText("[data-toasts] [data-title]", markup);
    awaitText("[data-notifications] [data-title]", markup);
    awaitText("[data-notifications] [data-body]", "<script>alert(2)</script>");
    assertThat(browser.evaluate("document.querySelector('[src=nowhere], b')")).hasToString("null");
    assertThat(browser.evaluate("document.querySelector('[data-send] [name=title]').value"))
        .isEqualTo(Json.createValue(""));
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void saysWhyTheServerRefuses() {
    browser.open(site.page("notifications.html"));
    awaitForm();
    String title = "x".repeat(201);
    browser.evaluate("void (document.querySelector('[name=title]').value = '" + title + "')");
    browser.click("[data-send] [type=submit]");
    browser.await("the refusal", "document.querySelector('[data-outcome=refused]').textContent");
    assertThat(browser.text("[data-outcome]")).contains("title is longer than 200 characters");
    assertThat(browser.evaluate("document.querySelector('[name=title]').value"))
        .isEqualTo(Json.createValue(title)); // to be mended, not to be written again
  }

  @Test
  void sendsAllThatANotificationMayHave() {
    browser.open(site.page("notifications.html?user=dora"));
    awaitForm();
    browser.click("[data-send] [value=critical]");
    browser.type("[data-send] [name=title]", "All of it");
    browser.type("[data-send] [name=link]", "https://example.org/why?a=1&b=2");
    browser.type("[data-send] [name=user]", "dora");
    browser.evaluate("void (document.querySelector('[name=lifetime]').value = '86400')");
    browser.click("[data-send] [type=submit]");
    awaitText("[data-outcome]", "Sent to dora.");
    awaitText("[data-notifications] [data-title]", "All of it");
    String item = item("All of it");
    assertThat(browser.evaluate(item + ".querySelector('[data-severity]').textContent"))
        .isEqualTo(Json.createValue("Critical"));
    assertThat(browser.evaluate(item + ".querySelector('[data-sign=critical] svg') !== null"))
        .hasToString("true");
    assertThat(
            browser.evaluate(
                "(({href, rel, target, hidden}) => [href, rel, target, hidden].join(' '))("
                    + item
                    + ".querySelector('[data-link]'))"))
        .isEqualTo(
            Json.createValue("https://example.org/why?a=1&b=2 noopener noreferrer _blank false"));
    assertThat(browser.evaluate(item + ".querySelector('[data-expiry]').innerText"))
        .isIn(Json.createValue("Vanishes in 23 hours"), Json.createValue("Vanishes tomorrow"));
    assertThat(browser.evaluate(item + ".querySelector('[data-created]').textContent"))
        .isEqualTo(Json.createValue("just now"));
    assertThat(
            browser.evaluate(
                "(({dateTime, title}) => title !== '' && new Date(dateTime) <= new Date())("
                    + item
                    + ".querySelector('[data-created]'))"))
        .hasToString("true");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void leadsToWebPagesOnly() {
    browser.open(site.page("notifications.html"));
    browser.evaluate(
        """
        import(new URL('js/link.js', location)).then(({showLink}) => {
          window.leadsTo = link => {
            const element = document.createElement('a');
            showLink(element, link);
            return element.hidden ? null : element.href;
          };
        })
        """);
    for (String link :
        List.of(
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            " \tjava\nscript:alert(1)",
            "data:text/html,<b>",
            "file:///etc/passwd",
            "blob:http://a/b",
            "http://",
            "")) {
      assertThat(browser.evaluate("leadsTo(" + Json.createValue(link) + ")"))
          .as(link)
          .hasToString("null");
    }
    assertThat(browser.evaluate("[leadsTo(null), leadsTo(7), leadsTo({})]"))
        .hasToString("[null,null,null]");
    assertThat(browser.evaluate("leadsTo('stocks.html')"))
        .isEqualTo(Json.createValue(site.page("stocks.html").toString()));
    assertThat(browser.evaluate("leadsTo('http://example.org/a')"))
        .isEqualTo(Json.createValue("http://example.org/a"));
  }

  @Test
  void letsGoOfWhatHasExpired() {
    browser.open(site.page("notifications.html?user=emil"));
    awaitLive();
    browser.evaluate(WATCH_ARRIVALS);
    String soon = Instant.now().plusSeconds(5).toString();
    post(Json.createObjectBuilder().add("title", "Soon gone").add("expiresAt", soon));
    browser.await("it came", "listed.includes('Soon gone')", LIMIT);
    browser.await("it went", "!" + has("[data-notifications] [data-title]", "Soon gone"), LIMIT);
    assertThat(browser.evaluate("new Date() >= new Date('" + soon + "')")).hasToString("true");
  }

  @Test
  void twoTabsOfAUserAgreeOnWhatIsRead() {
    agreeInTwoTabs("notifications.html?user=flora", "flora");
    browser.open(site.page("notifications.html?user=flora"));
    awaitText("[data-notifications] [data-title]", "First for flora");
    awaitUnread(0);
  }

  @Test
  void twoTabsOfNobodyInParticularAgreeToo() {
    browser.open(site.page("notifications.html?user="));
    browser.evaluate("localStorage.removeItem('bellwether.read')");
    agreeInTwoTabs("notifications.html?user=", "");
    browser.evaluate("void location.reload()");
    awaitText("[data-notifications] [data-title]", "First for ");
    awaitUnread(0);
  }

  private void agreeInTwoTabs(String page, String user) {
    browser.open(site.page(page));
    awaitLive();
    // What there is for everyone is not of interest here.
    post("Zeroth for " + user, "", user);
    awaitText("[data-notifications] [data-title]", "Zeroth for " + user);
    browser.click("[data-mark-all]");
    awaitUnread(0);
    browser.evaluate("void (window.other = open(location.href))");
    try {
      browser.await("the other tab", OTHER_TAB + ".querySelector('[data-state=live]')");
      post("First for " + user, "", user);
      post("Second for " + user, "", user);
      awaitUnreadInBoth(2);
      // No real clicks: this tab is behind the other one.
      browser.evaluate("void document.querySelector('li.unread [data-mark]').click()");
      awaitUnreadInBoth(1);
      browser.evaluate("void " + OTHER_TAB + ".querySelector('[data-mark-all]').click()");
      awaitUnreadInBoth(0);
    } finally {
      browser.evaluate("void other.close()");
    }
    browser.await("to be in front", "!document.hidden");
  }

  private void awaitUnreadInBoth(int count) {
    awaitUnread(count);
    String unread = OTHER_TAB + ".querySelectorAll('li.unread').length === " + count;
    browser.await(count + " there too", unread, LIMIT);
  }

  @Test
  void showsTheUnreadOnly() {
    browser.open(site.page("notifications.html?user=gina"));
    awaitLive();
    post("Read by gina", "", "gina");
    awaitText("[data-notifications] [data-title]", "Read by gina");
    browser.click("[data-mark-all]");
    awaitUnread(0);
    post("Unread by gina", "", "gina");
    awaitUnread(1);
    browser.click("[data-filter-by=unread]");
    assertThat(browser.text("[data-notifications]"))
        .contains("Unread by gina")
        .doesNotContain("Read by gina\n");
    assertThat(browser.evaluate(item("Read by gina") + ".getClientRects().length"))
        .hasToString("0");
    browser.evaluate("void document.querySelector('li.unread [data-mark]').focus()");
    browser.click("li.unread [data-mark]");
    awaitUnread(0);
    assertThat(browser.text("main")).contains("Nothing unread").doesNotContain("Unread by gina");
    assertThat(browser.evaluate("document.activeElement.closest('.latest') !== null"))
        .as("focus is not lost with the button that had it")
        .hasToString("true");
  }

  @Test
  void showsALongListInParts() {
    for (int i = 0; i < 25; i++) {
      post("Part " + i, "", "hilda");
    }
    browser.open(site.page("notifications.html?user=hilda"));
    awaitLive();
    awaitText("[data-notifications] [data-title]", "Part 24");
    String visible = "document.querySelectorAll('[data-notification]:not([hidden])').length";
    browser.await("twenty", visible + " === 20");
    browser.click("[data-more]");
    browser.await("more", visible + " > 20");
    assertThat(browser.evaluate("document.activeElement.matches('[data-notification]')"))
        .hasToString("true");
  }

  private void awaitUnread(int count) {
    browser.await(
        count + " unread",
        "document.querySelectorAll('li.unread').length === %d".formatted(count)
            + " && document.querySelector('[data-unread-count]').textContent === '%d'"
                .formatted(count),
        LIMIT);
  }

  private static String item(String title) {
    return """
    [...document.querySelectorAll('[data-notification]')].find(
        item => item.querySelector('[data-title]').textContent === %s)"""
        .formatted(Json.createValue(title));
  }

  private void awaitForm() {
    awaitLive();
    browser.await("the form", "!document.querySelector('[data-send]').hidden");
    browser.await("the user", "!document.querySelector('[data-user]').hidden");
  }

  private void post(String title, String body, String user) {
    var message = Json.createObjectBuilder().add("title", title).add("body", body);
    if (!user.isEmpty()) {
      message.add("user", user);
    }
    post(message);
  }

  private void post(JsonObjectBuilder message) {
    assertThat(site.post("api/notifications", message.build().toString()).statusCode())
        .isEqualTo(201);
  }

  private void awaitLive() {
    browser.await("live", "document.querySelector('[data-connection][data-state=live]')");
    // Cut before it has an id, it would begin anew and find in the list what it missed.
    browser.await("an id", "document.querySelector('[data-last-id]').textContent");
  }

  private void awaitText(String selector, String text) {
    browser.await(text, has(selector, text), LIMIT);
  }

  private static String has(String selector, String text) {
    return "[...document.querySelectorAll('%s')].some(element => element.textContent === %s)"
        .formatted(selector, Json.createValue(text));
  }
}
