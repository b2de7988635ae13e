package bellwether.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.stream.PublishRequest;
import bellwether.stream.StreamRequest;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of requests to {@code /events}. */
class RequestsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T08:00:00Z"));

  @Test
  void readsEveryFieldOfAPublication() {
    Publication publication =
        publication(
            "topic=a&topic=b%2Fc&data=x+y%0Az&type=t&id=i&retry=1500&private&other=ignored");
    assertThat(publication)
        .isEqualTo(
            new Publication(
                List.of(new Topic("a"), new Topic("b/c")),
                true,
                "i",
                "t",
                Duration.ofMillis(1500),
                "x y\nz",
                null));
  }

  @Test
  void emptyFieldsAreAbsentButEmptyDataIsData() {
    Publication publication = publication("topic=a&id=&type=&retry=");
    assertThat(publication).isEqualTo(Publication.of(new Topic("a"), ""));
  }

  @Test
  void readsTextThatWasNotPercentEncoded() {
    assertThat(publication("topic=a&data=K\u00e4se \u20ac").data()).isEqualTo("K\u00e4se \u20ac");
  }

  @Test
  void readsUtf8() {
    assertThat(publication("topic=%C3%A9&data=%F0%9F%94%94").data()).isEqualTo("\ud83d\udd14");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data=x",
        "topic=",
        "topic=*",
        "topic=a&data=%zz",
        "topic=a&data=%4",
        "topic=a&data=1&data=2",
        "topic=a&type=a&type=b",
        "topic=a&type=a%0Ab",
        "topic=a&id=a%0Db",
        "topic=a&id=a%00b",
        "topic=a&retry=-1",
        "topic=a&retry=1s",
        "topic=a&retry=1234567890",
        "topic=a&retry=12345678901234567890",
        "topic=a&id=bw012345678-7",
      })
  void refusesWhatIsNoPublication(String body) {
    assertThatIllegalArgumentException().isThrownBy(() -> publication(body));
  }

  @Test
  void takesAsMuchAsItPromises() {
    assertThat(publication("topic=a" + "&other=x".repeat(999)).data()).isEmpty();
    assertThat(publication("topic=a&retry=999999999").retry())
        .isEqualTo(Duration.ofMillis(999_999_999));
    assertThat(publication("topic=a&data=x=y&").data()).isEqualTo("x=y");
  }

  @Test
  void refusesTooManyFields() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication("topic=a" + "&other=x".repeat(1000)))
        .withMessage("more than 1000 form fields");
  }

  @Test
  void aStreamWithoutTopicsIsOfAllTopics() {
    Interest interest = interest(new Exchange("GET", "/events", null));
    assertThat(interest.topics().filters()).containsExactly(TopicFilter.ANY);
    assertThat(interest.start()).isEqualTo(new StartingPoint.Newest());
    assertThat(interest.interval()).isZero();
  }

  @Test
  void aStreamIsOfSoManyTopicsAndNoMore() {
    String topics = IntStream.range(0, 100).mapToObj(i -> "topic=" + i).collect(joining("&"));
    Exchange most = new Exchange("GET", "/events", null).query(topics);
    assertThat(interest(most).topics().filters()).hasSize(100);

    Exchange tooMany = new Exchange("GET", "/events", null).query(topics + "&topic=x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(tooMany))
        .withMessage("more than 100 topics");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-25T07:50:00Z,      2026-11-25T07:50:00Z",
    "2026-11-25T08:50:00+01:00, 2026-11-25T07:50:00Z",
    "10m,                       2026-11-25T07:50:00Z",
    "2d,                        2026-11-23T08:00:00Z",
    "1795593000,                2026-11-25T07:50:00Z"
  })
  void aStreamMayBeginAtATime(String since, Instant time) {
    String encoded = since.replace("+", "%2B");
    Exchange exchange = new Exchange("GET", "/events", null).query("since=" + encoded);
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.Since(time, since));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "2026-11-25", "-1", "999999999999", "1w", "00:00Z"})
  void refusesWhatIsNoTime(String since) {
    Exchange exchange = new Exchange("GET", "/events", null).query("since=" + since);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(exchange))
        .withMessageStartingWith("since must be");
  }

  @Test
  void anIdWinsOverATime() {
    Exchange exchange = new Exchange("GET", "/events", null).query("since=1h");
    exchange.with("Last-Event-ID", "bw012345678-7");
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.After("bw012345678-7"));
  }

  @Test
  void nothingThatIsPrivateIsReadByARequestAlone() {
    LogEntry entry =
        MemoryLogs.of(1)
            .append(List.of(Publication.of(new Topic("a"), "").privately()), topic -> false)
            .get(0);
    var request = new Exchange("GET", "/events", null).request();

    assertThat(StreamRequest.of(request, CLOCK).mayReadPrivate()).rejects(entry);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lastEventId", "lastEventID", "last_event_id", "Last-Event-ID"})
  void theCursorMayComeAsAParameterUnderMoreThanOneName(String name) {
    Exchange exchange = new Exchange("GET", "/events", null).query(name + "=x");
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.After("x"));
  }

  @ParameterizedTest
  @CsvSource({
    "topic[]=news, 'topic[]: write topic, repeated'",
    "topic%5B%5D=news, 'topic[]: write topic, repeated'",
    "topic[0]=news, 'topic[0]: write topic, repeated'",
    "topics=news, 'topics: write topic, repeated'",
    "Topic=news, 'Topic: write topic, repeated'",
    "topic=a&topics=b, 'topics: write topic, repeated'",
    "topic=a&Since=1h, 'Since: write since'",
    "topic=a&intervals=1s, 'intervals: write interval'",
    "topic=a&Interval=1s, 'Interval: write interval'",
    "topic=a&Retained=all, 'Retained: write retained'",
    "topic=a&last-event-id=x, 'last-event-id: write lastEventId'",
    "topic=a&lasteventid=x, 'lasteventid: write lastEventId'",
    "topic=a&LAST_EVENT_ID=x, 'LAST_EVENT_ID: write lastEventId'",
    "topic=a&lastEventIds[]=x, 'lastEventIds[]: write lastEventId'",
    "topic=a&Authorization=x, 'Authorization: write authorization'",
    "match=a, 'match: write topic, repeated'",
    "match_urlpattern=a, 'match_urlpattern: write topic, repeated'",
  })
  void aParameterThatIsMisspeltIsRefusedByName(String query, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(new Exchange("GET", "/events", null).query(query)))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_=1", "v=2", "[]=x", "subtopic=b", "utm_source=x", "topical=x", "s=1"})
  void parametersOfOthersDoNotMatter(String query) {
    Exchange exchange = new Exchange("GET", "/events", null).query("topic=a&" + query);
    assertThat(interest(exchange).topics().filters()).containsExactly(TopicFilter.parse("a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "true", "1", "ALL", "none"})
  void retainedIsAllOrLeftOut(String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(new Exchange("GET", "/events", null).query("retained=" + value)))
        .withMessage("retained must be all, or left out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic=caf%E9", "topic=%ED%A0%BD", "lastEventId=%FF", "%E9=x"})
  void aQueryThatIsNoUtf8IsRefused(String query) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(new Exchange("GET", "/events", null).query(query)))
        .withMessage("what is percent-encoded is not well-formed UTF-8");
  }

  @Test
  void aQueryInWhichTheContainerReplacedBytesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(new Exchange("GET", "/events", null).query("topic=caf\ufffd")))
        .withMessage("the query is not well-formed UTF-8");
    assertThat(interest(new Exchange("GET", "/events", null).query("topic=%EF%BF%BD")).topics())
        .isEqualTo(StreamRequest.topics(List.of("\ufffd")));
  }

  @Test
  void aTopicThatIsNotPercentEncodedIsTheSameOverHttp2() {
    String utf8 = new String("topic=caf\u00e9 \u20ac".getBytes(UTF_8), ISO_8859_1);
    Exchange http2 = new Exchange("GET", "/events", null).protocol("HTTP/2.0");
    assertThat(Form.ofQuery(http2.query(utf8).request()).one("topic"))
        .isEqualTo("caf\u00e9 \u20ac");
    Exchange http1 = new Exchange("GET", "/events", null).query("topic=caf\u00e9");
    assertThat(Form.ofQuery(http1.request()).one("topic")).isEqualTo("caf\u00e9");
    Exchange none = new Exchange("GET", "/events", null).protocol("HTTP/2.0").query("topic=\u00ff");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Form.ofQuery(none.request()))
        .withMessage("the query is not well-formed UTF-8");
  }

  @Test
  void countsAnEmojiAsOneCharacter() {
    String bells = "\ud83d\udd14".repeat(1024);
    assertThat(publication("topic=" + bells + "&type=" + bells).topics()).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> publication("topic=" + bells + "x"))
        .withMessage("topic is longer than 1024 characters");
  }

  @Test
  void theHeaderWins() {
    Exchange exchange =
        new Exchange("GET", "/events", null)
            .query("lastEventId=parameter")
            .with("Last-Event-ID", "header");
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.After("header"));
  }

  @Test
  void anEmptyCursorIsNone() {
    Exchange exchange = new Exchange("GET", "/events", null).query("lastEventId=");
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.Newest());
  }

  @Test
  void theHeaderIsUtf8ThoughContainersReadItOtherwise() {
    String asContainersReadIt = new String("\u00e9-1".getBytes(UTF_8), ISO_8859_1);
    Exchange exchange =
        new Exchange("GET", "/events", null).with("Last-Event-ID", asContainersReadIt);
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.After("\u00e9-1"));
    assertThat(HeaderText.decode("\u00e9-1")).as("no UTF-8").isEqualTo("\u00e9-1");
  }

  @Test
  void earliestAsksForAllThatIsKept() {
    Exchange exchange = new Exchange("GET", "/events", null).with("Last-Event-ID", "earliest");
    assertThat(interest(exchange).start()).isEqualTo(new StartingPoint.Earliest());
    Exchange other = new Exchange("GET", "/events", null).with("Last-Event-ID", "earliest-1");
    assertThat(interest(other).start()).isEqualTo(new StartingPoint.After("earliest-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"topic=%zz", "topic=a&topic=%e", "retained=all&retained=all"})
  void aMalformedQueryIsRefusedAndNotReadAsSomethingElse(String query) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(new Exchange("GET", "/events", null).query(query)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "1s", "10m"})
  void readsTheInterval(String interval) {
    Exchange exchange = new Exchange("GET", "/events", null).query("interval=" + interval);
    assertThat(interest(exchange).interval()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1d", "-1s", "1.5s", "9999999999s", "601s", "2h"})
  void refusesOtherIntervals(String interval) {
    Exchange exchange = new Exchange("GET", "/events", null).query("interval=" + interval);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> interest(exchange))
        .withMessageContaining("interval");
  }

  @Test
  void aPlaceInTheQueryComesBeforeOneInTheBody() {
    Form query = new Form("topic=a&lastEventId=1");
    Form both = query.and(new Form("topic=b&lastEventId=2&since=10m"));
    Interest interest =
        StreamRequest.of(new Exchange("QUERY", "/events", null).request(), query, both, CLOCK);
    assertThat(interest.start()).isEqualTo(new StartingPoint.After("1"));
    assertThat(interest.topics().filters()).hasSize(2);
  }

  private static Publication publication(String body) {
    return PublishRequest.of(new Form(body), null);
  }

  private static Interest interest(Exchange exchange) {
    return StreamRequest.of(exchange.request(), CLOCK);
  }
}
