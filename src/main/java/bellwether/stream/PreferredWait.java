package bellwether.stream;

import bellwether.exchange.HeaderText;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Pattern;

/** The time that a client wants to wait for its answer: {@code Prefer: wait=25} (RFC 7240, 4.3). */
final class PreferredWait {
  /** The longest wait: less than the minute after which many proxies give up. */
  static final Duration MAX = Duration.ofSeconds(55);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private PreferredWait() {}

  /**
   * Returns the time that the client asks for, at most {@link #MAX}; empty if it asks for none. If
   * there are several, the first counts.
   *
   * @throws IllegalArgumentException if it is not a number of seconds
   */
  static Optional<Duration> of(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Prefer")).stream()
        .flatMap(header -> HeaderText.split(header, ',').stream())
        .map(preference -> preference.split(";", 2)[0].split("=", 2))
        .filter(parts -> parts[0].strip().equalsIgnoreCase("wait"))
        .findFirst()
        .map(parts -> seconds(parts.length == 1 ? "" : parts[1].strip()));
  }

  /** Returns the value of the header {@code Preference-Applied}. */
  static String applied(Duration wait) {
    return "wait=" + wait.toSeconds();
  }

  private static Duration seconds(String value) {
    String text = value.replace("\"", "");
    if (!SECONDS.matcher(text).matches()) {
      throw new IllegalArgumentException("wait in Prefer must be seconds, such as wait=25");
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(text));
    return asked.compareTo(MAX) < 0 ? asked : MAX;
  }
}
