package bellwether.faults;

import java.util.Map;

/** The ways in which readers differ. */
enum ReaderKind {
  /** Reads everything that is not private. */
  ALL(12),
  /** Reads one topic by its name. */
  ONE(35),
  /** Reads all logs, by a template. */
  TEMPLATE(12),
  /** Reads logs whose ids are their publishers'. */
  NAMED(12),
  /** Has states come at a pace, with a log between them that must not be paced. */
  CALM(17),
  /** Shows the publisher's key, and reads what is private. */
  KEYED(6),
  /** Takes in little at a time, and reads logs and states. */
  SLOW(6);

  private final int share; // in percent

  ReaderKind(int share) {
    this.share = share;
  }

  /** The kind of reader {@code number}, such that every hundred are shared out as they should. */
  static ReaderKind of(int number) {
    int place = number * 37 % 100; // so that neighbours differ
    for (ReaderKind kind : values()) {
      place -= kind.share;
      if (place < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("the shares are not 100 in all");
  }

  /** The query of the stream, {@code one} being the log that it reads if it reads one. */
  String query(Topic one) {
    return switch (this) {
      case ALL -> "";
      case ONE -> "?topic=" + one.name();
      case TEMPLATE -> "?topic=" + encoded(Topic.Kind.LOG);
      case NAMED -> "?topic=" + encoded(Topic.Kind.NAMED) + "&topic=" + one.name();
      case CALM ->
          "?topic=" + encoded(Topic.Kind.STATE) + "&topic=" + one.name() + "&interval=250ms";
      case KEYED -> "?topic=" + encoded(Topic.Kind.SECRET);
      case SLOW -> "?topic=" + encoded(Topic.Kind.STATE) + "&topic=" + encoded(Topic.Kind.LOG);
    };
  }

  private static String encoded(Topic.Kind kind) {
    return kind.template().replace("{", "%7B").replace("}", "%7D");
  }

  /** Whether that query asks for the topic, and the reader may read it. */
  boolean wants(Topic topic, Topic one) {
    return switch (this) {
      case ALL -> topic.kind() != Topic.Kind.SECRET;
      case ONE -> topic.equals(one);
      case TEMPLATE -> topic.kind() == Topic.Kind.LOG;
      case NAMED -> topic.kind() == Topic.Kind.NAMED || topic.equals(one);
      case CALM -> topic.kind() == Topic.Kind.STATE || topic.equals(one);
      case KEYED -> topic.kind() == Topic.Kind.SECRET;
      case SLOW -> topic.kind() == Topic.Kind.STATE || topic.kind() == Topic.Kind.LOG;
    };
  }

  Map<String, String> headers(String key) {
    return this == KEYED ? Map.of("Authorization", "Bearer " + key) : Map.of();
  }
}
