package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Browser;
import bellwether.harness.ClientTab;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.proxy.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/**
 * Tabs that share a stream, while it is cut again and again, pages are loaded anew, and whoever
 * leads is closed: each tab hears each event once, and in order. What happens is up to chance;
 * {@code -Dclient.seed} takes up the chance of another run.
 */
@Tag("soak")
@EveryBrowserTest
class ClientCutsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration STORM = Duration.ofSeconds(18);
  private static final int TABS = 3;

  @Parameter private Browser browser;

  private final List<ClientTab> tabs = new ArrayList<>();
  private final List<String> happened = new ArrayList<>();
  private volatile boolean isOver;

  @Test
  void nothingIsLostDoubledOrOutOfOrder() {
    long seed = Long.getLong("client.seed", System.nanoTime() % 1_000_000);
    System.out.println("Cuts as in -Dclient.seed=" + seed + ", " + browser);
    try (Bellwether server = start();
        TcpProxy proxy = new TcpProxy(server.process().port())) {
      Random random = new Random(seed);
      CompletableFuture<Integer> published =
          CompletableFuture.supplyAsync(() -> publish(server, random.nextLong()));
      try {
        for (int i = 0; i < TABS; i++) {
          open(proxy, random);
        }
        storm(proxy, random);
      } finally {
        isOver = true;
      }
      String last = Integer.toString(Await.value("the publisher", LIMIT, published));
      tabs.forEach(tab -> tab.awaitEvent(last));
      for (ClientTab tab : tabs) {
        assertThat(wrong(tab.lives()))
            .as("seed %d, %s: %s", seed, browser, String.join(", ", happened))
            .isEmpty();
      }
    } finally {
      tabs.forEach(ClientTab::close);
    }
  }

  private static Bellwether start() {
    return Bellwether.start(
        Container.JETTY_12_1,
        settings ->
            settings
                .setting("bellwether.retained", "state/{+name}")
                .setting("bellwether.heartbeat", "1s")
                .setting("bellwether.retry", "100ms"));
  }

  private void open(TcpProxy proxy, Random random) {
    URI root = URI.create("http://127.0.0.1:" + proxy.port() + "/");
    // Some take a stream that is not there at once for one that is held back, and poll for a while.
    String hasty = random.nextBoolean() ? "firstByte: 20, streamAgain: 1000, wait: 1, " : "";
    tabs.add(
        new ClientTab(
            tabs.isEmpty() ? browser : browser.newTab(),
            root,
            "{" + hasty + "topics: ['cuts', 'state/cuts'], maxRetry: 300, silence: 4000}"));
  }

  private void storm(TcpProxy proxy, Random random) {
    long end = System.nanoTime() + STORM.toNanos();
    while (System.nanoTime() < end) {
      int tab = random.nextInt(tabs.size());
      switch (random.nextInt(7)) {
        case 0 -> note("reset", proxy::resetAll);
        case 1 -> note("end", proxy::endAll);
        case 2 ->
            note(
                "refuse",
                () -> {
                  proxy.refuse(true);
                  proxy.resetAll();
                  pause(random.nextInt(400));
                  proxy.refuse(false);
                });
        case 3 ->
            note(
                "stall",
                () -> {
                  proxy.stall(true);
                  pause(random.nextInt(400));
                  proxy.resetAll();
                  proxy.stall(false);
                });
        case 4 -> note("reload " + tab, tabs.get(tab)::reload);
        case 5 -> note("close the leading tab", () -> closeTheLeadingTab(proxy, random));
        default -> pause(random.nextInt(300));
      }
      pause(random.nextInt(200));
    }
  }

  private void note(String what, Runnable act) {
    happened.add(what);
    act.run();
  }

  /**
   * And opens another; the browser's first tab is only loaded again. The others are busy meanwhile,
   * so that they do not all know the same when one of them takes the lead.
   */
  private void closeTheLeadingTab(TcpProxy proxy, Random random) {
    for (ClientTab tab : List.copyOf(tabs)) {
      if (!tab.isLeading()) {
        continue;
      }
      tabs.stream()
          .filter(other -> other != tab)
          .forEach(other -> other.beBusy(random.nextInt(400)));
      if (tab.browser().isFirst()) {
        tab.reload();
      } else {
        assertThat(wrong(tab.lives())).as("%s", happened).isEmpty();
        tab.browser().close();
        tabs.remove(tab);
        open(proxy, random);
      }
    }
  }

  /** Numbers, until it is over; some with an id of the publisher's, and between them states. */
  private int publish(Bellwether server, long seed) {
    Random random = new Random(seed);
    for (int number = 1; ; number++) {
      boolean isLast = isOver;
      String data = Integer.toString(number);
      if (random.nextInt(4) == 0) {
        server.publish("topic", "cuts", "data", data, "id", "own-" + number);
      } else {
        server.publish("topic", "cuts", "data", data);
      }
      if (isLast) {
        return number;
      }
      if (random.nextInt(4) == 0) {
        server.publish("topic", "state/cuts", "data", data, "type", "state");
      }
      server.publish("topic", "elsewhere", "data", data);
      pause(random.nextInt(20));
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /**
   * Numbers follow each other; states grow, but for one that a page has again when it is loaded.
   */
  private static List<String> wrong(List<String> told) {
    List<String> wrong = new ArrayList<>();
    int number = 0;
    int state = 0;
    boolean isNew = false;
    for (String text : told) {
      if (text.startsWith("life ")) {
        isNew = true;
      } else if (text.startsWith("state ")) {
        int next = Integer.parseInt(text.substring("state ".length()));
        if (next < state || (next == state && !isNew)) {
          wrong.add("state " + next + " after " + state);
        }
        state = next;
        isNew = false;
      } else if (text.startsWith("gap ")) {
        wrong.add(text);
      } else {
        int next = Integer.parseInt(text);
        if (number != 0 && next != number + 1) {
          wrong.add(next + " after " + number);
        }
        number = next;
      }
    }
    return wrong;
  }
}
