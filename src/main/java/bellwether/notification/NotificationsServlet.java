package bellwether.notification;

import bellwether.access.Gate;
import bellwether.access.IdempotencyKey;
import bellwether.auth.Grant;
import bellwether.exchange.ApiServlet;
import bellwether.exchange.Exchanges;
import bellwether.exchange.FieldNames;
import bellwether.exchange.HttpProblem;
import bellwether.exchange.Input;
import bellwether.exchange.Query;
import bellwether.exchange.RequestBody;
import bellwether.topic.Topic;
import bellwether.wire.DecimalText;
import bellwether.wire.UriText;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The servlet of {@code /api/notifications} and the paths below it: notifications and read marks.
 */
public final class NotificationsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final FieldNames LIST_PARAMETERS = FieldNames.of("user", "limit", "before");
  private static final FieldNames UNREAD_PARAMETERS = FieldNames.of("user");
  private static final FieldNames FIELDS =
      FieldNames.of("user", "title", "body", "severity", "link", "expiresAt");
  private static final FieldNames READ_FIELDS = FieldNames.of("user", "upTo");
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final Pattern ONE_READ = Pattern.compile("/([1-9][0-9]{0,18})/read");

  private final transient Gate gate;
  private final transient NotificationRepository notifications;
  private final transient ReadMarks readMarks;
  private final transient Runnable wakeFeed;
  private final transient Exchanges exchanges;
  private final transient Exchanges readers;
  private final transient InstantSource clock;

  /**
   * @param wakeFeed called after each change, once it is durable
   */
  public NotificationsServlet(
      Gate gate,
      NotificationRepository notifications,
      ReadMarks readMarks,
      Runnable wakeFeed,
      Exchanges exchanges,
      InstantSource clock) {
    this.gate = gate;
    this.notifications = notifications;
    this.readMarks = readMarks;
    this.wakeFeed = wakeFeed;
    this.exchanges = exchanges;
    this.readers = exchanges.forReaders();
    this.clock = clock;
  }

  @Override
  protected String allowed(HttpServletRequest request) {
    String path = path(request);
    if (path.equals("/unread")) {
      return "GET, HEAD, OPTIONS";
    }
    return isRead(path) ? "POST, OPTIONS" : "GET, HEAD, POST, OPTIONS";
  }

  @Override
  protected void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = path(request);
    if (path.equals("/")) {
      list(request, response);
    } else if (path.equals("/unread")) {
      unread(request, response);
    } else if (isRead(path)) {
      super.get(request, response);
    } else {
      throw nothingHere();
    }
  }

  @Override
  protected void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String path = path(request);
    Matcher oneRead = ONE_READ.matcher(path);
    if (path.equals("/")) {
      add(request, response);
    } else if (path.equals("/read")) {
      markUpTo(request, response);
    } else if (oneRead.matches()) {
      mark(oneRead.group(1), request, response);
    } else if (path.equals("/unread")) {
      super.post(request, response);
    } else {
      throw nothingHere();
    }
  }

  private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
    LIST_PARAMETERS.requireInQuery(request);
    String user = Query.one(request, "user");
    if (user != null) {
      Input.check(() -> NewNotification.requireUser(user));
      requireReader(request, user);
    }
    int limit = Query.count(request, "limit", MAX_LIMIT, DEFAULT_LIMIT);
    Long before = before(request);
    exchanges.inTurn(
        () -> {
          NotificationPage page = notifications.list(user, before, limit);
          link(page, user, limit, response);
          exchanges.json(request, response, HttpServletResponse.SC_OK, NotificationJson.page(page));
        });
  }

  private static void link(
      NotificationPage page, @Nullable String user, int limit, HttpServletResponse response) {
    Long next = page.next();
    if (next != null) {
      String named = user == null ? "" : "user=" + UriText.encode(user) + '&';
      response.setHeader(
          "Link", "<?" + named + "limit=" + limit + "&before=" + next + ">; rel=\"next\"");
    }
  }

  private void unread(HttpServletRequest request, HttpServletResponse response) throws IOException {
    UNREAD_PARAMETERS.requireInQuery(request);
    String user = Query.one(request, "user");
    if (user == null) {
      throw new HttpProblem(400, "user is missing");
    }
    Input.check(() -> NewNotification.requireUser(user));
    requireReader(request, user);
    String text = ReadJson.unread(user, readMarks.unread(user));
    exchanges.json(request, response, HttpServletResponse.SC_OK, text);
  }

  private void add(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Grant grant = gate.grantOf(request);
    Gate.require(request, grant.isPublisher());
    FIELDS.requireNoneInQuery(request); // if it were ignored, a user there would mean everyone
    String key = IdempotencyKey.of(request);
    RequestBody.requireJson(request);
    exchanges.withBody(request, response, body -> add(body.json(), key, grant, request, response));
  }

  private void add(
      JsonObject body,
      @Nullable String key,
      Grant grant,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    Notification notification =
        key == null
            ? notifications.add(content(body, grant, request))
            : once(IdempotencyKey.owned(key, grant), body, grant, request);
    wakeFeed.run();
    String text = NotificationJson.text(notification);
    exchanges.json(request, response, HttpServletResponse.SC_CREATED, text);
  }

  private NewNotification content(JsonObject body, Grant grant, HttpServletRequest request) {
    NewNotification content = Input.valid(() -> NotificationJson.parse(body, clock.instant()));
    Gate.require(request, grant.mayPublish(List.of(topicOf(content.user()))));
    return content;
  }

  /**
   * Returns the notification stored under this key before, whatever this body says, even if it has
   * expired since; otherwise adds a new one.
   */
  private Notification once(String key, JsonObject body, Grant grant, HttpServletRequest request) {
    Notification kept =
        notifications
            .find(key)
            .orElseGet(() -> notifications.add(content(body, grant, request), key));
    if (!grant.mayPublish(List.of(topicOf(kept.user())))) { // the client has lost that right since
      throw new HttpProblem(409, "the idempotency key belongs to a notification of somebody else");
    }
    return kept;
  }

  private void mark(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Grant grant = reader(request);
    RequestBody.requireJson(request);
    readers.withBody(
        request,
        response,
        body -> {
          JsonObject json = body.json();
          String user = Input.valid(() -> ReadJson.parseUser(json));
          Gate.require(request, mayMarkFor(user, grant));
          Long number = id(id);
          if (number == null || !readMarks.mark(user, number)) {
            throw new HttpProblem(404, user + " has no notification " + id);
          }
          marked(response);
        });
  }

  private void markUpTo(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Grant grant = reader(request);
    RequestBody.requireJson(request);
    readers.withBody(
        request,
        response,
        body -> {
          JsonObject json = body.json();
          ReadJson.UpTo upTo = Input.valid(() -> ReadJson.parseUpTo(json));
          Gate.require(request, mayMarkFor(upTo.user(), grant));
          readMarks.markUpTo(upTo.user(), upTo.notificationId());
          marked(response);
        });
  }

  private void marked(HttpServletResponse response) {
    wakeFeed.run();
    response.setHeader("Cache-Control", "no-store");
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
  }

  private void requireReader(HttpServletRequest request, String user) {
    Gate.require(request, mayReadOf(user, gate.grantOf(request)));
  }

  /** Refuses anonymous requests before reading the body, which has all fields. */
  private Grant reader(HttpServletRequest request) {
    Grant grant = gate.grantOf(request);
    Gate.require(request, !grant.equals(Grant.NONE));
    READ_FIELDS.requireNoneInQuery(request);
    return grant;
  }

  /**
   * Returns whether the request may read this user's notifications: its user is the same, or its
   * token grants the user's topic.
   */
  private static boolean mayReadOf(String user, Grant grant) {
    return grant.isOf(user) || grant.mayRead(List.of(topicOf(user)));
  }

  /**
   * Returns whether the request may mark this user's notifications as read. The right to read the
   * user's topic is not enough, since marks change what others see.
   */
  private static boolean mayMarkFor(String user, Grant grant) {
    return grant.isOf(user) || grant.mayPublish(List.of(topicOf(user)));
  }

  private static Topic topicOf(@Nullable String user) {
    return user == null ? NotificationTopics.EVERYONE : NotificationFeed.topic(user);
  }

  private static @Nullable Long before(HttpServletRequest request) {
    String text = Query.one(request, "before");
    if (text == null) {
      return null;
    }
    Long before = id(text);
    if (before == null) {
      throw new HttpProblem(400, "before must be the id of a notification");
    }
    return before;
  }

  /** Parses an id; returns null if the text is not one. */
  private static @Nullable Long id(String text) {
    return DecimalText.parseWhole(text, 1, Long.MAX_VALUE);
  }

  /** Returns the path below the collection; a slash for the collection itself. */
  private static String path(HttpServletRequest request) {
    String path = request.getPathInfo();
    return path == null ? "/" : path;
  }

  private static boolean isRead(String path) {
    return path.equals("/read") || ONE_READ.matcher(path).matches();
  }

  private static HttpProblem nothingHere() {
    return HttpProblem.nothingHere();
  }
}
