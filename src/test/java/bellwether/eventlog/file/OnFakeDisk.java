package bellwether.eventlog.file;

import bellwether.eventlog.EventId;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/** A log on a disk that a test can fill, damage, and cut the power of. */
abstract class OnFakeDisk {
  static final Topic NEWS = new Topic("news");
  static final Topic STATE = new Topic("state");

  final FakeDisk disk = new FakeDisk();
  final Random random = new Random(1);
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  final InstantSource clock = () -> now;

  FileEventLog open(FakeDisk from, int entries) {
    return FileLogs.open(from, FileLogs.limits(entries), FileLogs.ALWAYS, clock, random);
  }

  FileEventLog open(FakeDisk from, SyncPolicy policy, String boot) {
    return FileLogs.open(from, FileLogs.limits(1000), policy, boot, clock, random);
  }

  static EventId append(FileEventLog log, String data) {
    return log.append(event(data), false);
  }

  static Publication event(String data) {
    return Publication.of(NEWS, data);
  }

  static Publication keyed(String id, String key) {
    return new Publication(List.of(STATE), false, id, null, null, "keyed", key);
  }

  /** What the events say that are left. */
  static List<String> data(FileEventLog log) {
    return Entries.data(Entries.behind(log, Place.regardlessOfLosses(log.oldest() - 1)));
  }

  static List<String> states(FileEventLog log) {
    return Entries.data(Entries.states(log));
  }
}
