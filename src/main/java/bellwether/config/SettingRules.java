package bellwether.config;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules that values of settings have to keep, beyond their type. */
final class SettingRules {
  /** The form of an origin: a scheme, a host and perhaps a port; no path, not even a slash. */
  private static final Pattern ORIGIN = Pattern.compile("https?://[^\\s/?#@]+");

  private static final Pattern LOOPBACK =
      Pattern.compile("(?i)localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private SettingRules() {}

  static boolean isOrigin(String text) {
    return ORIGIN.matcher(text).matches();
  }

  /** Reads an interval of {@code bellwether.log.sync}; returns null if the text is not one. */
  static @Nullable Duration syncInterval(String text) {
    Duration interval = Durations.parse(text);
    boolean isWithin =
        interval != null
            && interval.compareTo(Duration.ofMillis(1)) >= 0
            && interval.compareTo(Duration.ofHours(1)) <= 0;
    return isWithin ? interval : null;
  }

  static boolean isSyncInterval(String text) {
    return syncInterval(text) != null;
  }

  static boolean isHttp(URI url) {
    return url.getHost() != null && Set.of("http", "https").contains(url.getScheme());
  }

  /**
   * Returns whether the URL is read over TLS, or on this machine: anyone who can change the keys
   * there can make tokens.
   */
  static boolean isTrusted(URI url) {
    String host = url.getHost();
    return host != null
        && url.getRawUserInfo() == null
        && ("https".equalsIgnoreCase(url.getScheme())
            || ("http".equalsIgnoreCase(url.getScheme()) && LOOPBACK.matcher(host).matches()));
  }
}
