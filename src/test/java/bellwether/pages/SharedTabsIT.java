package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Bellwether;
import bellwether.harness.Browser;
import bellwether.harness.ClientTab;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;

/** Tabs that share one connection. Over HTTP/1.1, on which a browser has six to one server. */
@Tag("soak")
@EveryBrowserTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedTabsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Parameter private Browser browser;

  private final List<ClientTab> tabs = new ArrayList<>();
  private Bellwether server;

  @BeforeAll
  void start() {
    server =
        Bellwether.start(
            Container.JETTY_12_1,
            settings ->
                settings
                    .setting("bellwether.retained", "state/{+name}")
                    // So that a stream that a tab has left is soon missed.
                    .setting("bellwether.heartbeat", "500ms"));
  }

  @AfterEach
  void closeTabs() {
    tabs.forEach(ClientTab::close);
    tabs.clear();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private ClientTab open(String options) {
    URI root = server.uri("");
    ClientTab tab = new ClientTab(tabs.isEmpty() ? browser : browser.newTab(), root, options);
    tabs.add(tab);
    return tab;
  }

  private void publish(String topic, int from, int to) {
    for (int i = from; i <= to; i++) {
      server.publish("topic", topic, "data", Integer.toString(i));
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  @Test
  void eightTabsHaveOneStreamAndHinderNobody() {
    server.publish("topic", "state/eight", "data", "old", "type", "state");
    server.publish("topic", "state/eight", "data", "new", "type", "state");
    String options = "{topics: ['eight', 'state/eight']}";
    for (int i = 0; i < 8; i++) {
      open(options).await("a stream", "client.state === 'streaming'");
    }
    server.awaitOpenStreams(1, LIMIT);
    for (ClientTab tab : tabs) {
      assertThat(tab.browser().evaluate("fetch('../health/live').then(({status}) => status)"))
          .hasToString("200");
    }
    publish("eight", 1, 50);
    tabs.forEach(tab -> tab.awaitEvent("50"));
    List<String> all = Stream.concat(Stream.of("state new"), numbers(1, 50).stream()).toList();
    assertThat(tabs).allSatisfy(tab -> assertThat(tab.told()).isEqualTo(all));
    assertThat(tabs.stream().filter(ClientTab::isLeading)).hasSize(1);
  }

  @Test
  void anotherTabLeadsWhenTheLeadingOneIsGone() {
    for (int i = 0; i < 4; i++) {
      open("{topics: ['gone']}").await("a stream", "client.state === 'streaming'");
    }
    publish("gone", 1, 5);
    tabs.forEach(tab -> tab.awaitEvent("5"));
    // The first tab leads. It is the browser's own, and only its client ends.
    for (int left = 3; left > 0; left--) {
      ClientTab leading = tabs.stream().filter(ClientTab::isLeading).findFirst().orElseThrow();
      tabs.remove(leading);
      int last = 100 - 10 * left;
      publish("gone", last - (left == 3 ? 64 : 9), last - 5);
      leading.close();
      publish("gone", last - 4, last);
      tabs.forEach(tab -> tab.awaitEvent(Integer.toString(last)));
      assertThat(tabs).allSatisfy(tab -> assertThat(tab.told()).isEqualTo(numbers(1, last)));
      server.awaitOpenStreams(1, LIMIT);
    }
  }

  @Test
  void aReloadedTabHasWhatItMissedAndTheStateAgain() {
    server.publish("topic", "state/reload", "data", "a", "type", "state");
    String options = "{topics: ['reload', 'state/reload']}";
    open(options).await("a stream", "client.state === 'streaming'");
    ClientTab second = open(options);
    second.await("a stream", "client.state === 'streaming'");
    publish("reload", 1, 3);
    tabs.forEach(tab -> tab.awaitEvent("3"));
    for (ClientTab tab : tabs) {
      tab.browser().open(server.uri("health/live"));
    }
    publish("reload", 4, 6);
    for (ClientTab tab : tabs) {
      tab.openAgain();
      tab.awaitEvent("6");
      assertThat(tab.told()).containsExactly("state a", "1", "2", "3", "state a", "4", "5", "6");
    }
    server.awaitOpenStreams(1, LIMIT);
  }

  @Test
  void tabsOfOtherTopicsHaveStreamsOfTheirOwnAndMayChange() {
    server.publish("topic", "state/x", "data", "x", "type", "state");
    server.publish("topic", "state/y", "data", "y", "type", "state");
    ClientTab first = open("{topics: ['other', 'state/x']}");
    ClientTab second = open("{topics: ['other', 'state/y']}");
    tabs.forEach(tab -> tab.await("a stream", "client.state === 'streaming'"));
    server.awaitOpenStreams(2, LIMIT);
    publish("other", 1, 5);
    second.awaitEvent("5");
    second.browser().evaluate("void client.subscribe(['other', 'state/x'])");
    publish("other", 6, 10);
    tabs.forEach(tab -> tab.awaitEvent("10"));
    server.awaitOpenStreams(1, LIMIT);
    second.awaitEvent("state x");
    publish("other", 11, 12);
    tabs.forEach(tab -> tab.awaitEvent("12"));
    assertThat(first.told().stream().filter(text -> !text.startsWith("state")))
        .isEqualTo(numbers(1, 12));
    assertThat(second.told().stream().filter(text -> !text.startsWith("state")))
        .isEqualTo(numbers(1, 12));
    assertThat(second.told().stream().filter(text -> text.startsWith("state")))
        .containsExactly("state y", "state x");
  }

  @Test
  void eachTabOfAnUnknownIdIsToldSoOnceAndHasTheState() {
    server.publish("topic", "state/anew", "data", "it", "type", "state");
    String storage = "storage: {getItem: () => 'of another log', setItem() {}}";
    for (int i = 0; i < 3; i++) {
      open("{topics: ['anew', 'state/anew'], " + storage + "}");
    }
    tabs.forEach(tab -> tab.awaitEvent("state it"));
    publish("anew", 1, 3);
    tabs.forEach(tab -> tab.awaitEvent("3"));
    assertThat(tabs)
        .allSatisfy(
            tab -> {
              assertThat(tab.told()).containsOnlyOnce("state it").endsWith("1", "2", "3");
              assertThat(tab.told().stream().filter(text -> text.startsWith("gap"))).hasSize(1);
            });
  }

  @Test
  void aHungTabIsNoLongerFollowed() {
    String options = "{topics: ['hung'], silence: 2000}";
    ClientTab hung = open(options);
    hung.await("a stream", "client.state === 'streaming'");
    ClientTab other = open(options);
    other.await("a stream", "client.state === 'streaming'");
    publish("hung", 1, 2);
    tabs.forEach(tab -> tab.awaitEvent("2"));
    hung.beBusy(12_000);
    publish("hung", 3, 4);
    other.awaitEvent("4");
    publish("hung", 5, 6);
    tabs.forEach(tab -> tab.awaitEvent("6"));
    assertThat(tabs).allSatisfy(tab -> assertThat(tab.told()).isEqualTo(numbers(1, 6)));
    assertThat(other.isLeading()).isTrue();
  }

  @Test
  void aLateWordOfATabThatLedBeforeIsIgnored() {
    String options =
        """
        (() => {
          const Channel = BroadcastChannel;
          window.BroadcastChannel = class extends Channel {
            constructor(name) {
              super(name);
              window.channelName = name;
            }
          };
          return {topics: ['late']};
        })()
        """;
    for (int i = 0; i < 3; i++) {
      open(options).await("a stream", "client.state === 'streaming'");
    }
    publish("late", 1, 2);
    tabs.forEach(tab -> tab.awaitEvent("2"));
    tabs.get(0)
        .browser()
        .evaluate(
            "void new BroadcastChannel(channelName).postMessage("
                + "{term: 1, item: {type: 'message', data: 'late', id: 'late'}})");
    publish("late", 3, 4);
    tabs.forEach(tab -> tab.awaitEvent("4"));
    assertThat(tabs).allSatisfy(tab -> assertThat(tab.told()).isEqualTo(numbers(1, 4)));
  }

  @Test
  void hiddenTabsLetGoAndComeBack() {
    String hide =
        """
        void (Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true}),
            document.dispatchEvent(new Event('visibilitychange')))
        """;
    String options = "{topics: ['hidden'], pauseWhenHidden: 200}";
    open(options).await("a stream", "client.state === 'streaming'");
    open(options).await("a stream", "client.state === 'streaming'");
    tabs.forEach(tab -> tab.browser().evaluate(hide.formatted("visible")));
    publish("hidden", 1, 2);
    tabs.forEach(tab -> tab.awaitEvent("2"));
    tabs.get(0).browser().evaluate(hide.formatted("hidden"));
    publish("hidden", 3, 4);
    tabs.get(1).awaitEvent("4");
    tabs.get(1).browser().evaluate(hide.formatted("hidden"));
    tabs.forEach(tab -> tab.await("a pause", "client.state === 'paused'"));
    server.awaitOpenStreams(0, LIMIT);
    publish("hidden", 5, 6);
    tabs.get(1).browser().evaluate(hide.formatted("visible"));
    tabs.forEach(tab -> tab.awaitEvent("6"));
    assertThat(tabs).allSatisfy(tab -> assertThat(tab.told()).isEqualTo(numbers(1, 6)));
  }
}
