package bellwether.tool;

import bellwether.eventlog.file.Finding;
import bellwether.eventlog.file.SegmentReport;
import bellwether.eventlog.file.StoredLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;

/** Reads a log through, and prints a line for each segment and for each fault in one. */
final class Verification {
  private final Writer out;
  private long segments;
  private long entries;
  private long bytes;
  private long damages;

  Verification(Writer out) {
    this.out = out;
  }

  /** Runs the verification; returns whether the log is whole. */
  boolean run(StoredLog log) throws IOException {
    StoredLog.Rest rest;
    try {
      rest = log.check(this::print);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    print("states: " + rest.retained());
    print("manifest: " + rest.manifest());
    print(rest.findings());
    print(
        "%s: %d entries in %d segments of %d bytes"
            .formatted(damages == 0 ? "whole" : "DAMAGED", entries, segments, bytes));
    return damages == 0;
  }

  private void print(SegmentReport report) {
    segments++;
    entries += report.entries();
    bytes += report.bytes();
    try {
      print(
          report.entries() == 0
              ? "%s: empty, from %d on, %d bytes"
                  .formatted(report.file(), report.first(), report.bytes())
              : "%s: %d to %d, %d entries, %d bytes, %s to %s"
                  .formatted(
                      report.file(),
                      report.first(),
                      report.last(),
                      report.entries(),
                      report.bytes(),
                      report.from(),
                      report.to()));
      print(report.findings());
      out.flush(); // a large log takes its time
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(List<Finding> findings) throws IOException {
    for (Finding finding : findings) {
      damages += finding.isDamage() ? 1 : 0;
      print((finding.isDamage() ? "  DAMAGE: " : "  note: ") + finding.text());
    }
  }

  private void print(String line) throws IOException {
    out.write(line + '\n');
  }
}
