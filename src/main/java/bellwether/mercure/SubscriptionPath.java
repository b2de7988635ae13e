package bellwether.mercure;

import bellwether.exchange.HttpProblem;
import bellwether.exchange.HubUrl;
import bellwether.exchange.Input;
import bellwether.wire.UriText;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The paths of active subscriptions, below the hub's, relative to the application. Each part is
 * percent-encoded once. They are parsed from the undecoded URL: containers would take an encoded
 * slash, of which topics have many, for a separator.
 */
final class SubscriptionPath {
  static final String ROOT = HubUrl.PATH + "/subscriptions";

  private SubscriptionPath() {}

  static String of(List<String> parts) {
    StringBuilder path = new StringBuilder(ROOT);
    for (String part : parts) {
      path.append('/').append(UriText.encode(part));
    }
    return path.toString();
  }

  /**
   * Returns the decoded parts of the request's path below the root.
   *
   * @throws HttpProblem if it is not the path of subscriptions
   */
  static List<String> parts(HttpServletRequest request) {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (path.equals(ROOT)) {
      return List.of();
    }
    if (!path.startsWith(ROOT + '/')) {
      throw HttpProblem.nothingHere();
    }
    List<String> parts = new ArrayList<>();
    for (String part : path.substring(ROOT.length() + 1).split("/", -1)) {
      if (part.isEmpty()) {
        throw HttpProblem.nothingHere();
      }
      parts.add(Input.valid(() -> UriText.decode(part)));
    }
    return parts;
  }
}
