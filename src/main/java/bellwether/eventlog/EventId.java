package bellwether.eventlog;

import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of an entry, or of a place between entries: the epoch, which names the life of the log
 * that gave the id, and the position there. Clients send its text back as {@code Last-Event-ID}:
 * {@code bw} and nine base-36 digits, a hyphen, the position.
 *
 * <p>By the epoch a log can tell that an id is not its own; otherwise it would mistake another
 * log's position for one of its own.
 */
public record EventId(String epoch, long position) {
  private static final String PREFIX = "bw";
  private static final int EPOCH_DIGITS = 9;
  private static final Pattern SHAPE =
      Pattern.compile("(" + PREFIX + "[0-9a-z]{" + EPOCH_DIGITS + "})-(0|[1-9][0-9]{0,17})");

  public EventId {
    if (!isEpoch(epoch)) {
      throw new IllegalArgumentException("not an epoch: " + epoch);
    }
    if (position < 0) {
      throw new IllegalArgumentException("negative position: " + position);
    }
  }

  private static boolean isEpoch(String text) { // no regex: this is called for each event
    boolean isEpoch = text.startsWith(PREFIX) && text.length() == PREFIX.length() + EPOCH_DIGITS;
    for (int i = PREFIX.length(); isEpoch && i < text.length(); i++) {
      char c = text.charAt(i);
      isEpoch = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }
    return isEpoch;
  }

  /** Reads the text of an id; returns null if it does not have the form of one of the log's own. */
  public static @Nullable EventId parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    return matcher.matches()
        ? new EventId(matcher.group(1), Long.parseLong(matcher.group(2)))
        : null;
  }

  /** Returns a random name for a new life of a log; two draws are equal once in about 10^14. */
  public static String newEpoch(RandomGenerator random) {
    StringBuilder epoch = new StringBuilder(PREFIX);
    for (int i = 0; i < EPOCH_DIGITS; i++) {
      epoch.append(Character.forDigit(random.nextInt(36), 36));
    }
    return epoch.toString();
  }

  @Override
  public String toString() {
    return epoch + '-' + position;
  }
}
