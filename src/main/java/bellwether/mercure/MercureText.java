package bellwether.mercure;

import bellwether.eventlog.Publication;

/**
 * The Mercure protocol's own rules for texts, beyond those for all publishers (draft 8,
 * terminology).
 */
final class MercureText {
  private MercureText() {}

  /**
   * Checks that a text has no control characters, and no invisible ones, which could make two
   * topics look the same.
   *
   * @throws IllegalArgumentException naming the field
   */
  static String require(String field, String text) {
    if (text.codePoints().anyMatch(MercureText::isInvisible)) {
      throw new IllegalArgumentException(field + " has a control or format character");
    }
    return text;
  }

  private static boolean isInvisible(int character) {
    return Character.isISOControl(character) || Character.getType(character) == Character.FORMAT;
  }

  /** Checks the topics, the id and the type of an update. */
  static Publication require(Publication update) {
    update.topics().forEach(topic -> require("topic", topic.name()));
    String id = update.id();
    if (id != null && require("id", id).startsWith("#")) {
      throw new IllegalArgumentException("id starts with #, which is reserved for the hub");
    }
    String type = update.type();
    if (type != null) {
      require("type", type);
    }
    return update;
  }
}
