package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.JsonValue;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("soak")
class BrowserIT {
  private static final String PAGE =
      """
      <!DOCTYPE html><html lang="en"><meta charset="UTF-8"><title>Probe</title>
      <link rel="icon" href="data:,">
      <style>
        body { background: #ffffff; height: 3000px }
        @media (prefers-color-scheme: dark) { body { background: #000000 } }
        button { position: absolute; top: 2500px }
      </style>
      <p id="status">closed</p><ol></ol>
      <input value="old"><button>Press</button><output></output>
      <script>alert('the policy forbids this')</script>
      <script src="script.js"></script>
      """;
  private static final String SCRIPT =
      """
      const first = selector => document.querySelector(selector);
      const stream = new EventSource('events');
      stream.onopen = () => first('#status').textContent = 'open';
      stream.onmessage = ({data}) => {
        const item = document.createElement('li');
        item.textContent = data;
        first('ol').append(item);
      };
      first('button').onclick = event =>
          first('output').textContent = `${first('input').value} trusted:${event.isTrusted}`;
      """;

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

  BrowserIT() throws IOException {}

  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, "text/html", PAGE));
    server.createContext("/script.js", exchange -> answer(exchange, "text/javascript", SCRIPT));
    server.createContext("/events", BrowserIT::stream);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  @BrowserTest(BrowserKind.CHROMIUM)
  void chromiumDoesAllThatTheTestsAskFor() throws IOException {
    try (Browser browser = Browser.chromium()) {
      drive(browser);
    }
  }

  @Test
  @BrowserTest(BrowserKind.FIREFOX)
  void firefoxDoesAllThatTheTestsAskFor() throws IOException {
    try (Browser browser = Browser.firefox()) {
      drive(browser);
    }
  }

  @Test
  @BrowserTest(BrowserKind.CHROMIUM)
  void chromiumForgetsWhatTheTestBeforeWatched() {
    forgetsWhatTheTestBeforeWatched(BrowserKind.CHROMIUM);
  }

  @Test
  @BrowserTest(BrowserKind.FIREFOX)
  void firefoxForgetsWhatTheTestBeforeWatched() {
    forgetsWhatTheTestBeforeWatched(BrowserKind.FIREFOX);
  }

  private void forgetsWhatTheTestBeforeWatched(BrowserKind kind) {
    try (Browser before = Browser.start(kind)) {
      NetworkLog network = before.watchTheNetwork();
      before.open(page());
      Await.until("the answer", LIMIT, () -> network.hasAnswerTo("/script.js"));
    }
    Set<String> heard = ConcurrentHashMap.newKeySet();
    try (Browser next = Browser.start(kind)) {
      BrowserEngine.of(kind).listen(event -> heard.add(event.getString("method")));
      next.open(page());
      next.evaluate("console.error('the last')");
      Await.until("the console's line", LIMIT, () -> heard.contains("log.entryAdded"));
    }
    assertThat(heard).containsExactly("log.entryAdded");
  }

  private URI page() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void drive(Browser browser) throws IOException {
    browser.viewport(640, 480);
    browser.open(page());
    receivesAStream(browser);
    evaluates(browser);
    clicksAndTypes(browser);
    looksDifferentInTheDark(browser);
    hearsWhatGoesWrong(browser);
    saysWhatItWaitedForInVain(browser);
    waitsAcrossAReload(browser);
  }

  private static void receivesAStream(Browser browser) {
    browser.await("both events", "document.querySelectorAll('li').length === 2");
    assertThat(browser.text("#status")).isEqualTo("open");
    assertThat(browser.text("li:last-child")).isEqualTo("grüße");
  }

  private static void evaluates(Browser browser) {
    assertThat(browser.evaluate("Promise.resolve({a: [1, 'b', null]})"))
        .hasToString("{\"a\":[1,\"b\",null]}");
    assertThat(browser.evaluate("undefined // nothing")).isEqualTo(JsonValue.NULL);
    assertThatThrownBy(() -> browser.evaluate("nonsense.here")).hasMessageContaining("nonsense");
    assertThatThrownBy(() -> browser.text("#none")).hasMessageContaining("No element #none");
  }

  private static void clicksAndTypes(Browser browser) {
    browser.type("input", "new ü");
    browser.click("button");
    browser.await("the click", "document.querySelector('output').textContent !== ''");
    assertThat(browser.text("output")).isEqualTo("new ü trusted:true");
    browser.type("input", "");
    assertThat(browser.evaluate("document.querySelector('input').value")).hasToString("\"\"");
  }

  private static void looksDifferentInTheDark(Browser browser) throws IOException {
    for (boolean dark : new boolean[] {true, false}) {
      browser.darkTheme(dark);
      browser.await("the theme", "matchMedia('(prefers-color-scheme: dark)').matches === " + dark);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(browser.screenshot()));
      assertThat(image.getWidth()).isEqualTo(640);
      assertThat(image.getHeight()).isEqualTo(480);
      assertThat(image.getRGB(600, 5)).isEqualTo(dark ? 0xff000000 : 0xffffffff);
    }
  }

  private static void hearsWhatGoesWrong(Browser browser) {
    browser.evaluate("console.error('said', 1)");
    browser.evaluate("console.log('not an error')");
    browser.evaluate("void setTimeout(() => { throw new Error('thrown') })");
    Await.until(
        "the exception among the errors",
        LIMIT,
        () -> browser.consoleErrors().stream().anyMatch(error -> error.contains("thrown")));
    assertThat(browser.consoleErrors())
        .contains("said 1")
        .anyMatch(error -> error.startsWith("CSP: script-src-elem forbids inline"))
        .noneMatch(error -> error.contains("not an error"));
  }

  private static void saysWhatItWaitedForInVain(Browser browser) {
    assertThatThrownBy(() -> browser.await("wonders", "document.none.here", Duration.ofMillis(100)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContainingAll("wonders", "TypeError", "grüße", "not an error");
    assertThatThrownBy(() -> browser.await("nonsense", "no syntax"))
        .hasMessageContaining("SyntaxError");
  }

  private static void waitsAcrossAReload(Browser browser) {
    browser.evaluate("void (window.old = true, setTimeout(() => location.reload(), 50))");
    browser.await("the new page", "!window.old && document.querySelectorAll('li').length === 2");
  }

  private static void answer(HttpExchange exchange, String type, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Security-Policy",
            "default-src 'self'; style-src 'unsafe-inline'; img-src data:");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** Two events, and then a stream that stays open. */
  private static void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange
        .getResponseBody()
        .write("data: one\n\ndata: grüße\n\n".getBytes(StandardCharsets.UTF_8));
    exchange.getResponseBody().flush();
  }
}
