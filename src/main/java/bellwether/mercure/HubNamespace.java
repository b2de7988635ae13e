package bellwether.mercure;

import bellwether.topic.Topic;
import bellwether.topic.Url;
import java.util.Objects;
import java.util.regex.Pattern;

/** The topics that are reserved for the hub (Mercure): no client may publish to them. */
public final class HubNamespace {
  private static final String PATH = "/.well-known/mercure";
  private static final Url HUB =
      Objects.requireNonNull(Url.parse("https://hub.invalid" + PATH, null));

  /** A percent-encoded character that means the same unencoded (RFC 3986, section 2.3). */
  private static final Pattern NEEDLESS =
      Pattern.compile("%(2[DEde]|3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa]|5[Ff]|7[Ee])");

  private HubNamespace() {}

  /**
   * Returns whether the topic, resolved as a browser would resolve it, has the hub's path or one
   * below it, on any host. A topic that is not a URL has no path.
   */
  public static boolean has(Topic topic) {
    Url url = Url.parse(topic.name(), HUB);
    if (url == null) {
      return false;
    }
    String path = NEEDLESS.matcher(url.pathname()).replaceAll(escape -> decoded(escape.group(1)));
    return path.equals(PATH) || path.startsWith(PATH + '/');
  }

  private static String decoded(String hex) {
    return Character.toString(Integer.parseInt(hex, 16));
  }
}
