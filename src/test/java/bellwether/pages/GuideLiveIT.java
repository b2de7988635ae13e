package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.Site;
import jakarta.json.JsonString;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** What the pages about servers, endings, origins and topics say happens, does happen. */
@Tag("soak")
@EveryBrowserTest
class GuideLiveIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What browsers say of a stream that they were to refuse. Chromium says nothing. */
  private static final List<String> EXPECTED_ERRORS =
      List.of("Firefox can’t establish a connection", "Cross-Origin Request Blocked");

  @Parameter private Browser browser;

  @Test
  void showsTheTwoServersAndEveryWayToEndAStream() {
    try (Site site = Site.demo(Container.TOMCAT_11, "/bellwether")) {
      comesBackToTheServerThatEnds(site);
      showsThePageOfTheDocument(site);
      showsWhatBecomesOfAStreamThatIsEnded(site);
      assertThat(unexpectedErrors()).isEmpty();
    }
  }

  @Test
  void showsOtherOriginsAndTopicsAtTheirPace() {
    try (Site site = Site.demo(Container.JETTY_12_1)) {
      readsOfOtherOriginsWhatItMay(site);
      changesTheTopicsOfAnOpenStream(site);
      thinsStates();
      assertThat(unexpectedErrors()).isEmpty();
    }
  }

  private void comesBackToTheServerThatEnds(Site site) {
    browser.open(site.page("guide/server-time.html"));
    browser.awaitControls();
    browser.click("[data-php]");
    browser.click("[data-node]");
    browser.awaitText("[data-php-log]", "server time: ");
    browser.awaitText("[data-php-bytes] .wire", "data: server time: ");
    browser.await("a second visit", "document.querySelectorAll('[data-visits] tr').length > 1");
    assertThat(visit("1", 3)).as("Last-Event-ID of the first").isEqualTo("–");
    assertThat(visit("2", 3)).as("Last-Event-ID of the second").matches("[0-9]{10}");
    browser.awaitText("[data-php-bytes] .wire", "Last-Event-ID: ");
    browser.await(
        "two times on one stream",
        "document.querySelectorAll('[data-node-log] [data-type=message]').length > 1");
    assertThat(
            browser.evaluate(
                "document.querySelectorAll('[data-node-log] [data-type=open]').length"))
        .hasToString("1");
    browser.click("[data-php]");
    browser.awaitText("[data-php-log]", "source.close()");
  }

  /** A column of a visit; the newest visit stands first. */
  private String visit(String number, int column) {
    return ((JsonString)
            browser.evaluate(
                "[...document.querySelectorAll('[data-visits] tr')]"
                    + ".find(row => row.cells[0].textContent === '%s').cells[%d].textContent"
                        .formatted(number, column - 1)))
        .getString();
  }

  private void showsThePageOfTheDocument(Site site) {
    browser.open(site.page("guide/sse-node.html"));
    browser.await(
        "two times",
        "[...document.querySelectorAll('body > div')].filter("
            + "line => /^1?[0-9]:[0-9]{2}:[0-9]{2} [AP]M$/.test(line.textContent)).length > 1");
  }

  private void showsWhatBecomesOfAStreamThatIsEnded(Site site) {
    browser.open(site.page("guide/cancel.html"));
    browser.awaitControls();
    browser.click("[data-try-all]");
    browser.await(
        "all verdicts",
        "document.querySelectorAll('[data-way][data-verdict]').length === 6",
        LIMIT);
    assertThat(seen("close")).isEqualTo("Stayed away: open 1, error 0, readyState 2 (CLOSED)");
    for (String way : List.of("status", "type", "empty")) {
      assertThat(seen(way)).as(way).isEqualTo("Gave up: open 0, error 1, readyState 2 (CLOSED)");
    }
    for (String way : List.of("end", "refusal")) {
      assertThat(seen(way)).as(way).matches("Came back [1-9] times in 4 s: .*");
    }
  }

  private String seen(String way) {
    String row = "[data-way=" + way + "] ";
    return browser.text(row + "[data-seen]") + ": " + browser.text(row + "[data-counts]");
  }

  private void readsOfOtherOriginsWhatItMay(Site site) {
    browser.open(site.page("guide/cross-origin.html"));
    browser.awaitControls();
    browser.click("[data-run]");
    browser.awaitText("[data-verdict]", "This browser let the page read 4 of 8 answers.");
    String origin = site.page("").toString().replaceAll("/$", "");
    for (String allow : List.of("any", "page", "page-credentials")) {
      assertThat(answer(allow, false))
          .as(allow)
          .containsSubsequence("Read", "Origin: " + origin, "cookie: none came");
    }
    assertThat(answer("page-credentials", true)).containsSubsequence("Read", "cookie: hello-");
    for (String allow : List.of("any", "page", "nobody")) {
      assertThat(answer(allow, true))
          .as(allow)
          .containsSubsequence("Refused", "error, readyState 2", "TypeError");
    }
    assertThat(answer("nobody", false)).containsSubsequence("Refused", "error, readyState 2");
    assertThat(browser.evaluate("document.cookie")).hasToString("\"\"");
  }

  private String answer(String allow, boolean withCredentials) {
    return browser.text("[data-allow=%s][data-credentials=%s]".formatted(allow, withCredentials));
  }

  private void changesTheTopicsOfAnOpenStream(Site site) {
    browser.open(site.page("guide/topics.html"));
    for (String type : List.of("stock", "tick", "message")) {
      awaitMore(type, 0);
    }
    browser.click("[data-topic=clock]");
    browser.awaitText("[data-requests]", "→ 204");
    awaitMore("tick", count("tick"));
    int ofTheClock = count("message");
    awaitMore("tick", count("tick") + 2); // three seconds or so: the clock is faster
    assertThat(count("message")).isEqualTo(ofTheClock);
    browser.click("[data-topic=clock]");
    awaitMore("message", ofTheClock);
    assertThat(count("open")).as("streams opened").isEqualTo(1);
  }

  private void thinsStates() {
    browser.evaluate(
        """
        (slider => {
          slider.value = 4;
          slider.dispatchEvent(new Event('input'));
          slider.dispatchEvent(new Event('change'));
        })(document.getElementById('interval'))
        """);
    assertThat(browser.text("output[for=interval]")).isEqualTo("10s");
    browser.await(
        "fewer than without",
        """
        (paced => paced > 0
            && paced < 0.7 * parseFloat(document.querySelector('[data-every]').textContent))
            (parseFloat(document.querySelector('[data-paced]').textContent))
        """,
        LIMIT);
    browser.await("a plot", "document.querySelector('[data-plot] polyline[points*=\" \"]')");
  }

  private void awaitMore(String type, int than) {
    browser.await(
        "more of " + type,
        "Number(document.querySelector('[data-count=%s]').textContent) > %d".formatted(type, than));
  }

  private int count(String type) {
    return Integer.parseInt(browser.text("[data-count=" + type + "]"));
  }

  private List<String> unexpectedErrors() {
    return browser.consoleErrors().stream()
        .filter(error -> EXPECTED_ERRORS.stream().noneMatch(error::startsWith))
        .toList();
  }
}
