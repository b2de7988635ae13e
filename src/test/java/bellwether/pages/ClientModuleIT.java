package bellwether.pages;

import static bellwether.harness.ScriptedServer.page;
import static bellwether.harness.ScriptedServer.status;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Browser;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.ScriptedServer;
import bellwether.wire.EventStreamParser;
import bellwether.wire.GoldenCase;
import bellwether.wire.MessageEvent;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** The client module alone, against a server that does what may happen to it. */
@EveryBrowserTest(differ = true)
class ClientModuleIT {
  /** The parser's own words for each case: byte by byte, in threes and whole. */
  private static final String PARSE =
      """
      (async cases => {
        const {EventStreamParser} = await import('/js/bellwether-client.js');
        return cases.map(text => [1, 3, 1000].map(size => {
          const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
          const told = [];
          const parser = new EventStreamParser({
            event: ({type, data, lastEventId}) => told.push(['event', type, data, lastEventId]),
            retry: milliseconds => told.push(['retry', String(Math.min(milliseconds, 2 ** 53))]),
            comment: comment => told.push(['comment', comment]),
          });
          for (let i = 0; i < bytes.length; i += size) parser.feed(bytes.slice(i, i + size));
          return [...told, ['last', parser.lastEventId]];
        }));
      })(%s)
      """;

  /** A client in the page, and what it tells. */
  private static final String OPEN =
      """
      import('/js/bellwether-client.js').then(({BellwetherClient}) => {
        window.told = [];
        window.states = [];
        window.errors = [];
        window.client = new BellwetherClient('events?topic=a', {share: false, maxRetry: 50, %s});
        client.onmessage = ({data, lastEventId}) => told.push(`${data} ${lastEventId}`);
        client.onstate = state => states.push(state);
        client.onerror = ({error}) => errors.push(error && [error.status, error.permanent]);
      })
      """;

  private static final String HELLO = ":\nretry: 20\nid: 7\ndata: hello\n\n";

  @Parameter private Browser browser;

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stop() {
    browser.evaluate("window.client && void client.close()");
    server.close();
  }

  private void open(String options) {
    browser.open(server.uri());
    browser.evaluate("void sessionStorage.clear()");
    browser.evaluate(OPEN.formatted(options));
  }

  @Test
  void parsesTheGoldenCorpusAsOurOwnParserDoes() {
    List<GoldenCase> corpus = GoldenCase.all();
    JsonArrayBuilder streams = Json.createArrayBuilder();
    corpus.forEach(golden -> streams.add(Base64.getEncoder().encodeToString(golden.stream())));
    browser.open(server.uri());
    List<JsonValue> parsed = browser.evaluate(PARSE.formatted(streams.build())).asJsonArray();
    for (int i = 0; i < corpus.size(); i++) {
      JsonValue expected = told(corpus.get(i));
      assertThat(parsed.get(i).asJsonArray())
          .as(corpus.get(i).name)
          .allSatisfy(told -> assertThat(told).isEqualTo(expected));
    }
  }

  private static JsonValue told(GoldenCase golden) {
    JsonArrayBuilder told = Json.createArrayBuilder();
    EventStreamParser parser =
        new EventStreamParser(
            new EventStreamParser.Listener() {
              @Override
              public void onEvent(MessageEvent event) {
                told.add(line("event", event.type(), event.data(), event.lastEventId()));
              }

              @Override
              public void onRetry(Duration time) {
                told.add(line("retry", Long.toString(Math.min(time.toMillis(), 1L << 53))));
              }

              @Override
              public void onComment(String text) {
                told.add(line("comment", text));
              }
            });
    parser.feed(golden.stream());
    return told.add(line("last", parser.lastEventId())).build();
  }

  private static JsonArrayBuilder line(String... words) {
    return Json.createArrayBuilder(List.of(words));
  }

  @Test
  void comesBackAfterWhatStopsAnEventSource() {
    server.answerStreams(
        status(429, "Retry-After", "1"),
        status(500),
        status(502),
        status(503),
        status(504),
        page("text/html", "a proxy's own page"),
        server.stream(HELLO));
    open("");
    browser.await("the event", "told.length === 1");
    assertThat(server.streams()).hasSize(7);
    assertThat(browser.evaluate("errors.map(error => error?.[0] ?? 'none').join()"))
        .isEqualTo(Json.createValue("429,500,502,503,504,200"));
    assertThat(server.streams().get(1).nanos() - server.streams().get(0).nanos())
        .isGreaterThan(Duration.ofMillis(990).toNanos());
    assertThat(browser.evaluate("client.readyState")).hasToString("1");
  }

