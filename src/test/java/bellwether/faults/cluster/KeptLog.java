package bellwether.faults.cluster;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.Publication;
import bellwether.faults.Findings;
import bellwether.faults.NumberedEvent;
import bellwether.faults.Topic;
import bellwether.faults.Topics;
import bellwether.faults.Wrong;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the log has in the end, after all fail-overs. Immutable once it is filled. */
final class KeptLog {
  private static final int FETCH = 1_000; // rows at a time

  /**
   * The positions that an epoch has given, or may have given, and not kept: those in {@code (after,
   * through]}.
   *
   * @param isByLagging whether the server lacked something that took over then
   */
  record Lost(long after, long through, boolean isByLagging) {
    boolean has(long position) {
      return position > after && position <= through;
    }
  }

  private final List<Lost> lost;
  private final List<Long> positions = new ArrayList<>(); // of the events, in order
  private final List<NumberedEvent> events = new ArrayList<>();
  private final Map<NumberedEvent, Long> byEvent = new HashMap<>();
  private final Findings findings;
  private final int[] last; // the number of the last event of each topic
  private Instant clock = Instant.MIN; // what the feed of the time published last

  KeptLog(List<Lost> lost, Topics topics, Findings findings) {
    this.lost = List.copyOf(lost);
    this.findings = findings;
    this.last = new int[topics.size()];
  }

  /**
   * Reads it from the database.
   *
   * @throws IllegalStateException if not every fail-over has ended an epoch
   */
  static KeptLog read(Connection connection, Takeovers takeovers, Topics topics, Findings findings)
      throws SQLException {
    KeptLog log = new KeptLog(lost(connection, takeovers), topics, findings);
    connection.setAutoCommit(false); // else all rows would be fetched at once
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT position, body FROM bellwether_log.entry ORDER BY position")) {
        while (rows.next()) {
          log.add(rows.getLong(1), EntryRecord.decode(rows.getBytes(2), 0).publication(), topics);
        }
      }
    } catch (DamagedException e) {
      findings.add(Wrong.DAMAGED, "an entry of the log: " + e);
    }
    return log;
  }

  private static List<Lost> lost(Connection connection, Takeovers takeovers) throws SQLException {
    List<Lost> lost = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT first, last FROM bellwether_log.epoch ORDER BY number")) {
      rows.next();
      long after = rows.getLong(2);
      while (rows.next()) {
        lost.add(new Lost(after, rows.getLong(1) - 1, takeovers.mayLose(lost.size())));
        after = rows.getLong(2);
      }
    }
    if (lost.size() != takeovers.count()) {
      throw new IllegalStateException(
          "%d epochs have ended in %d fail-overs".formatted(lost.size(), takeovers.count()));
    }
    return lost;
  }

  private void add(long position, Publication publication, Topics topics) {
    if (NumberedEvent.isOurs(publication.data())) {
      NumberedEvent event = NumberedEvent.of(publication.data(), topics);
      if (event == null) {
        findings.add(Wrong.DAMAGED, "the log has at " + position + ": " + publication.data());
      } else {
        add(position, event);
      }
    } else if (publication.topics().get(0).name().equals("clock")) {
      addClock(position, Instant.parse(publication.data()));
    }
  }

  /** A node that was paused must not publish what it had before, once another has the feeds. */
  private void addClock(long position, Instant time) {
    if (time.isBefore(clock)) {
      findings.add(
          Wrong.MISORDERED, "the log has %s at %d after %s".formatted(time, position, clock));
    }
    clock = time;
  }

  /** Adds the next one; finds it if it is here already, or is out of order. */
  void add(long position, NumberedEvent event) {
    String what =
        "the log has %s %d at %d".formatted(event.topic().name(), event.number(), position);
    Long former = byEvent.put(event, position);
    int place = event.topic().place();
    if (former != null) {
      findings.add(Wrong.DOUBLED, what + " and at " + former);
    } else if (event.number() < last[place]) {
      findings.add(Wrong.MISORDERED, what + " after number " + last[place]);
    }
    last[place] = Math.max(last[place], event.number());
    positions.add(position);
    events.add(event);
  }

  int size() {
    return positions.size();
  }

  long positionAt(int index) {
    return positions.get(index);
  }

  NumberedEvent eventAt(int index) {
    return events.get(index);
  }

  /** Returns the index of the event at a position; negative if there is none. */
  int indexOf(long position) {
    return Collections.binarySearch(positions, position);
  }

  /** Returns where an event is; -1 if it is not here. */
  long positionOf(NumberedEvent event) {
    return byEvent.getOrDefault(event, -1L);
  }

  /** Returns the number of the last event of a topic; 0 if there is none. */
  int last(Topic topic) {
    return last[topic.place()];
  }

  /** Returns what was lost around a position; null if nothing was. */
  @Nullable Lost lostAround(long position) {
    return lost.stream().filter(each -> each.has(position)).findFirst().orElse(null);
  }

  boolean isLostByLagging(long position) {
    Lost around = lostAround(position);
    return around != null && around.isByLagging;
  }

  /** Returns whether a lagging server took over between two positions. */
  boolean isLossBetween(long from, long to) {
    return lost.stream()
        .anyMatch(each -> each.isByLagging && from < each.through && to > each.after);
  }
}
