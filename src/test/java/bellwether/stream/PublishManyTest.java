package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.auth.Grant;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many events in one request: all of them, or none. */
class PublishManyTest {
  private final ManualScheduler executor = new ManualScheduler();
  private final MemoryEventLog log = MemoryLogs.of(1000);
  private final EventsServlet servlet = servlet();
  private Grant grant = Grant.ALL;

  @Test
  void takesAnArray() {
    Exchange exchange =
        post(
            "application/json",
            """
            [{"topic":"a","data":"one"},
             {"topic":["b","c"],"data":{"n":1.50},"type":"t","id":"own","retry":1500,"private":true},
             {"topic":"a"}]\
            """);

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(exchange.text())
        .isEqualTo("{\"ids\":[\"" + log.idAt(1) + "\",\"own\",\"" + log.idAt(3) + "\"]}");
    var second = published().get(1).publication();
    assertThat(second.topics()).containsExactly(new Topic("b"), new Topic("c"));
    assertThat(second.data()).isEqualTo("{\"n\":1.50}");
    assertThat(second.type()).isEqualTo("t");
    assertThat(second.retry()).isEqualTo(Duration.ofMillis(1500));
    assertThat(second.isPrivate()).isTrue();
    assertThat(data()).containsExactly("one", "{\"n\":1.50}", "");
  }

  @Test
  void takesALineForEach() {
    Exchange exchange =
        post(
            "application/x-ndjson",
            "{\"topic\":\"a\",\"data\":\"one\"}\r\n\n{\"topic\":\"a\",\"data\":[1]}\n");

    assertThat(exchange.status()).isEqualTo(200);
    assertThat(data()).containsExactly("one", "[1]");
  }

