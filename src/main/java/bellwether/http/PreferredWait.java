package bellwether.http;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a client would wait for its answer: {@code Prefer: wait=25} (RFC 7240, 4.3). */
final class PreferredWait {
  /** Less than the minute after which many proxies give up. */
  static final Duration MOST = Duration.ofSeconds(55);

  /** One preference with its value, and whatever parameters it has; quoted text may hold commas. */
  private static final Pattern PREFERENCE =
      Pattern.compile(
          "\\s*([^\\s=;,\"]+)\\s*(?:=\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s;,\"]*))?\\s*"
              + "(?:;(?:\"(?:[^\"\\\\]|\\\\.)*\"|[^,\"])*)?(?:,|$)");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private PreferredWait() {}

  /**
   * As long as the client says, or as we would wait at most; empty if it says nothing. Of several
   * that it says, the first counts.
   *
   * @throws IllegalArgumentException if it says no number of seconds
   */
  static Optional<Duration> of(HttpServletRequest request) {
    for (String header : Collections.list(request.getHeaders("Prefer"))) {
      Matcher preference = PREFERENCE.matcher(header);
      while (preference.lookingAt()) {
        if (preference.group(1).equalsIgnoreCase("wait")) {
          return Optional.of(seconds(preference.group(2)));
        }
        if (preference.end() == header.length()) {
          break;
        }
        preference.region(preference.end(), header.length());
      }
    }
    return Optional.empty();
  }

  /** What the header {@code Preference-Applied} says. */
  static String applied(Duration wait) {
    return "wait=" + wait.toSeconds();
  }

  private static Duration seconds(@Nullable String value) {
    String text = value == null ? "" : value.replace("\"", "");
    if (!SECONDS.matcher(text).matches()) {
      throw new IllegalArgumentException("wait in Prefer must be seconds, such as wait=25");
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(text));
    return asked.compareTo(MOST) < 0 ? asked : MOST;
  }
}
