package bellwether.eventlog;

import bellwether.fixtures.Entries;
import bellwether.fixtures.MemoryLogs;
import bellwether.topic.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/** What the contracts of a log share: the log, its clock, and how it is filled and read. */
public abstract class LogContract {
  static final Topic NEWS = new Topic("news");
  static final Topic STATE = new Topic("state");
  static final int MANY = 100; // more than a small log keeps

  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  protected final InstantSource clock = () -> now;

  EventLog log = MemoryLogs.of(1); // until it is opened

  /** A new log that keeps about so many entries. */
  protected abstract EventLog newLog(int entries);

  void open(int entries) {
    log = newLog(entries);
  }

  void append(int times) {
    for (int i = 0; i < times; i++) {
      log.append(Publication.of(NEWS, "x"), false);
    }
  }

  void appendMany() {
    append(MANY - (int) log.newest() % MANY);
  }

  void append(String... data) {
    for (String text : data) {
      log.append(Publication.of(NEWS, text), false);
    }
  }

  ReadResult read(long after) {
    return log.readSlowly(Place.at(after), log.newest(), entry -> true, 1000);
  }

  long lost() {
    return log.lostThrough();
  }

  List<String> dataAfter(long position) {
    return Entries.data(Entries.behind(log, Place.at(position)));
  }

  List<LogEntry> all() {
    return Entries.behind(log, Place.at(0));
  }

  List<String> state() {
    return Entries.data(Entries.states(log));
  }

  static boolean isPublic(LogEntry entry) {
    return !entry.publication().isPrivate();
  }

  static EntryFilter on(Topic topic, Predicate<LogEntry> mayRead) {
    return new EntryFilter() {
      @Override
      public boolean mayConcern(List<Topic> topics) {
        return topics.contains(topic);
      }

      @Override
      public boolean test(LogEntry entry) {
        return mayConcern(entry.publication().topics()) && mayRead.test(entry);
      }
    };
  }

  static Publication withId(String id, Topic topic) {
    return new Publication(List.of(topic), false, id, null, null, "data", null);
  }
}
