package bellwether.hub;

import bellwether.eventlog.Topic;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Topics at the hub's own URL and below, whatever the host: only the hub publishes to them
 * (Mercure, draft 8, publication), or somebody could forge what it says of its subscribers.
 */
public final class HubNamespace {
  private static final String PATH = "/.well-known/mercure";
  private static final Url HUB =
      Objects.requireNonNull(Url.parse("https://hub.invalid" + PATH, null));

  /** Octets that mean the same encoded or not (RFC 3986, section 2.3). */
  private static final Pattern UNRESERVED =
      Pattern.compile("%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])");

  private HubNamespace() {}

  /** Whether the topic, resolved as a URL reference, lies there. */
  public static boolean has(Topic topic) {
    Url url = Url.parse(topic.name(), HUB);
    if (url == null) {
      return false;
    }
    String path =
        UNRESERVED.matcher(url.get(UrlComponent.PATHNAME)).replaceAll(HubNamespace::plain);
    return path.equals(PATH) || path.startsWith(PATH + "/");
  }

  private static String plain(MatchResult octet) {
    char character = (char) Integer.parseInt(octet.group(1), 16);
    return Matcher.quoteReplacement(String.valueOf(character));
  }
}
