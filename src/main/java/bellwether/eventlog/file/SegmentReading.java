package bellwether.eventlog.file;

import bellwether.eventlog.file.EntryRecord.DamagedException;
import bellwether.eventlog.file.SegmentWalk.Placed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads all that can be read of a segment's file, and notes what cannot. One thread. */
final class SegmentReading {
  /*
   * What is damaged is passed over, up to the next record that is whole: so a tail that is torn,
   * after which nothing is whole, can be told from damage. Of an append that is torn nothing counts;
   * where more follows it had been whole once, and what is left of it does.
   */
  private final SegmentWalk walk;
  private final long base;
  private final boolean mayBeTorn;
  private final Visitor visitor;
  private final List<Finding> findings = new ArrayList<>();
  private long last;
  private long entries;
  private Instant from = Instant.MAX;
  private Instant to = Instant.MIN;
  private boolean isStopped;

  /** Says whether to go on. */
  interface Visitor {
    boolean visit(EntryRecord record) throws IOException;
  }

  private SegmentReading(SegmentWalk walk, long base, boolean mayBeTorn, Visitor visitor) {
    this.walk = walk;
    this.base = base;
    this.mayBeTorn = mayBeTorn;
    this.visitor = visitor;
    this.last = base - 1;
  }

  /**
   * Reads the file, or as much of it as the visitor wants.
   *
   * @param mayBeTorn whether it is the one that grows
   * @throws IOException if it cannot be read, or its version is one that we do not know
   */
  static SegmentReport of(ReadableDisk disk, long base, boolean mayBeTorn, Visitor visitor)
      throws IOException {
    try (SegmentWalk walk = new SegmentWalk(disk, base)) {
      SegmentReading reading = new SegmentReading(walk, base, mayBeTorn, visitor);
      while (reading.step()) {}
      return reading.report();
    }
  }

  private SegmentReport report() {
    return new SegmentReport(
        Segment.nameOf(base), base, last, entries, walk.size(), from, to, List.copyOf(findings));
  }

  /** Whether there may be more. */
  private boolean step() throws IOException {
    long whole = walk.place();
    try {
      List<Placed> append = walk.next();
      take(append);
      return !append.isEmpty() && !isStopped;
    } catch (DamagedException e) {
      long place = walk.place();
      List<Placed> begun = walk.begun();
      if (!walk.resume()) {
        noteTail(whole, e);
        return false;
      }
      take(begun);
      findings.add(
          Finding.damage(
              "damaged after position %d: %s; %d bytes cannot be read"
                  .formatted(last, e.getMessage(), walk.place() - place)));
      return !isStopped;
    }
  }

  private void noteTail(long whole, DamagedException what) {
    long bytes = walk.size() - whole;
    findings.add(
        mayBeTorn
            ? Finding.note(
                "torn tail after position %d: %s; %d bytes would be cut at opening"
                    .formatted(last, what.getMessage(), bytes))
            : Finding.damage(
                "damaged after position %d: %s; its other %d bytes cannot be read"
                    .formatted(last, what.getMessage(), bytes)));
  }

  private void take(List<Placed> append) throws IOException {
    for (Placed placed : append) {
      EntryRecord entry = placed.entry();
      last = entry.position();
      entries++;
      from = from.isBefore(entry.time()) ? from : entry.time();
      to = to.isAfter(entry.time()) ? to : entry.time();
      if (!isStopped && !visitor.visit(entry)) {
        isStopped = true;
      }
    }
  }
}