  @Test
  void takesNullForAFieldThatIsAbsent() {
    post("application/json", "[{\"topic\":\"a\",\"id\":null,\"type\":null,\"retry\":null}]");

    assertThat(published().get(0).publication()).isEqualTo(Publication.of(new Topic("a"), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cursor", "gap", "shutdown", "revoked", "open", "error"})
  void refusesTheTypesOfTheServersOwn(String type) {
    Exchange exchange = post("application/json", "[{\"topic\":\"a\",\"type\":\"" + type + "\"}]");

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(log.newest()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic=a", "topic=own"})
  void takesNothingFromWhoMayNotPublish(String form) {
    grant = Grant.NONE;

    assertThat(exchangeForm(form, "k").status()).isEqualTo(401);
    assertThat(log.newest()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"k\\u000cz", "a\\tb", "é", "日本-1", " a", "a ", "\\ud83d\\udc11"})
  void refusesAnIdThatCouldNotComeBackOnEveryWayIn(String id) {
    String event = "{\"topic\":\"a\",\"id\":\"" + id + "\"}";
    List<Exchange> exchanges =
        List.of(
            post("application/json", "[" + event + "]"),
            post("application/x-ndjson", event),
            exchangeForm("topic=a&id=" + encoded(event), "k"));
    for (Exchange exchange : exchanges) {
      assertThat(exchange.status()).isEqualTo(400);
      assertThat(exchange.text()).containsAnyOf("U+0020 to U+007E", "with a space");
    }
    assertThat(log.newest()).isZero();
  }

  @Test
  void nothingIsAnsweredWithNothing() {
    assertThat(post("application/json", "[]").text()).isEqualTo("{\"ids\":[]}");
    assertThat(post("application/x-ndjson", "").text()).isEqualTo("{\"ids\":[]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | {\"topic\":\"a\"} | the body is not a JSON array",
        "application/json | [{\"topic\":\"a\"},{\"data\":\"x\"}] | event 2: topic is missing",
        "application/json | [{\"topic\":\"a\"},{\"topic\":7}]"
            + " | event 2: topic must be a text or a list of texts",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\",\"tpye\":\"b\"}]"
            + " | event 2: unknown field \"tpye\"",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\",\"private\":\"yes\"}]"
            + " | event 2: private must be true or false",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\",\"id\":7}] | event 2: id must be a"
            + " string",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\",\"retry\":-1}]"
            + " | event 2: retry must be milliseconds in at most 9 digits",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\",\"type\":\"gap\"}]"
            + " | type gap is reserved for the server",
        "application/json | [{\"topic\":\"a\"},{\"topic\":\"a\"},7] | row 3 is not a JSON object",
        "application/x-ndjson | {\"topic\":\"a\"} x | line 1: the body is not valid JSON",
      })
  void refusesAllForOneThatIsWrong(String type, String body, String detail) {
    Exchange exchange = post(type, body);

    assertThat(exchange.status()).isEqualTo(400);
    assertThat(exchange.text()).contains(detail.replace("\"", "\\\""));
    assertThat(log.newest()).isZero();
  }

  @Test
  void refusesAllForOneOnATopicOfTheServersOwn() {
    Exchange exchange = post("application/json", "[{\"topic\":\"a\"},{\"topic\":[\"b\",\"own\"]}]");

    assertThat(exchange.status()).isEqualTo(403);
    assertThat(log.newest()).isZero();
  }

  @Test
  void isTheSameWhenItIsRepeatedWithItsKey() {
    String body = "[{\"topic\":\"a\",\"data\":\"one\"},{\"topic\":\"a\",\"data\":\"two\"}]";
    String first = postWithKey(body);

    assertThat(postWithKey(body)).isEqualTo(first);
    assertThat(data()).containsExactly("one", "two");
  }

  @Test
  void isNotTakenForASingleEventWithAKeyLikeIt() {
    exchangeForm("topic=a&data=single", "k#0");

    postWithKey("[{\"topic\":\"a\",\"data\":\"one\"}]");

    assertThat(data()).containsExactly("single", "one");
  }

  @Test
  void aRepeatedPublicationIsAnsweredWithTheIdThatTheLogHas() {
    assertThat(exchangeForm("topic=a&id=one", "k").text()).isEqualTo("one");

    assertThat(exchangeForm("topic=a&id=two", "k").text()).isEqualTo("one");
  }

  @Test
  void refusesMoreThanTheLogShouldTakeAtOnce() {
    String line = "{\"topic\":\"a\"}\n";
    assertThat(post("application/x-ndjson", line.repeat(PublishBatch.MAX)).status()).isEqualTo(200);
    long before = log.newest();

    Exchange tooMany = post("application/x-ndjson", line.repeat(PublishBatch.MAX + 1));

    assertThat(tooMany.status()).isEqualTo(413);
    assertThat(log.newest()).isEqualTo(before);
  }

  private Exchange exchangeForm(String form, String key) {
    return new Exchange("POST", "/events", null)
        .with("Content-Type", "application/x-www-form-urlencoded")
        .with("Idempotency-Key", key)
        .body(form.getBytes(UTF_8))
        .through(servlet);
  }

  private static String encoded(String event) {
    try (JsonReader reader = Json.createReader(new StringReader(event))) {
      return URLEncoder.encode(reader.readObject().getString("id"), UTF_8);
    }
  }

  private String postWithKey(String body) {
    return exchange("application/json", body).with("Idempotency-Key", "k").through(servlet).text();
  }

  private Exchange post(String type, String body) {
    return exchange(type, body).through(servlet);
  }

  private static Exchange exchange(String type, String body) {
    return new Exchange("POST", "/events", null)
        .with("Content-Type", type)
        .body(body.getBytes(UTF_8));
  }

  private List<String> data() {
    return published().stream().map(entry -> entry.publication().data()).toList();
  }

  private List<LogEntry> published() {
    return ((Batch) log.read(Place.at(0), log.newest(), entry -> true, 100)).entries();
  }

  private EventsServlet servlet() {
    Hub hub = Hubs.over(log, executor);
    Gate gate = request -> grant;
    Retry retry = new Retry(Duration.ofSeconds(1), new Random(1));
    StreamContext context =
        new StreamContext(
            new ConnectionRegistry(10, new Metrics()),
            new FailedRequests(),
            new Metrics(),
            executor,
            executor::nanoTime,
            retry::next);
    StreamOpener opener = Openers.of(hub, context, retry, retry::nextWhenRefused, executor);
    Publishing publishing =
        new Publishing(
            hub,
            topic -> topic.name().equals("own"),
            topic -> false,
            ClientLimits.none(),
            Topic.MAX_AT_ONCE,
            TestExchanges.of(100_000));
    PollOpener polls = Openers.polls(hub, context, retry::nextWhenRefused, executor);
    return new EventsServlet(
        publishing, opener, polls, gate, gate, TestExchanges.of(100_000), InstantSource.system());
  }
}
