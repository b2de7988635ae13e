package bellwether.http;

import bellwether.notification.NewNotification;
import bellwether.notification.Notification;
import bellwether.notification.NotificationJson;
import bellwether.notification.NotificationRepository;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Notifications: {@code /api/notifications}. */
final class NotificationsServlet extends ApiServlet {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;

  private final transient Gate gate;
  private final transient NotificationRepository notifications;
  private final transient Runnable wakeFeed;
  private final int maxBodyBytes;

  /**
   * @param wakeFeed called after each change, once it is kept
   */
  NotificationsServlet(
      Gate gate, NotificationRepository notifications, Runnable wakeFeed, int maxBodyBytes) {
    this.gate = gate;
    this.notifications = notifications;
    this.wakeFeed = wakeFeed;
    this.maxBodyBytes = maxBodyBytes;
  }

  @Override
  String allowed(HttpServletRequest request) {
    return "GET, HEAD, POST, OPTIONS";
  }

  @Override
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requireCollection(request);
    String user = parameter(request, "user");
    if (user != null) {
      requireUser(user);
      if (!gate.grantOf(request).mayReadPrivate()) {
        throw HttpProblem.notGranted(request);
      }
    }
    int limit = limit(parameter(request, "limit"));
    String text = NotificationJson.list(notifications.list(user, limit));
    Answer.json(request, response, HttpServletResponse.SC_OK, text);
  }

  @Override
  void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    requireCollection(request);
    if (!gate.grantOf(request).mayPublish()) {
      throw HttpProblem.notGranted(request);
    }
    JsonObject body = RequestBody.json(request, maxBodyBytes);
    Notification notification = notifications.add(notification(body));
    wakeFeed.run();
    String text = NotificationJson.text(notification);
    Answer.json(request, response, HttpServletResponse.SC_CREATED, text);
  }

  private static NewNotification notification(JsonObject body) {
    try {
      return NotificationJson.parse(body);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  private static void requireUser(String user) {
    try {
      NewNotification.requireUser(user);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }

  static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (1 <= limit && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // falls through to the same answer
    }
    throw new HttpProblem(400, "limit must be a whole number from 1 to " + MAX_LIMIT);
  }

  private static void requireCollection(HttpServletRequest request) {
    String path = request.getPathInfo();
    if (path != null && !path.equals("/")) {
      throw new HttpProblem(404, "there is nothing here");
    }
  }

  private static @Nullable String parameter(HttpServletRequest request, String name) {
    try {
      return Form.ofQuery(request).one(name);
    } catch (IllegalArgumentException e) {
      throw new HttpProblem(400, String.valueOf(e.getMessage()));
    }
  }
}
