package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Browser;
import bellwether.harness.BrowserTest;
import bellwether.harness.Container;
import bellwether.harness.Site;
import jakarta.json.Json;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bell, the toasts and the browser's own notifications, on whichever page one is. */
@Tag("soak")
@BrowserTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BellIT {
  /** A container may notice at the second heartbeat only that the page before is gone. */
  private static final Duration HEARTBEATS = Duration.ofSeconds(60);

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String BADGE = "document.querySelector('[data-badge]').textContent";
  private static final String UNREAD = "Number.parseInt(" + BADGE + " || '0', 10)";
  private static final String NAME =
      "document.querySelector('[data-bell]').getAttribute('aria-label')";
  private static final String FOCUS_IN_TOASTS =
      "document.activeElement.closest('[data-toasts]') !== null";
  private static final String PRESS_ESCAPE =
      "void document.activeElement.dispatchEvent("
          + "new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))";

  private static final String CALM_IS_LEFT_AFTER_A_DAY =
      "(age(24 * 60 * 60 * 1000), document.querySelector('[data-toast=info]') !== null)";

  /** Whether a browser without a screen may show any is the machine's business. */
  private static final String PRETEND_NOTIFICATIONS =
      """
      () => void (window.asked = 0, window.shown = [], window.Notification = class {
        static permission = 'default';
        static answer = 'granted';
        static requestPermission() {
          asked++;
          this.permission = this.answer;
          return Promise.resolve(this.answer);
        }
        constructor(title, {tag}) {
          shown.push({title, tag});
        }
      })
      """;

  private final Site site = Site.demo(Container.JETTY_12_1);
  private final Browser browser = Browser.chromium();

  @BeforeAll
  void pretendNotifications() {
    browser.runInEveryPage(PRETEND_NOTIFICATIONS);
  }

  @AfterAll
  void close() {
    browser.close();
    site.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "stocks.html", "notifications.html"})
  void countsOnEveryPageAndLeadsToTheList(String page) {
    String user = page.replace(".html", "");
    open(page + "?user=" + user);
    // Trading tells everyone now and then that a stock is sold out.
    browser.evaluate(
        """
        fetch('api/notifications?limit=1').then(answer => answer.json()).then(
            ({notifications: [newest]}) => newest && fetch('api/notifications/read', {
              method: 'POST',
              headers: {'Content-Type': 'application/json'},
              body: JSON.stringify({user: '%s', upTo: newest.id}),
            })).then(() => null)
        """
            .formatted(user));
    int before = unread();
    post("{\"title\":\"One\",\"user\":\"" + user + "\"}");
    post("{\"title\":\"Two\",\"user\":\"" + user + "\"}");
    browser.await("two more", UNREAD + " >= " + (before + 2), LIMIT);
    assertThat(browser.evaluate(NAME).toString()).matches("\"Notifications, [0-9]+ unread\"");
    assertThat(browser.evaluate(NAME + ".includes(' ' + " + BADGE + " + ' ')")).hasToString("true");
    browser.click("[data-bell]");
    browser.await("the list", "document.querySelector('h1').innerText === 'Notifications'");
    browser.await("as this user", "document.querySelector('#me').value === '" + user + "'");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void doesNotCountAboveNinetyNine() {
    open("stocks.html?user=hank");
    browser.await("its count", UNREAD + " >= 0");
    for (int i = unread(); i < 100; i++) {
      post("{\"title\":\"Number " + i + "\",\"user\":\"hank\"}");
    }
    browser.await("99+", BADGE + " === '99+'", LIMIT);
    assertThat(browser.evaluate(NAME))
        .isEqualTo(Json.createValue("Notifications, more than 99 unread"));
    open("index.html?user=hank");
    browser.await("99+ from the list", BADGE + " === '99+'", LIMIT);
  }

  /** The start page reads one more, to show it byte for byte. */
  @ParameterizedTest
  @CsvSource({"stocks.html, 1", "notifications.html, 1", "index.html, 2"})
  void opensNoStreamOfItsOwn(String page, int streams) {
    open(page);
    browser.await("the bell", "document.querySelector('[data-bell]')");
    Await.until(
        streams + " streams", HEARTBEATS, () -> site.metric("bellwether_streams_open") == streams);
  }

  @Test
  void readsToastsOutWithoutTakingTheFocus() {
    open("stocks.html?user=ida");
    browser.evaluate("void document.querySelector('.brand').focus()");
    post("{\"title\":\"Calm\",\"user\":\"ida\",\"severity\":\"success\"}");
    post("{\"title\":\"Urgent\",\"user\":\"ida\",\"severity\":\"critical\"}");
    browser.await("the first", toastIn("status", "Calm"), LIMIT);
    browser.await("the second", toastIn("alert", "Urgent"), LIMIT);
    assertThat(browser.evaluate("document.activeElement.className"))
        .isEqualTo(Json.createValue("brand"));
    assertThat(browser.text("[data-toast=success]")).contains("Success", "For ida", "Calm");

    browser.evaluate("void document.querySelector('[data-toast=critical] button').focus()");
    browser.evaluate(PRESS_ESCAPE);
    browser.await("the focused one's end", "!document.querySelector('[data-toast=critical]')");
    while (!browser.evaluate(FOCUS_IN_TOASTS).toString().equals("false")) {
      browser.evaluate(PRESS_ESCAPE);
    }
    assertThat(browser.evaluate("document.activeElement.className"))
        .as("where the focus was before")
        .isEqualTo(Json.createValue("brand"));
  }

  @Test
  void keepsToastsWhileTheyAreLookedAt() {
    open("stocks.html?user=mia");
    browser.evaluate(
        "import(new URL('js/toast.js', location)).then(({age}) => void (window.age = age))");
    post("{\"title\":\"Urgent\",\"user\":\"mia\",\"severity\":\"critical\"}");
    post("{\"title\":\"Calm\",\"user\":\"mia\"}");
    browser.await("both", toastIn("alert", "Urgent") + " && " + toastIn("status", "Calm"), LIMIT);

    browser.pointAt("[data-toast=info] [data-title]");
    assertThat(browser.evaluate(CALM_IS_LEFT_AFTER_A_DAY)).as("pointed at").hasToString("true");
    browser.pointAway();
    browser.evaluate("void document.querySelector('[data-toast=critical] button').focus()");
    assertThat(browser.evaluate(CALM_IS_LEFT_AFTER_A_DAY)).as("focus near").hasToString("true");
    browser.evaluate("void document.activeElement.blur()");
    browser.evaluate(
        "void Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})");
    assertThat(browser.evaluate(CALM_IS_LEFT_AFTER_A_DAY)).as("hidden").hasToString("true");
    browser.evaluate("void delete document.hidden");
    assertThat(browser.evaluate(CALM_IS_LEFT_AFTER_A_DAY)).as("let be").hasToString("false");
    assertThat(browser.evaluate(toastIn("alert", "Urgent"))).as("critical").hasToString("true");
  }

  @Test
  void letsGoOfToastsByItself() {
    open("stocks.html?user=nora");
    post("{\"title\":\"Calm\",\"user\":\"nora\"}");
    browser.await("it came", toastIn("status", "Calm"), LIMIT);
    browser.await("it went", "!document.querySelector('[data-toast]')", LIMIT);
  }

  /** As a server may do it that does not know how far this page has come. */
  @Test
  void showsWhatItIsToldTwiceOnce() {
    open("stocks.html?user=olga");
    browser.evaluate(
        """
        import(new URL('js/inbox.js', location)).then(({inbox}) => {
          const createdAt = new Date().toISOString();
          const told = {id: 1e9, title: 'Twice', body: '', user: 'olga', severity: 'info', createdAt};
          inbox.receive(told);
          inbox.receive({...told});
        })
        """);
    browser.await("it", toastIn("status", "Twice"));
    assertThat(browser.evaluate("document.querySelectorAll('[data-toast]').length"))
        .hasToString("1");
  }

  @Test
  void coversAPageAboutSomethingElseOnlyWithWhatMattersHere() {
    open("stocks.html?user=lea");
    int before = unread();
    post("{\"title\":\"For everyone\",\"severity\":\"warning\"}");
    post("{\"title\":\"For lea\",\"user\":\"lea\"}");
    post("{\"title\":\"Critical for everyone\",\"severity\":\"critical\"}");
    browser.await("the last", toastIn("alert", "Critical for everyone"), LIMIT);
    browser.await("the user's", toastIn("status", "For lea"), LIMIT);
    assertThat(browser.evaluate(toastIn("status", "For everyone"))).hasToString("false");
    browser.await("all of them counted", UNREAD + " >= " + (before + 3), LIMIT);
  }

  @Test
  void showsHostileWordsAsWords() {
    open("stocks.html?user=jack");
    String markup = "\"><img src=nowhere onerror=alert(1)>";
    post(
        Json.createObjectBuilder()
            .add("title", markup)
            .add("body", markup)
            .add("user", "jack")
            .build()
            .toString());
    String title = "document.querySelector('[data-toast] [data-title]').textContent";
    browser.await("it", title + " === " + Json.createValue(markup), LIMIT);
    assertThat(browser.evaluate("document.querySelector('[src=nowhere]')")).hasToString("null");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void asksForTheBrowsersOwnOnlyOnAClickAndShowsThemOnlyWhenHidden() {
    for (String page : List.of("index.html", "stocks.html", "notifications.html")) {
      open(page + "?user=kim");
      assertThat(browser.evaluate("asked")).as(page).hasToString("0");
    }
    browser.evaluate("import(new URL('js/desktop-card.js', location)).then(() => null)");
    browser.click("[data-desktop-allow]");
    browser.await("on", "document.querySelector('[data-desktop-card=on]')");
    assertThat(browser.evaluate("asked")).hasToString("1");
    assertThat(browser.text("[data-desktop-word]")).startsWith("On.");

    post("{\"title\":\"Seen in the page\",\"user\":\"kim\"}");
    browser.await("its toast", toastIn("status", "Seen in the page"), LIMIT);
    browser.evaluate(
        "void Object.defineProperty(document, 'hidden', {configurable: true, get: () => true})");
    post("{\"title\":\"Seen outside\",\"user\":\"kim\"}");
    browser.await("the browser's own", "shown.length > 0", LIMIT);
    assertThat(browser.evaluate("shown[0].title")).isEqualTo(Json.createValue("Seen outside"));
    assertThat(browser.evaluate("shown[0].tag").toString()).matches("\"bellwether-[0-9]+\"");

    browser.evaluate("void delete document.hidden");
    browser.click("[data-desktop-stop]");
    browser.await("off", "document.querySelector('[data-desktop-card=off]')");
    browser.evaluate("void (Notification.permission = 'denied')");
    browser.evaluate("void (Notification.answer = 'denied')");
    browser.click("[data-desktop-allow]");
    browser.await("blocked", "document.querySelector('[data-desktop-card=denied]')");
    assertThat(browser.text("[data-desktop-word]")).startsWith("Blocked.");
    assertThat(browser.evaluate("document.querySelector('[data-desktop-allow]').hidden"))
        .hasToString("true");
  }

  private int unread() {
    return Integer.parseInt(browser.evaluate(UNREAD).toString());
  }

  private void open(String page) {
    browser.open(site.page(page));
    browser.await("live", "document.querySelector('[data-connection][data-state=live]')");
  }

  private void post(String json) {
    assertThat(site.post("api/notifications", json).statusCode()).isEqualTo(201);
  }

  private static String toastIn(String role, String title) {
    return "[...document.querySelectorAll('[data-toasts] [role=%s] [data-title]')]".formatted(role)
        + ".some(element => element.textContent === '"
        + title
        + "')";
  }
}
