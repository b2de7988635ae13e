package bellwether.hub;

import bellwether.eventlog.LogEntry;
import bellwether.topic.Topic;
import java.util.List;
import java.util.function.Predicate;

/** May read what is private on these topics, among others perhaps. */
record Granted(List<Topic> topics) implements Predicate<LogEntry> {
  static final Granted NOTHING = new Granted(List.of());

  @Override
  public boolean test(LogEntry entry) {
    return mayRead(entry.publication().topics());
  }

  boolean mayRead(List<Topic> published) {
    return published.stream().anyMatch(topics::contains);
  }
}
