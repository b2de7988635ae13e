package bellwether.pages;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.BrowserKind;
import bellwether.harness.BrowserTest;
import bellwether.wire.EventStreamParser;
import bellwether.wire.GoldenCase;
import bellwether.wire.MessageEvent;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The golden corpus means to browsers what it means to our parser. */
class EventSourceAgreementIT {
  /**
   * What the EventSource hears of each case, up to the end of its stream. One case after the other
   * for each of a few readers, since a browser opens no more connections at a time.
   */
  private static final String HEAR =
      """
      (async (count, types) => {
        const heard = [];
        const hear = number => new Promise(resolve => {
          const source = new EventSource(`case/${number}/`);
          const events = heard[number] = [];
          for (const type of types) {
            source.addEventListener(type, ({data, lastEventId}) =>
                events.push({type, data, lastEventId}));
          }
          source.onerror = () => resolve(source.close());
        });
        let next = 0;
        await Promise.all(Array.from({length: 4}, async () => {
          while (next < count) await hear(next++);
        }));
        return heard;
      })(%d, %s)
      """;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server =
      HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  private final List<GoldenCase> corpus = GoldenCase.all();
  private final List<List<MessageEvent>> parsed =
      corpus.stream().map(EventSourceAgreementIT::parse).toList();

  EventSourceAgreementIT() throws IOException {}

  @BeforeEach
  void serve() {
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, "text/html", new byte[0]));
    for (int i = 0; i < corpus.size(); i++) {
      byte[] stream = corpus.get(i).stream();
      server.createContext(
          "/case/" + i + "/", exchange -> answer(exchange, "text/event-stream", stream));
    }
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  @BrowserTest(BrowserKind.CHROMIUM)
  void chromiumHearsWhatOurParserTells() {
    try (Browser browser = Browser.chromium()) {
      assertThat(differences(browser)).isEmpty();
    }
  }

  @Test
  @BrowserTest(BrowserKind.FIREFOX)
  void firefoxHearsWhatOurParserTellsExceptWhereItStraysFromTheStandard() {
    try (Browser browser = Browser.firefox()) {
      assertThat(differences(browser)).allSatisfy(EventSourceAgreementIT::firefoxMayStray);
    }
  }

  /** It drops most NULs, and an id in a block without data. */
  private static void firefoxMayStray(GoldenCase golden, String difference) {
    boolean hasNul = new String(golden.stream(), ISO_8859_1).indexOf('\0') >= 0;
    boolean hasIdWithoutData = golden.name.endsWith(": and is that of the next event");
    assertThat(hasNul || hasIdWithoutData).as(difference).isTrue();
  }

  /** The cases of which the browser tells something else, each with both. */
  private Map<GoldenCase, String> differences(Browser browser) {
    List<List<MessageEvent>> heard = heardBy(browser);
    assertThat(heard).hasSameSizeAs(corpus);
    Map<GoldenCase, String> differences = new LinkedHashMap<>();
    for (int i = 0; i < corpus.size(); i++) {
      if (!heard.get(i).equals(parsed.get(i))) {
        String both = "%n  heard:  %s%n  parsed: %s".formatted(heard.get(i), parsed.get(i));
        differences.put(corpus.get(i), corpus.get(i).name + escaped(both));
      }
    }
    return differences;
  }

  private List<List<MessageEvent>> heardBy(Browser browser) {
    List<String> types =
        parsed.stream().flatMap(List::stream).map(MessageEvent::type).distinct().toList();
    assertThat(types).contains("message").doesNotContain("error", "open");
    browser.open(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    return browser
        .evaluate(HEAR.formatted(corpus.size(), Json.createArrayBuilder(types).build()))
        .asJsonArray()
        .stream()
        .map(JsonValue::asJsonArray)
        .map(events -> events.stream().map(event -> event(event.asJsonObject())).toList())
        .toList();
  }

  private static MessageEvent event(JsonObject event) {
    return new MessageEvent(
        event.getString("type"), event.getString("data"), event.getString("lastEventId"));
  }

  private static String escaped(String text) {
    return text.chars()
        .mapToObj(
            c -> c != '\n' && (c < ' ' || c > '~') ? "\\u%04X".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }

  private static List<MessageEvent> parse(GoldenCase golden) {
    List<MessageEvent> events = new ArrayList<>();
    new EventStreamParser(events::add).feed(golden.stream());
    return events;
  }

  private static void answer(HttpExchange exchange, String type, byte[] bytes) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type + ";charset=UTF-8");
    exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
