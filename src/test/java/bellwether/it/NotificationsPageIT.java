package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.time.Duration;
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
        ['[data-notifications]', listed],
        ['[data-toasts]', toasted],
      ].forEach(([selector, seen]) => new MutationObserver(
          records => records.forEach(record => record.addedNodes.forEach(
              node => seen.push(node.querySelector('[data-title]').textContent)))
      ).observe(document.querySelector(selector), {childList: true})))
      """;

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

    browser.type("#me", "bob");
    browser.click("[data-user] button");
    awaitText("[data-notifications] [data-title]", "Not your parcel");
    assertThat(browser.text("main")).doesNotContain("Your parcel", "Your second");
    assertThat(browser.evaluate("location.search")).isEqualTo(Json.createValue("?user=bob"));
  }

  @Test
  void losesNoneAndDoublesNoneWhileItIsCutOff() {
    try (FaultyProxy proxy = site.proxy()) {
      browser.open(site.page("notifications.html", proxy));
      awaitLive();
      browser.evaluate(WATCH_ARRIVALS);
      for (int i = 0; i < MANY; i++) {
        post("Number " + i, "", "");
        if (i % (MANY / CUTS) == 4) {
          Await.until("the page to be back", LIMIT, () -> proxy.openConnections() > 0);
          proxy.cutAll();
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
    awaitLive();
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
    awaitLive();
    String title = "x".repeat(201);
    browser.evaluate("void (document.querySelector('[name=title]').value = '" + title + "')");
    browser.click("[data-send] [type=submit]");
    browser.await("the refusal", "document.querySelector('[data-outcome=refused]').textContent");
    assertThat(browser.text("[data-outcome]")).contains("title is longer than 200 characters");
    assertThat(browser.evaluate("document.querySelector('[name=title]').value"))
        .isEqualTo(Json.createValue(title)); // to be mended, not to be written again
  }

  private void post(String title, String body, String user) {
    var message = Json.createObjectBuilder().add("title", title).add("body", body);
    if (!user.isEmpty()) {
      message.add("user", user);
    }
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
