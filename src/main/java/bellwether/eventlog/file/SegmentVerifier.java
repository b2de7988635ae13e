package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.EntryRecord.DamagedException;
import bellwether.eventlog.file.SegmentWalk.Placed;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Verifies a segment's file: reads every readable entry, and reports the rest. One thread. */
final class SegmentVerifier {
  /*
   * A damaged part is skipped, up to the next whole record. So a torn tail, after which no record
   * is whole, can be told from damage. No entry of a torn append counts. If whole records follow,
   * the append was whole once, and its remaining entries count.
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

  /** Visits each entry, and says whether to go on. */
  interface Visitor {
    boolean visit(EntryRecord record) throws IOException;
  }

  private SegmentVerifier(SegmentWalk walk, long base, boolean mayBeTorn, Visitor visitor) {
    this.walk = walk;
    this.base = base;
    this.mayBeTorn = mayBeTorn;
    this.visitor = visitor;
    this.last = base - 1;
  }

  /**
   * Reads the file, or as much of it as the visitor wants.
   *
   * @param mayBeTorn whether it is the segment that grows
   * @throws IOException if it cannot be read, or its version is unknown
   */
  static SegmentReport of(ReadableDisk disk, long base, boolean mayBeTorn, Visitor visitor)
      throws IOException {
    try (SegmentWalk walk = new SegmentWalk(disk, base)) {
      SegmentVerifier verifier = new SegmentVerifier(walk, base, mayBeTorn, visitor);
      while (verifier.step()) {}
      return verifier.report();
    }
  }

  private SegmentReport report() {
    return new SegmentReport(
        Segment.nameOf(base), base, last, entries, walk.size(), from, to, List.copyOf(findings));
  }

  /** Reads the next append; returns whether there may be more. */
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
