package bellwether.eventlog;

import java.util.Collection;
import java.util.Comparator;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * An index in memory from the ids that publishers gave to the entries that have them. Several
 * entries may share an id. Any thread.
 */
public final class EntriesById {
  private final ConcurrentNavigableMap<Name, LogEntry> entries = new ConcurrentSkipListMap<>();

  private record Name(String id, long position) implements Comparable<Name> {
    private static final Comparator<Name> ORDER =
        Comparator.comparing(Name::id).thenComparingLong(Name::position);

    @Override
    public int compareTo(Name other) {
      return ORDER.compare(this, other);
    }
  }

  /** Adds an entry; does nothing if its publisher gave it no id. */
  public void add(LogEntry entry) {
    String id = entry.publication().id();
    if (id != null) {
      entries.put(new Name(id, entry.position()), entry);
    }
  }

  /** Removes an entry; does nothing if it is not here. */
  public void remove(LogEntry entry) {
    String id = entry.publication().id();
    if (id != null) {
      entries.remove(new Name(id, entry.position()));
    }
  }

  public Collection<LogEntry> newestFirst(String id) {
    return entries
        .subMap(new Name(id, Long.MIN_VALUE), true, new Name(id, Long.MAX_VALUE), true)
        .descendingMap()
        .values();
  }
}
