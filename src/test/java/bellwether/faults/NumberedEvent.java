package bellwether.faults;

import org.jspecify.annotations.Nullable;

/**
 * Event {@code number} of a topic, counted from 1. Its data follow from the two alone, so that a
 * reader can tell whether every byte of them is as it was published.
 */
public record NumberedEvent(Topic topic, int number) {
  private static final String MARK = "fault-run ";
  private static final String FILLING = "The quick brown fox jumps over the lazy dög. ";

  /** Mostly short; now and then of several lines, or of more than one packet. */
  public String data() {
    StringBuilder data =
        new StringBuilder(MARK).append(topic.name()).append(' ').append(number).append(' ');
    int length = data.length() + length();
    while (data.length() < length) {
      data.append(FILLING);
      if (number % 7 == 0) {
        data.append('\n');
      }
    }
    data.setLength(length);
    return data.toString();
  }

  private int length() {
    if (number % 40 == 0) {
      return 6_000;
    }
    return number % 7 == 0 ? 200 : number % 64;
  }

  /** Whether this claims to be data of ours; the server publishes some of its own. */
  public static boolean isOurs(String data) {
    return data.startsWith(MARK);
  }

  /** The event that has exactly these data; null if there is none. */
  public static @Nullable NumberedEvent of(String data, Topics topics) {
    String[] words = data.split(" ", 4);
    if (words.length < 4 || !words[2].matches("[1-9]\\d{0,8}")) {
      return null;
    }
    Topic topic = topics.named(words[1]);
    if (topic == null) {
      return null;
    }
    NumberedEvent event = new NumberedEvent(topic, Integer.parseInt(words[2]));
    return event.data().equals(data) ? event : null;
  }
}
