package bellwether.eventlog.shared;

import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entry by which one node tells all nodes something at one position of the log, such as that a
 * token has been revoked. No reader ever gets it.
 */
final class ControlEntry {
  /*
   * Its type is one that is reserved for the server, so nobody else can publish it: neither over
   * HTTP, nor in process, nor by SQL.
   */
  static final String TYPE = "revoked";

  private static final Topic TOPIC = new Topic("/.well-known/bellwether/control");

  private ControlEntry() {}

  static Publication of(String message) {
    return new Publication(List.of(TOPIC), true, null, TYPE, null, message, null);
  }

  private static boolean is(LogEntry entry) {
    return TYPE.equals(entry.publication().type());
  }

  /** Returns the messages of those entries that are control entries. */
  static List<String> messagesIn(List<LogEntry> entries) {
    List<String> messages = List.of();
    for (LogEntry entry : entries) {
      if (is(entry)) {
        messages = messages.isEmpty() ? new ArrayList<>() : messages;
        messages.add(entry.publication().data());
      }
    }
    return messages;
  }

  /** Returns a filter that passes, of the wanted entries, those that readers may get. */
  static EntryFilter without(EntryFilter wanted) {
    return new Others(wanted);
  }

  private record Others(EntryFilter wanted) implements EntryFilter {
    @Override
    public boolean test(LogEntry entry) {
      return !is(entry) && wanted.test(entry);
    }

    @Override
    public boolean mayConcern(List<Topic> topics) {
      return wanted.mayConcern(topics);
    }

    @Override
    public @Nullable Set<Topic> exactTopics() {
      return wanted.exactTopics();
    }
  }
}
