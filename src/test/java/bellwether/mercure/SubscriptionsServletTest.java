package bellwether.mercure;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.auth.Payloads;
import bellwether.auth.Token;
import bellwether.eventlog.Publication;
import bellwether.exchange.Form;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.RecordedHub;
import bellwether.fixtures.TestExchanges;
import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionsServletTest {
  private static final URI BASE = URI.create("https://hub.example/app/.well-known/mercure");
  private static final String ROOT = "/.well-known/mercure/subscriptions";
  private static final String ADA = "urn:uuid:00000000-0000-4000-8000-000000000001";
  private static final String BOB = "urn:uuid:00000000-0000-4000-8000-000000000002";
  private static final TopicSelector NOTHING = new TopicSelector(List.of());

  private final List<UUID> ids =
      new ArrayList<>(
          List.of(new UUID(0x4000, 0x8000000000000001L), new UUID(0x4000, 0x8000000000000002L)));
  private final ManualScheduler scheduler = new ManualScheduler();
  private final RecordedHub recorded = new RecordedHub(scheduler);
  private final ActiveSubscriptions subscriptions =
      new ActiveSubscriptions(
          recorded.hub(), SubscriptionDirectory.NONE, scheduler, () -> ids.remove(0));
  private Grant grant = Grant.ALL;
  private @Nullable URI configured = BASE;
  private Runnable adaLeaves = () -> {};

  @BeforeEach
  void twoAreSubscribed() {
    adaLeaves = open("topic=https://example.com/{selector}&topic=https://example.com/a");
    open("match_urlpattern=https://example.com/:selector&match=https://example.com/a");
  }

  @Test
  void draft7ShowsAllThatItHasWordsFor() {
    Exchange answer = get("", "application/ld+json");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/ld+json");
    assertThat(answer.header("Link")).isEqualTo("<" + BASE + ">; rel=\"mercure\"");
    assertThat(answer.text())
        .isEqualTo(
            json(
                """
                {'@context':'https://mercure.rocks/',
                'id':'/.well-known/mercure/subscriptions','type':'ActiveSubscriptions',
                'lastEventID':'earliest','subscriptions':[%s,%s,%s]}\
                """,
                draft7("https://example.com/{selector}", ADA),
                draft7("https://example.com/a", ADA),
                draft7("https://example.com/a", BOB)));
  }

  @Test
  void draft8ShowsAllThatItHasWordsForAndTheCursorInAHeader() {
    Exchange answer = get("", "application/json");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertThat(answer.header("Link"))
        .isEqualTo(
            "<"
                + BASE
                + ">; rel=\"mercure\"; last-event-id=\"earliest\"; type=\"mercure\";"
                + " content-type=\"application/json\"");
    assertThat(answer.text())
        .isEqualTo(
            json(
                """
                {'id':'/.well-known/mercure/subscriptions','type':'subscriptions',
                'subscriptions':[%s,%s,%s]}\
                """,
                draft8("exact", "https://example.com/a", ADA),
                draft8("urlpattern", "https://example.com/:selector", BOB),
                draft8("exact", "https://example.com/a", BOB)));
  }

  @Test
  void thoseOfOneMatcherAreACollection() {
    String path7 = "/https%3A%2F%2Fexample.com%2Fa";
    assertThat(get(path7, null).text())
        .isEqualTo(
            json(
                """
                {'@context':'https://mercure.rocks/','id':'%s','type':'ActiveSubscriptions',
                'lastEventID':'earliest','subscriptions':[%s,%s]}\
                """,
                ROOT + path7,
                draft7("https://example.com/a", ADA),
                draft7("https://example.com/a", BOB)));
    String path8 = "/urlpattern/https%3A%2F%2Fexample.com%2F%3Aselector";
    assertThat(get(path8, null).text())
        .isEqualTo(
            json(
                "{'id':'%s','type':'subscriptions','subscriptions':[%s]}",
                ROOT + path8, draft8("urlpattern", "https://example.com/:selector", BOB)));
    assertThat(get("/nobody", null).text()).contains("\"subscriptions\":[]");
    assertThat(get("/exact/nobody", null).text()).contains("\"subscriptions\":[]");
  }

  @Test
  void oneIsTheDocumentOfItsEvent() {
    String path7 = "/https%3A%2F%2Fexample.com%2F%7Bselector%7D/" + part(ADA);
    assertThat(get(path7, null).text())
        .isEqualTo(
            json(
                """
                {'@context':'https://mercure.rocks/',%s,'lastEventID':'earliest'}\
                """,
                draft7("https://example.com/{selector}", ADA).replaceAll("^\\{|\\}$", "")));
    String path8 = "/exact/https%3A%2F%2Fexample.com%2Fa/" + part(ADA);
    assertThat(get(path8, null).text())
        .isEqualTo(json("%s", draft8("exact", "https://example.com/a", ADA)));
  }

  @Test
  void whoHasLeftIsNotThere() {
    String path = "/exact/https%3A%2F%2Fexample.com%2Fa/" + part(ADA);
    assertThat(get(path, null).status()).isEqualTo(200);
    adaLeaves.run();
    assertThat(get(path, null).status()).isEqualTo(404);
    assertThat(get("", null).text()).contains(BOB).doesNotContain(ADA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/exact/https%3A%2F%2Fexample.com%2Fa/nobody",
        "/exact/nothing/urn%3Auuid%3A00000000-0000-4000-8000-000000000001",
        "/urlpattern/https%3A%2F%2Fexample.com%2Fa/urn%3Auuid%3A00000000-0000-4000-8000-000000000001",
        "/https%3A%2F%2Fexample.com%2F%3Aselector/urn%3Auuid%3A00000000-0000-4000-8000-000000000002",
        "/regexp/a/urn%3Auuid%3A00000000-0000-4000-8000-000000000001",
        "/exact/a/b/c",
        "/a/b/c/d",
        "/",
      })
  void whatIsNotThereIsNotFound(String path) {
    assertThat(get(path, null).status()).isEqualTo(404);
  }

  @Test
  void aPathThatIsNoTopicIsRefused() {
    assertThat(get("/" + "%2F".repeat(400), null).status()).isEqualTo(400);
    assertThat(get("/%FF", null).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "application/ld+json,                   true,  7",
        "application/json,                      false, 8",
        "'application/ld+json, application/json', true, 8",
        "'application/ld+json, application/json', false, 7",
        "*/*,                                   true,  8",
        "*/*,                                   false, 7",
        "-,                                     true,  8",
        "-,                                     false, 7",
      })
  void theRootSpeaksAsItIsAskedToAndElseAsTheTokenDoes(
      @Nullable String accept, boolean isOfDraft8, int draft) {
    grant = granting(TopicFilter.ANY, isOfDraft8);
    assertThat(get("", accept).header("Content-Type"))
        .isEqualTo(draft == 7 ? "application/ld+json" : "application/json");
  }

  @Test
  void theRootSpeaksDraft7ToTheKey() {
    assertThat(get("", "*/*").header("Content-Type")).isEqualTo("application/ld+json");
  }

  @Test
  void theCursorIsTheNewestEventWhenItWasAsked() {
    recorded.hub().publish(Publication.of(new Topic("a"), "data"));
    String id = recorded.log().idAt(1).toString();
    assertThat(get("", "application/ld+json").text()).contains("\"lastEventID\":\"" + id + "\"");
    assertThat(get("", "application/json").header("Link")).contains("last-event-id=\"" + id + "\"");
  }

  @Test
  void whatHasNotChangedIsNotSentAgain() {
    String tag = String.valueOf(get("", null).header("ETag"));
    Exchange same = getKnowing(tag);
    assertThat(same.status()).isEqualTo(304);
    assertThat(same.text()).isEmpty();
    assertThat(same.header("ETag")).isEqualTo(tag);
    adaLeaves.run();
    assertThat(getKnowing(tag).status()).isEqualTo(200);
    String next = String.valueOf(get("", null).header("ETag"));
    recorded.hub().publish(Publication.of(new Topic("a"), "data"));
    assertThat(getKnowing(next).status()).as("the cursor has moved on").isEqualTo(200);
    assertThat(getKnowing(next).header("Cache-Control")).isEqualTo("private, no-cache");
  }

  @Test
  void headSaysTheSameWithoutTheBody() {
    Exchange head = exchange("HEAD", "");
    head.through(servlet());
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.text()).isEmpty();
    assertThat(head.header("Content-Length")).isNotEqualTo("0");
    assertThat(exchange("POST", "").through(servlet()).status()).isEqualTo(405);
  }

  @Test
  void withoutAGrantItIsRefusedBeforeAnythingIsLookedUp() {
    grant = Grant.NONE;
    Exchange anonymous = get("/exact/nothing/nobody", null);
    assertThat(anonymous.status()).isEqualTo(401);
    assertThat(anonymous.header("WWW-Authenticate")).startsWith("Bearer ").doesNotContain("error");
    grant = granting(TopicFilter.exact("other"), false);
    Exchange other = exchange("GET", "").with("Authorization", "Bearer token").through(servlet());
    assertThat(other.status()).isEqualTo(403);
    assertThat(other.header("WWW-Authenticate")).contains("error=\"insufficient_scope\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topic | /.well-known/mercure/subscriptions               | true  | false | false",
        "topic | /.well-known/mercure/subscriptions/{t}           | false | true  | false",
        "topic | /.well-known/mercure/subscriptions{/t}{/s}       | true  | true  | true",
        "topic | https://hub.example/app/.well-known/mercure/subscriptions{/t} | true | true |"
            + " false",
        "topic | https://other.example/.well-known/mercure/subscriptions{/t} | false | false |"
            + " false",
        "match | /.well-known/mercure/subscriptions/a%2Fb         | false | true  | false",
        "match | /.well-known/mercure/subscriptions/a%2fb         | false | false | false",
        "urlpattern | /.well-known/mercure/subscriptions/*        | false | true  | true",
        "urlpattern | /.well-known/mercure/subscriptions{/*}?     | true  | true  | true",
        "urlpattern | https://hub.example/.well-known/mercure/subscriptions/:t | false | true |"
            + " false",
      })
  void aGrantIsAskedWithThePathOrTheUrl(
      String kind, String text, boolean root, boolean collection, boolean one) {
    grant =
        granting(
            switch (kind) {
              case "topic" -> TopicFilter.parse(text);
              case "match" -> TopicFilter.exact(text);
              default -> TopicFilter.urlPattern(text, BASE);
            },
            false);
    assertThat(isAllowed("")).isEqualTo(root);
    assertThat(isAllowed("/a%2fb")).isEqualTo(collection);
    assertThat(isAllowed("/a%2Fb/nobody")).isEqualTo(one);
  }

  @Test
  void aGrantIsNotAskedWithAUrlThatAClientMayChoose() {
    configured = null;
    grant =
        granting(
            TopicFilter.parse("http://shop.example/shop/.well-known/mercure/subscriptions"), false);
    assertThat(isAllowed("")).isFalse();
  }

  private boolean isAllowed(String path) {
    int status = get(path, null).status();
    assertThat(status).isIn(200, 401, 404);
    return status != 401;
  }

  private Runnable open(String form) {
    return Objects.requireNonNull(
        subscriptions.open(SubscriptionMatcher.in(new Form(form)), Grant.NONE, events -> true));
  }

  private static Grant granting(TopicFilter topics, boolean isOfDraft8) {
    Token token = new Token(null, null, null, null, new Payloads(List.of(), isOfDraft8));
    return new Grant(NOTHING, new TopicSelector(List.of(topics)), false, token);
  }

  private Exchange get(String path, @Nullable String accept) {
    Exchange exchange = exchange("GET", path);
    if (accept != null) {
      exchange.with("Accept", accept);
    }
    return exchange.through(servlet());
  }

  private Exchange getKnowing(String tag) {
    return exchange("GET", "").with("If-None-Match", tag).through(servlet());
  }

  private static Exchange exchange(String method, String path) {
    return new Exchange(method, ROOT, path.isEmpty() ? null : path);
  }

  private SubscriptionsServlet servlet() {
    return new SubscriptionsServlet(
        subscriptions,
        recorded.hub(),
        request -> grant,
        new TopicBase(configured),
        TestExchanges.of(1000));
  }

  private static String draft7(String topic, String subscriber) {
    return json(
        "{'id':'%s','type':'Subscription','topic':'%s','subscriber':'%s','active':true}",
        SubscriptionPath.of(List.of(topic, subscriber)), topic, subscriber);
  }

  private static String draft8(String type, String match, String subscriber) {
    return json(
        """
        {'id':'%s','type':'subscription','match_type':'%s','match':'%s','subscriber':'%s',
        'active':true}\
        """,
        SubscriptionPath.of(List.of(type, match, subscriber)), type, match, subscriber);
  }

  private static String part(String subscriber) {
    return subscriber.replace(":", "%3A");
  }

  private static String json(String text, Object... parts) {
    return text.replace("\n", "").replace('\'', '"').formatted(parts);
  }
}
