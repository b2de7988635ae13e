package bellwether.http;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.fixtures.Tables;
import bellwether.notification.JdbcNotificationRepository;
import bellwether.notification.NewNotification;
import bellwether.notification.Notification;
import bellwether.notification.NotificationJson;
import bellwether.notification.NotificationRepository;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsServletTest {
  private static final Instant TIME = Instant.parse("2026-11-21T05:24:00Z");

  private final Tables tables = new Tables();
  private final NotificationRepository notifications =
      new JdbcNotificationRepository(tables.dataSource(), () -> TIME);
  private Grant grant = Grant.PUBLISHER;
  private int wakeUps;
  private final NotificationsServlet servlet =
      new NotificationsServlet(request -> grant, notifications, this::woken, 1000);

  @AfterEach
  void closeTables() throws SQLException {
    tables.close();
  }

  @Test
  void keepsANotificationAndWakesTheFeed() {
    Exchange post = post("{\"title\":\"Hi\",\"user\":\"ada\"}");
    Notification kept = notifications.unpublished(1).get(0);

    assertThat(post.status()).isEqualTo(201);
    assertThat(post.text()).isEqualTo(NotificationJson.text(kept));
    assertThat(kept.user()).isEqualTo("ada");
    assertThat(wakeUps).isEqualTo(1);
  }

  @Test
  void listsWhatIsForEveryoneAndForTheUserOneAsksFor() {
    Notification everyone = add(null);
    Notification ada = add("ada");

    assertThat(list().text()).isEqualTo(NotificationJson.list(List.of(everyone)));
    assertThat(list("user", "ada").text()).isEqualTo(NotificationJson.list(List.of(ada, everyone)));
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

  @ParameterizedTest
  @ValueSource(strings = {"0", "201", "-1", "x", "", "1.0", "99999999999"})
  void refusesAnotherLimit(String limit) {
    assertThat(list("limit", limit).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "é"})
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
    assertThat(named.status()).isEqualTo(401);
    assertThat(named.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
  }

  @Test
  void keepsNothingFromWhoMayNotPublish() {
    grant = Grant.NONE;

    assertThat(post("{\"title\":\"Hi\"}").status()).isEqualTo(401);
    assertThat(notifications.unpublished(1)).isEmpty();
    assertThat(wakeUps).isZero();
  }

  @Test
  void keepsNothingOfABadBody() {
    assertThat(post("{}").text()).contains("title is missing");
    assertThat(post("{\"title\":\"\"}").status()).isEqualTo(400);
    assertThat(post("{\"title\":\"t\",\"body\":\"\\u0000\"}").status()).isEqualTo(400);

    assertThat(notifications.unpublished(1)).isEmpty();
  }

  @Test
  void knowsNoOtherMethodsOrPaths() {
    Exchange put = new Exchange("PUT", "/api/notifications", null).through(servlet);
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.header("Allow")).isEqualTo("GET, HEAD, POST, OPTIONS");

    Exchange get = new Exchange("GET", "/api/notifications", "/17").through(servlet);
    assertThat(get.status()).isEqualTo(404);
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

  private Exchange post(String body) {
    return new Exchange("POST", "/api/notifications", null).json(body).through(servlet);
  }

  private void woken() {
    wakeUps++;
  }
}
