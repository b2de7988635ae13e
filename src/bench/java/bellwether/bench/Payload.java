package bellwether.bench;

/**
 * The data of a measured event: its length, who published it, its number among that publisher's
 * events of the topic, when it was due ({@link System#nanoTime}), and filling. No character of it
 * needs escaping in a form or in JSON.
 */
final class Payload {
  private static final String FILLING = "x".repeat(1 << 16);

  private Payload() {}

  static String of(int length, int publisher, long number, long dueNanos) {
    String head = length + "-" + publisher + "-" + number + "-" + dueNanos + "-";
    if (head.length() > length) {
      throw new IllegalArgumentException("needs at least " + head.length() + " characters");
    }
    return head + FILLING.substring(0, length - head.length());
  }

  /** What looks like no measured event, and is not counted by those who read it. */
  static String filling(int length) {
    return FILLING.substring(0, length);
  }
}
