package bellwether.notification;

import static bellwether.fixtures.Rows.whole;
import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.auth.Token;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.Tables;
import bellwether.topic.TopicFilter;
import bellwether.topic.TopicSelector;
import bellwether.fixtures.TestExchanges;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsServletTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");

  private Instant now = TIME;
  private final Tables tables = new Tables();
  private final NotificationRepository notifications =
      new JdbcNotificationRepository(tables.dataSource(), () -> now);
  private final ReadMarks readMarks = new JdbcReadMarks(tables.dataSource(), () -> TIME);
  private static final TopicSelector NONE = new TopicSelector(List.of());

  private Grant grant = Grant.ALL;
  private int wakeUps;
  private final NotificationsServlet servlet =
      new NotificationsServlet(
          request -> grant, notifications, readMarks, this::woken, TestExchanges.of(1000), () -> now);

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void keepsANotificationAndWakesTheFeed() {
    Exchange post = post("{\"title\":\"Hi\",\"user\":\"ada\"}");
    Notification kept = whole(notifications.unpublishedRows(1)).get(0);

    assertThat(post.status()).isEqualTo(201);
    assertThat(post.text()).isEqualTo(NotificationJson.text(kept));
    assertThat(kept.user()).isEqualTo("ada");
    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void aRetryUnderTheSameKeyIsAnsweredWithTheFirstNotification() {
    Exchange first = keyed("{\"title\":\"Hi\"}", "k1");
    Exchange retry = keyed("{\"title\":\"Hi\"}", "k1");
    Exchange changed = keyed("{\"title\":\"Something else\"}", "k1");
    Exchange other = keyed("{\"title\":\"Hi\"}", "k2");

    assertThat(first.status()).isEqualTo(201);
    assertThat(retry.status()).isEqualTo(201);
    assertThat(retry.text()).isEqualTo(first.text());
    assertThat(changed.text()).isEqualTo(first.text());
    assertThat(other.text()).isNotEqualTo(first.text());
    assertThat(whole(notifications.unpublishedRows(10))).hasSize(2);
  }

  @Test
  void aRetryIsAnsweredEvenIfItsNotificationHasExpired() {
    String body = "{\"title\":\"Hi\",\"expiresAt\":\"2026-11-21T05:24:01Z\"}";
    Exchange first = keyed(body, "k");
    now = TIME.plusSeconds(2);

    assertThat(first.status()).isEqualTo(201);
    assertThat(keyed(body, "k").text()).isEqualTo(first.text());
    assertThat(keyed(body, "another").status()).isEqualTo(400);
  }

  @Test
  void nobodyIsGivenWhatAnothersKeyStandsFor() {
    TopicSelector all = TopicSelector.parse(List.of("*"));
    grant = new Grant(all, NONE, false, token("ada"));
    String ofAda = keyed("{\"title\":\"Ada's\"}", "k").text();
    grant = new Grant(all, NONE, false, token("bob"));
    String ofBob = keyed("{\"title\":\"Bob's\"}", "k").text();
    grant = Grant.ALL;
    String ofTheKey = keyed("{\"title\":\"The publisher's\"}", "k").text();

    assertThat(ofAda).contains("Ada's");
    assertThat(ofBob).contains("Bob's");
    assertThat(ofTheKey).contains("The publisher's");
    grant = new Grant(all, NONE, false, token("ada"));
    assertThat(keyed("{\"title\":\"x\"}", "k").text()).isEqualTo(ofAda);
    grant = new Grant(TopicSelector.parse(List.of("notifications/ada")), NONE, false, token("ada"));
    assertThat(keyed("{\"title\":\"x\",\"user\":\"ada\"}", "k").status()).isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\tb", "caf\u00e9"})
  void refusesAKeyThatIsNone(String key) {
    assertThat(keyed("{\"title\":\"Hi\"}", key).status()).isEqualTo(400);
    assertThat(keyed("{\"title\":\"Hi\"}", "k".repeat(1025)).status()).isEqualTo(400);
    assertThat(whole(notifications.unpublishedRows(10))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a@b.c, a%40b.c",
    "auth0|1, auth0%7C1",
    "google-oauth2|123, google-oauth2%7C123",
    "urn:uuid:6f9b, urn%3Auuid%3A6f9b",
    "https://id.example/a?b, https%3A%2F%2Fid.example%2Fa%3Fb",
    "o'brien, o%27brien",
    "Ada Lovelace, Ada%20Lovelace",
    "{user}, %7Buser%7D",
    "*, %2A",
    "a%40b.c, a%2540b.c",
    "ada/../bob, ada%2F..%2Fbob",
    "J\u00fcrgen, J%C3%BCrgen",
  })
  void takesAUserAsIdentityProvidersNameThem(String user, String inUrl) {
    long id = add(user).id();
    add(user);
    assertThat(NotificationFeed.topic(user).name()).isEqualTo("notifications/" + inUrl);
    assertThat(TopicFilter.parse("notifications/{user}").matches(NotificationFeed.topic(user)))
        .isTrue();

    grant = new Grant(NONE, NONE, false, token(user));
    Exchange page = list(Map.of("user", user, "limit", "1"));
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.header("Link")).startsWith("<?user=" + inUrl + "&limit=1&");
    Exchange mark = post("/" + id + "/read", "{\"user\":\"" + user + "\"}");
    assertThat(mark.status()).isEqualTo(204);
    assertThat(readMarks.unread(user)).isEqualTo(1);
    grant = new Grant(NONE, TopicSelector.parse(List.of("notifications/" + inUrl)), false, null);
    assertThat(list("user", user).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{x}", "*", "a/b", "ada%2Fx", "bob?", "{+x}", "a{/x}", ".."})
  void noUserHasAnothersTopicByHisName(String name) {
    // As a back end would say it that puts together what its users may read.
    String own = NotificationFeed.topic(name).name();
    TopicFilter filter = TopicFilter.parse(own);
    for (String other : List.of("ada", "bob", "a", "b", "ada/x", "a b", "x", "%2A", "%7Bx%7D")) {
      assertThat(filter.matches(NotificationFeed.topic(other))).as(other).isFalse();
    }
    assertThat(filter.matches(NotificationFeed.topic(name))).isTrue();
  }

  @Test
  void refusesParametersThatAreMisspelt() {
    assertThat(list("User", "ada").text()).contains("User: write user");
    assertThat(list("limits", "1").status()).isEqualTo(400);
    assertThat(get("/unread", Map.of("user[]", "ada")).status()).isEqualTo(400);
    assertThat(list("_", "1").status()).isEqualTo(200);
  }

  @Test
  void listsWhatIsForEveryoneAndForTheUserOneAsksFor() {
    Notification everyone = add(null);
    Notification ada = add("ada");

    assertThat(list().text()).isEqualTo("{\"notifications\":[" + text(everyone) + "]}");
    assertThat(list("user", "ada").text())
        .isEqualTo("{\"notifications\":[" + unread(ada) + "," + unread(everyone) + "]}");
  }

  @Test
  void listsAsManyAsAskedForAndFiftyOtherwise() {
    for (int i = 0; i < 60; i++) {
      add(null);
    }

    assertThat(list().text().split("\"id\"", -1)).hasSize(51);
    assertThat(list("limit", "2").text().split("\"id\"", -1)).hasSize(3);
    assertThat(list("limit", "200").text().split("\"id\"", -1)).hasSize(61);
  }

  @Test
  void namesTheNextPageInTheBodyAndInALink() {
    long first = add(null).id();
    long second = add("ada").id();

    Exchange page = list(Map.of("user", "ada", "limit", "1"));

    assertThat(page.text()).endsWith("],\"next\":" + second + "}");
    assertThat(page.header("Link"))
        .isEqualTo("<?user=ada&limit=1&before=" + second + ">; rel=\"next\"");
    Exchange next = list(Map.of("user", "ada", "limit", "1", "before", String.valueOf(second)));
    assertThat(next.text()).startsWith("{\"notifications\":[{\"id\":" + first + ",");
    assertThat(next.text()).doesNotContain("next");
    assertThat(next.header("Link")).isNull();
    assertThat(list("before", String.valueOf(first)).text()).isEqualTo("{\"notifications\":[]}");
  }

  @Test
  void namesNoUserInTheLinkOfTheListForEveryone() {
    add(null);
    long second = add(null).id();

    assertThat(list("limit", "1").header("Link"))
        .isEqualTo("<?limit=1&before=" + second + ">; rel=\"next\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "x", "", "1.5", "9223372036854775808"})
  void refusesToPageFromWhatIsNoId(String before) {
    assertThat(list("before", before).status()).isEqualTo(400);
  }

  @Test
  void countsWhatAUserHasNotRead() {
    add("ada");
    add(null);
    readMarks.mark("ada", add(null).id());

    Exchange unread = get("/unread", Map.of("user", "ada"));
    assertThat(unread.status()).isEqualTo(200);
    assertThat(unread.text()).isEqualTo("{\"user\":\"ada\",\"unread\":2}");
  }

  @Test
  void countsForNobodyWithoutANameOrAGrant() {
    assertThat(get("/unread", Map.of()).status()).isEqualTo(400);
    assertThat(get("/unread", Map.of("user", " a")).status()).isEqualTo(400);
    grant = Grant.NONE;
    assertThat(get("/unread", Map.of("user", "ada")).status()).isEqualTo(401);
  }

  @Test
  void marksOneAsReadAsOftenAsAsked() {
    long id = add(null).id();

    assertThat(post("/" + id + "/read", "{\"user\":\"ada\"}").status()).isEqualTo(204);
    assertThat(post("/" + id + "/read", "{\"user\":\"ada\"}").status()).isEqualTo(204);

    assertThat(readMarks.unread("ada")).isZero();
    assertThat(list("user", "ada").text()).contains("\"read\":true");
    assertThat(wakeUps).isEqualTo(2);
  }

  @Test
  void marksNothingThatTheUserDoesNotHave() {
    long bob = add("bob").id();

    Exchange foreign = post("/" + bob + "/read", "{\"user\":\"ada\"}");
    Exchange unknown = post("/" + (bob + 1) + "/read", "{\"user\":\"ada\"}");

    assertThat(foreign.status()).isEqualTo(404);
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.text()).contains("ada has no notification " + (bob + 1));
    assertThat(post("/9999999999999999999/read", "{\"user\":\"ada\"}").status()).isEqualTo(404);
    assertThat(wakeUps).isZero();
  }

  @Test
  void marksAllUpToOne() {
    add("ada");
    long second = add(null).id();
    add(null);

    Exchange mark = post("/read", "{\"user\":\"ada\",\"upTo\":" + second + "}");

    assertThat(mark.status()).isEqualTo(204);
    assertThat(readMarks.unread("ada")).isEqualTo(1);
    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void marksNothingForABadBody() {
    long id = add(null).id();

    assertThat(post("/" + id + "/read", "{}").text()).contains("user is missing");
    assertThat(post("/" + id + "/read", "{\"user\":\" a\"}").status()).isEqualTo(400);
    assertThat(post("/read", "{\"user\":\"ada\"}").status()).isEqualTo(400);
    assertThat(whole(readMarks.unpublishedRows(1))).isEmpty();
  }

  @Test
  void marksNothingForWhoMayNotReadWhatIsPrivate() {
    grant = Grant.NONE;
    long id = add(null).id();

    assertThat(post("/" + id + "/read", "{\"user\":\"ada\"}").status()).isEqualTo(401);
    assertThat(post("/read", "{\"user\":\"ada\",\"upTo\":" + id + "}").status()).isEqualTo(401);
    assertThat(readMarks.unread("ada")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "201", "-1", "x", "", "1.5", "+1", "01", "\u0661", "99999999999"})
  void refusesAnotherLimit(String limit) {
    assertThat(list("limit", limit).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " a", "a\u00a0", "a\u202eb", "a\tb"})
  void refusesWhatIsNoUser(String user) {
    assertThat(list("user", user).status()).isEqualTo(400);
  }

  @Test
  void refusesAParameterGivenTwice() {
    assertThat(list("user", "ada", "bob").status()).isEqualTo(400);
  }

  @Test
  void showsWhatIsPrivateOnlyToWhoMayReadIt() {
    grant = Grant.NONE;
    add("ada");

    assertThat(list().text()).isEqualTo("{\"notifications\":[]}");
    Exchange unnamed = list("user", "ada");
    assertThat(unnamed.status()).isEqualTo(401);
    assertThat(unnamed.header("WWW-Authenticate")).startsWith("Bearer");
    Exchange named =
        new Exchange("GET", "/api/notifications", null)
            .parameter("user", "ada")
            .with("Authorization", "Bearer x")
            .through(servlet);
    assertThat(named.status()).isEqualTo(403);
    assertThat(named.header("WWW-Authenticate")).contains("error=\"insufficient_scope\"");

    grant = new Grant(NONE, TopicSelector.parse(List.of("notifications/ada")), false, null);
    assertThat(list("user", "ada").status()).isEqualTo(200);
    assertThat(list("user", "bob").status()).isEqualTo(401);
  }

  @Test
  void usersReadWhatIsTheirs() {
    grant = new Grant(NONE, NONE, false, new Token(null, "ada", null, null, null));
    assertThat(list("user", "ada").status()).isEqualTo(200);
    assertThat(list("user", "bob").status()).isEqualTo(401);
    assertThat(post("{\"title\":\"Hi\"}").status()).isEqualTo(401);
  }

  @Test
  void whoMayPublishToAUsersTopicMaySendToThem() {
    grant = new Grant(TopicSelector.parse(List.of("notifications/ada")), NONE, false, null);
    assertThat(post("{\"title\":\"Hi\",\"user\":\"ada\"}").status()).isEqualTo(201);
    assertThat(post("{\"title\":\"Hi\",\"user\":\"bob\"}").status()).isEqualTo(401);
    assertThat(post("{\"title\":\"Hi\"}").status()).isEqualTo(401);
  }

  @Test
  void keepsNothingFromWhoMayNotPublish() {
    grant = Grant.NONE;

    assertThat(post("{\"title\":\"Hi\"}").status()).isEqualTo(401);
    assertThat(whole(notifications.unpublishedRows(1))).isEmpty();
    assertThat(wakeUps).isZero();
  }

  @Test
  void keepsNothingOfABadBody() {
    assertThat(post("{}").text()).contains("title is missing");
    assertThat(post("{\"title\":\"\"}").status()).isEqualTo(400);
    assertThat(post("{\"title\":\"t\",\"body\":\"\\u0000\"}").status()).isEqualTo(400);
    assertThat(post("{\"title\":\"t\",\"link\":\"javascript:x\"}").status()).isEqualTo(400);
    assertThat(post("{\"title\":\"t\",\"expiresAt\":\"" + TIME + "\"}").text())
        .contains("expiresAt is not in the future");

    assertThat(whole(notifications.unpublishedRows(1))).isEmpty();
  }

  @Test
  void knowsNoOtherMethodsOrPaths() {
    Exchange put = new Exchange("PUT", "/api/notifications", null).through(servlet);
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.header("Allow")).isEqualTo("GET, HEAD, POST, OPTIONS");

    assertThat(get("/17", Map.of()).status()).isEqualTo(404);
    assertThat(get("/x/read", Map.of()).status()).isEqualTo(404);
    assertThat(post("/17", "{}").status()).isEqualTo(404);
    assertThat(post("/0/read", "{}").status()).isEqualTo(404);
    assertThat(get("/17/read", Map.of()).header("Allow")).isEqualTo("POST, OPTIONS");
    assertThat(get("/read", Map.of()).status()).isEqualTo(405);
    assertThat(post("/unread", "{}").header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
  }

  @Test
  void asksToComeBackWhenTheDatabaseIsAway() {
    tables.goAway("away");

    assertThat(list().status()).isEqualTo(503);
    assertThat(post("{\"title\":\"Hi\"}").header("Retry-After")).isEqualTo("5");
  }

  private Notification add(@Nullable String user) {
    return notifications.add(new NewNotification(user, "t", ""));
  }

  private Exchange list() {
    return new Exchange("GET", "/api/notifications", null).through(servlet);
  }

  private Exchange list(String parameter, String... values) {
    return new Exchange("GET", "/api/notifications", null)
        .parameter(parameter, values)
        .through(servlet);
  }

  private Exchange list(Map<String, String> parameters) {
    return get(null, parameters);
  }

  private Exchange get(@Nullable String path, Map<String, String> parameters) {
    Exchange exchange = new Exchange("GET", "/api/notifications", path);
    parameters.forEach(exchange::parameter);
    return exchange.through(servlet);
  }

  private Exchange post(String body) {
    return post(null, body);
  }

  private Exchange keyed(String body, String key) {
    return new Exchange("POST", "/api/notifications", null)
        .with("Idempotency-Key", key)
        .json(body)
        .through(servlet);
  }

  private static Token token(String subject) {
    return new Token(null, subject, null, null, null);
  }

  private Exchange post(@Nullable String path, String body) {
    return new Exchange("POST", "/api/notifications", path).json(body).through(servlet);
  }

  private static String text(Notification notification) {
    return NotificationJson.text(notification);
  }

  private static String unread(Notification notification) {
    return text(notification).replaceFirst("}$", ",\"read\":false}");
  }

  private void woken() {
    wakeUps++;
  }
}
