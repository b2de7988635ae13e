package bellwether.notification;

import java.net.URI;
import java.net.URISyntaxException;

/** The rules for a notification's link: a web page, or a path on the site that shows it. */
final class Link {
  private static final int MAX_LENGTH = 2000;

  private Link() {}

  /**
   * Checks a link that readers will click on. Of the URLs that {@link URI} accepts, these are
   * refused: schemes that run code or carry content ({@code javascript:}, {@code data:}), user
   * names, which can be made to look like a host, and URLs that browsers read differently from RFC
   * 3986, such as {@code http:host} and {@code ///host}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static void require(String link) {
    if (link.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("link is longer than " + MAX_LENGTH + " characters");
    }
    if (link.isEmpty()) {
      throw new IllegalArgumentException("link is empty");
    }
    if (link.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException(
          "link contains a character that must be percent-encoded: only visible ASCII is taken");
    }
    URI uri = parse(link);
    if (uri.getScheme() != null) {
      requireWebPage(uri);
    } else if (link.startsWith("//")) {
      throw new IllegalArgumentException("link names a host but no scheme");
    }
  }

  private static URI parse(String link) {
    try {
      return new URI(link);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("link is not a URL: " + e.getReason());
    }
  }

  private static void requireWebPage(URI uri) {
    String scheme = uri.getScheme();
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new IllegalArgumentException("link must be an http or https URL, or a path");
    }
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("link names no host");
    }
    if (uri.getRawUserInfo() != null) {
      throw new IllegalArgumentException("link contains a user name");
    }
  }
}
