package bellwether.pages;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.Browser;
import bellwether.harness.Container;
import bellwether.harness.EveryBrowserTest;
import bellwether.harness.ScriptedServer;
import bellwether.harness.SignedToken;
import jakarta.json.Json;
import jakarta.json.JsonString;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.Parameter;

/** What the client module and our server do with each other, in one tab. */
@EveryBrowserTest(differ = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientStreamIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A client in the page, and all it tells. */
  private static final String OPEN =
      """
      import('%sjs/bellwether-client.js').then(({BellwetherClient}) => {
        window.told = [];
        window.states = [];
        window.client = new BellwetherClient('%<sevents', {storage: null, %s});
        const tell = ({type, data}) => told.push(type === 'message' ? data : `${type} ${data}`);
        for (const type of ['message', 'state', 'named', 'gap', 'shutdown', 'revoked']) {
          client.addEventListener(type, tell);
        }
        client.onstate = state => states.push(state);
        return new Promise(resolve => client.addEventListener('open', resolve)).then(() => null);
      })
      """;

  @Parameter private Browser browser;

  private Bellwether server;

  @BeforeAll
  void start() {
    server =
        Bellwether.start(
            Container.TOMCAT_10_1,
            settings ->
                settings
                    .setting("bellwether.retained", "state/{+name}")
                    .setting("bellwether.retry", "100ms")
                    .setting("bellwether.token.key", SignedToken.KEY));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @AfterEach
  void close() {
    browser.evaluate("window.client && void client.close()");
  }

  private void open(String options) {
    browser.open(server.uri("js/bellwether-client.js"));
    browser.evaluate(OPEN.formatted(server.uri(""), options));
  }

  private List<String> told() {
    return browser.evaluate("told").asJsonArray().getValuesAs(JsonString::getString);
  }

  private void awaitTold(String text) {
    browser.await(text, "told.includes(" + Json.createValue(text) + ")");
  }

  @Test
  void isReadByListenersAndByALoop() {
    open("topics: ['loop']");
    browser.evaluate(
        """
        void (async () => {
          const read = [];
          for await (const {type, data} of client) {
            read.push(`${type} ${data}`);
            if (data === '3') break;
          }
          window.read = read;
        })()
        """);
    server.publish("topic", "loop", "data", "1");
    server.publish("topic", "loop", "data", "2", "type", "named");
    server.publish("topic", "loop", "data", "3");
    browser.await("the loop", "window.read");
    assertThat(browser.evaluate("read.join()"))
        .isEqualTo(Json.createValue("message 1,named 2,message 3"));
    assertThat(told()).containsExactly("1", "named 2", "3");
    browser.evaluate("void (async () => { for await (const e of client); window.done = 1; })()");
    browser.evaluate("void client.close()");
    browser.await("the end of a loop", "window.done");
  }

  @Test
  void readsWithATokenWhatIsPrivate() {
    String token = SignedToken.draft7("[]", "[\"secret\"]", "");
    open("topics: ['secret'], token: '" + token + "'");
    server.publish("topic", "secret", "data", "private", "private", "on");
    awaitTold("private");
    open("topics: ['secret']");
    server.publish("topic", "secret", "data", "private", "private", "on");
    server.publish("topic", "secret", "data", "public");
    awaitTold("public");
    assertThat(told()).containsExactly("public");
  }

  @Test
  void renewsItsTokenInTheOpenStream() {
    long now = System.currentTimeMillis() / 1000;
    String claims = ",\"sub\":\"ada\",\"exp\":";
    String first = SignedToken.draft7("[]", "[\"renewed\"]", claims + (now + 6));
    String second = SignedToken.draft7("[]", "[\"renewed\"]", claims + (now + 600));
    open(
        "topics: ['renewed'], share: false, token: () => { window.shown ??= 0;"
            + " return ['%s', '%s'][shown++]; }".formatted(first, second));
    browser.await("a second token", "shown === 2");
    browser.await("the end of the first", "Date.now() > " + (now + 7) * 1000);
    server.publish("topic", "renewed", "data", "private", "private", "on");
    awaitTold("private");
    assertThat(browser.evaluate("states.join()")).isEqualTo(Json.createValue("streaming"));
    assertThat(told()).containsExactly("private");
  }

  @Test
  void comesBackWithAnotherTokenWhenItsStreamIsRevoked() {
    String id = UUID.randomUUID().toString();
    String claims = ",\"sub\":\"eve\",\"jti\":\"";
    String first = SignedToken.draft7("[]", "[\"revoked\"]", claims + id + '"');
    String second = SignedToken.draft7("[]", "[\"revoked\"]", claims + "another " + id + '"');
    open(
        "topics: ['revoked'], token: () => { window.shown ??= 0;"
            + " return ['%s', '%s'][shown++]; }".formatted(first, second));
    var answer =
        server.send(
            server
                .request("admin/revocations")
                .header("Authorization", "Bearer " + Bellwether.KEY)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + id)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    browser.await("the end", "told.some(text => text.startsWith('revoked '))");
    server.publish("topic", "revoked", "data", "private", "private", "on");
    awaitTold("private");
  }

  @Test
  void changesItsTopicsAndLosesNothing() {
    server.publish("topic", "state/change", "data", "old", "type", "state");
    open("topics: ['keep'], share: false");
    AtomicBoolean isOver = new AtomicBoolean();
    CompletableFuture<Integer> last =
        CompletableFuture.supplyAsync(
            () -> {
              int number = 0;
              while (!isOver.get()) {
                server.publish("topic", "keep", "data", Integer.toString(++number));
              }
              return number;
            });
    for (int i = 0; i < 10; i++) {
      browser.evaluate("client.subscribe(['keep', 'state/change'])");
      browser.await("the state", "told.filter(text => text === 'state old').length === " + (i + 1));
      browser.evaluate("client.subscribe(['keep'])");
    }
    browser.evaluate("client.subscribe(['keep', 'more'])");
    isOver.set(true);
    int count = Await.value("the publisher", LIMIT, last);
    server.publish("topic", "more", "data", "more");
    awaitTold("more");
    assertThat(told().stream().filter(text -> !text.startsWith("state")))
        .isSubsetOf(withMore(count))
        .endsWith(Integer.toString(count), "more")
        .doesNotHaveDuplicates();
    assertThat(consecutive(told())).isTrue();
    assertThat(browser.evaluate("states.join()")).isEqualTo(Json.createValue("streaming"));
  }

  private static List<String> withMore(int count) {
    return IntStream.rangeClosed(1, count + 1)
        .mapToObj(number -> number > count ? "more" : Integer.toString(number))
        .toList();
  }

  private static boolean consecutive(List<String> told) {
    List<Integer> numbers =
        told.stream().filter(text -> text.matches("[0-9]+")).map(Integer::valueOf).toList();
    return IntStream.range(1, numbers.size())
        .allMatch(i -> numbers.get(i) == numbers.get(i - 1) + 1);
  }

  @Test
  void refusesTopicsThatTheServerRefusesAndGoesOn() {
    open("topics: ['good'], share: false");
    assertThat(
            browser.evaluate(
                "client.subscribe(['a'.repeat(2000)]).catch(error => error.name + error.status)"))
        .isEqualTo(Json.createValue("BellwetherError400"));
    server.publish("topic", "good", "data", "still here");
    awaitTold("still here");
  }

  @Test
  void saysWhatCanNoLongerBeHad() {
    open("topics: ['gone'], storage: {getItem: () => 'of another log', setItem() {}}");
    browser.await("a gap", "told.some(text => text.startsWith('gap '))");
    assertThat(told().get(0))
        .contains("\"requested\":\"of another log\"", "\"reason\":\"unknown\"");
  }

  @Test
  void worksOnPagesOfOtherSites() {
    String token = SignedToken.draft7("[]", "[\"cross\"]", "");
    try (ScriptedServer otherSite = new ScriptedServer()) {
      browser.open(otherSite.uri());
      browser.evaluate(
          OPEN.formatted(
              server.uri(""), "topics: ['cross'], share: false, token: '" + token + "'"));
      server.publish("topic", "cross", "data", "1");
      awaitTold("1");
      browser.evaluate("client.subscribe(['cross', 'more'])");
      server.publish("topic", "more", "data", "2");
      awaitTold("2");
      assertThat(browser.evaluate("states.join()")).isEqualTo(Json.createValue("streaming"));
      browser.evaluate("void client.close()");
    }
  }
}
