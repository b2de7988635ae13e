package bellwether.launch;

import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Removes the secrets in URLs from the server's log lines about requests: queries, which may
 * contain tokens, and the keys of streams in paths.
 */
final class WithoutUrls implements Filter {
  private static final Pattern SECRET = Pattern.compile("(\\?|/events/)[^\\s?]\\S*");

  @Override
  public boolean isLoggable(LogRecord entry) {
    String message = entry.getMessage();
    if (message != null) {
      entry.setMessage(without(message));
    }
    if (hasSecret(entry.getThrown())) { // its message cannot be shown without the URL
      entry.setMessage(entry.getMessage() + ": " + entry.getThrown().getClass().getName());
      entry.setThrown(null);
    }
    return true;
  }

  private static String without(String text) {
    Matcher secret = SECRET.matcher(text);
    return secret.replaceAll("$1…");
  }

  private static boolean hasSecret(@Nullable Throwable thrown) {
    for (Throwable one = thrown; one != null; one = one.getCause()) {
      if (one.getMessage() != null && SECRET.matcher(one.getMessage()).find()) {
        return true;
      }
    }
    return false;
  }
}
