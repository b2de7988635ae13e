package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry by which one node of those that share a log tells all of them something at one position,
 * such as that a token has been revoked. No reader ever gets it, also if the log is moved to files.
 */
public final class ControlEntry {
  /*
   * Its type is one that is reserved for the server, so nobody else can publish it: neither over
   * HTTP, nor in process, nor by SQL.
   */
  /** The type of these entries. */
  public static final String TYPE = "revoked";

  private static final Topic TOPIC = new Topic("/.well-known/bellwether/control");

  private ControlEntry() {}

  /** Returns the publication that tells all nodes this. */
  public static Publication of(String message) {
    return new Publication(List.of(TOPIC), true, null, TYPE, null, message, null);
  }

  /** Returns whether an entry is one for the nodes. */
  public static boolean is(LogEntry entry) {
    return TYPE.equals(entry.publication().type());
  }

  /** Returns the messages of those entries that are control entries. */
  public static List<String> messagesIn(List<LogEntry> entries) {
    List<String> messages = List.of();
    for (LogEntry entry : entries) {
      if (is(entry)) {
        messages = messages.isEmpty() ? new ArrayList<>() : messages;
        messages.add(entry.publication().data());
      }
    }
    return messages;
  }
}