  @Test
  void stopsWhereThereIsNothingToComeBackTo() {
    for (int status : List.of(204, 400, 401, 403, 404)) {
      server.answerStreams(status(status));
      open("");
      browser.await("the end", "client.state === 'closed'");
      assertThat(browser.evaluate("errors")).hasToString("[[" + status + ",true]]");
      assertThat(
              browser.evaluate(
                  "(async () => { for await (const event of client); })().catch(e => e.status)"))
          .hasToString(Integer.toString(status));
      assertThat(server.streams()).hasSize(1);
    }
  }

  @Test
  void showsATokenAndANewOneWhenItIsRefused() {
    server.answerStreams(status(401), server.stream(HELLO));
    open("token: async () => (window.tokens = (window.tokens ?? 0) + 1, 'token-' + tokens)");
    browser.await("the event", "told.length === 1");
    assertThat(server.streams())
        .extracting(ScriptedServer.Request::authorization)
        .containsExactly("Bearer token-1", "Bearer token-2");
  }

  @Test
  void resumesWhenAStreamHasGoneSilent() {
    server.answerStreams(server.stream(HELLO), server.stream(HELLO.replace("7", "ü8")));
    open("silence: 300, firstByte: 10000");
    browser.await("the second", "told.length === 2");
    assertThat(browser.evaluate("told")).hasToString("[\"hello 7\",\"hello ü8\"]");
    assertThat(server.streams().get(0).lastEventId()).isNull();
    assertThat(server.streams().get(1).lastEventId()).isEqualTo("7");
    browser.await("a third request", "states.filter(state => state === 'streaming').length > 2");
    assertThat(
            new String(
                requireNonNull(server.streams().get(2).lastEventId()).getBytes(ISO_8859_1), UTF_8))
        .isEqualTo("ü8");
  }

  @Test
  void pollsWhereStreamsAreHeldBackAndTriesThemAgain() {
    server.answerStreams(server.hold(), server.stream(HELLO));
    server.answerPolls(
        page(
            "application/json",
            """
            {"events":[{"id":"5","type":"message","topics":["a"],"data":"polled"}],
             "lastEventId":"6","more":true}
            """),
        page(
            "application/json",
            """
            {"gap":{"reason":"evicted"},"events":[],"lastEventId":"6","more":false}
            """));
    open("firstByte: 300, streamAgain: 1000, wait: 2");
    browser.evaluate("void client.addEventListener('gap', ({data}) => told.push(data))");
    browser.await("the stream", "told.includes('hello 7')");
    assertThat(browser.evaluate("told.slice(0, 2).join('; ')"))
        .isEqualTo(Json.createValue("polled 5; {\"reason\":\"evicted\"}"));
    assertThat(browser.evaluate("[...new Set(states)].join()"))
        .isEqualTo(Json.createValue("polling,streaming"));
    assertThat(server.polls().get(0).prefer()).isNull();
    assertThat(server.polls().get(1).prefer()).isEqualTo("wait=2");
    assertThat(server.polls().get(1).lastEventId()).isEqualTo("6");
    assertThat(server.streams()).hasSize(2);
    assertThat(server.streams().get(1).lastEventId()).isEqualTo("6");
  }

  @Test
  void staysWithStreamsWhereNobodyPolls() {
    server.answerStreams(server.hold(), server.stream(HELLO));
    open("firstByte: 200, silence: 20000");
    browser.await("the event", "told.length === 1");
    assertThat(server.polls()).hasSize(1);
    assertThat(server.streams()).hasSize(2);
  }

  @Test
  void isAnEventSourceByAnotherName() {
    server.answerStreams(server.stream(HELLO + "event: named\ndata: x\n\n"));
    browser.open(server.uri());
    assertThat(
            browser.evaluate(
                """
                import('/js/bellwether-client.js').then(({BellwetherSource: EventSource}) =>
                    new Promise(resolve => {
                      const source = window.client = new EventSource('/events?topic=a');
                      const told = [source.readyState, source.url, source.withCredentials];
                      source.onopen = ({type}) => told.push(type, source.readyState);
                      source.onmessage = ({data}) => told.push(data);
                      source.addEventListener('named', event => {
                        told.push(event instanceof MessageEvent, event.lastEventId, event.origin);
                        source.close();
                        resolve([...told, source.readyState === EventSource.CLOSED].join());
                      });
                    }))
                """))
        .isEqualTo(
            Json.createValue(
                "0,%sevents?topic=a,false,open,1,hello,true,7,%s,true"
                    .formatted(server.uri(), server.uri().toString().replaceAll("/$", ""))));
    assertThat(
            browser.evaluate(
                """
                import('/js/bellwether-client.js').then(({BellwetherSource}) => {
                  try {
                    new BellwetherSource('http://');
                  } catch (error) {
                    return error.name;
                  }
                })
                """))
        .isEqualTo(Json.createValue("SyntaxError"));
  }
}
