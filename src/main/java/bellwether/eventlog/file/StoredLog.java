package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.EventId;
import bellwether.eventlog.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log on the disk. They are read without a lock and without being changed, also
 * while a server writes to them. One thread.
 */
public final class StoredLog {
  private final ReadableDisk disk;

  /**
   * The part of a check about the files other than segments.
   *
   * @param retained the number of retained entries that have outlived their segments
   * @param manifest the contents of the manifest, in a few words
   */
  public record Rest(int retained, String manifest, List<Finding> findings) {}

  /**
   * An entry as it is stored in a file.
   *
   * @param id the log's own id for it; the position alone if there is no manifest to say more
   * @param isRetained whether it is a retained state
   */
  public record Entry(
      String id, long position, Instant time, Publication publication, boolean isRetained) {}

  /** Receives entries one by one, the oldest first. */
  @FunctionalInterface
  public interface Visitor {

    /**
     * Receives the next entry.
     *
     * @return whether to go on
     */
    boolean visit(Entry entry) throws IOException;
  }

  StoredLog(ReadableDisk disk) {
    this.disk = disk;
  }

  /**
   * Opens the log in a directory.
   *
   * @throws IllegalArgumentException if there is no log
   * @throws IOException if the directory cannot be read
   */
  public static StoredLog in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(directory + " is no directory");
    }
    StoredLog log = new StoredLog(new ReadableDirectory(directory));
    if (!log.isThere()) {
      Path below = directory.resolve("log");
      boolean isBelow = Files.exists(below.resolve(Manifest.NAME));
      throw new IllegalArgumentException(
          "no event log is in " + directory + (isBelow ? ", but one is in " + below : ""));
    }
    return log;
  }

  private boolean isThere() throws IOException {
    return disk.read(Manifest.NAME) != null || !bases(disk).isEmpty();
  }

  /** Returns the positions where the log's segments begin, oldest first. */
  static List<Long> bases(ReadableDisk disk) throws IOException {
    return disk.list().stream().map(Segment::baseOf).filter(base -> base >= 0).sorted().toList();
  }

  /**
   * Returns the base of the segment that grows, and whose end may be torn: the last one that has
   * entries. An empty segment behind it was begun just now, or left behind when a disk failed.
   */
  static long growing(ReadableDisk disk, List<Long> bases) throws IOException {
    for (int i = bases.size() - 1; i > 0; i--) {
      if (hasEntries(disk, bases.get(i))) {
        return bases.get(i);
      }
    }
    return bases.isEmpty() ? 0 : bases.get(0);
  }

  private static boolean hasEntries(ReadableDisk disk, long base) throws IOException {
    try {
      return disk.size(Segment.nameOf(base)) > Segment.HEADER;
    } catch (NoSuchFileException e) {
      return true; // a segment that has been dropped had entries
    }
  }

  /**
   * Reads the entries after a position, first those retained ones whose segments have been dropped.
   *
   * @param findings receives what could not be read, after the entries before it
   * @throws IOException if the files cannot be read, or are of an unknown version
   */
  public void read(long after, Visitor visitor, Consumer<Finding> findings) throws IOException {
    List<Long> bases = bases(disk);
    long growing = growing(disk, bases);
    Epochs epochs = Manifest.read(disk).epochs();
    boolean[] isWanted = {true};
    SegmentVerifier.Visitor each =
        record -> {
          isWanted[0] = record.position() <= after || visitor.visit(entry(record, epochs));
          return isWanted[0];
        };
    readStates(bases, each, findings);
    for (int i = 0; i < bases.size() && isWanted[0]; i++) {
      long base = bases.get(i);
      if (base >= growing || bases.get(i + 1) - 1 > after) {
        SegmentReport report = readSegment(base, base >= growing, each);
        if (report != null) {
          report.findings().forEach(finding -> findings.accept(in(report.file(), finding)));
        }
      }
    }
  }

  private void readStates(
      List<Long> bases, SegmentVerifier.Visitor each, Consumer<Finding> findings)
      throws IOException {
    CarriedStates.Found found = CarriedStates.read(disk);
    List<EntryRecord> retained = new ArrayList<>(found.records());
    retained.removeIf(state -> !bases.isEmpty() && state.position() >= bases.get(0));
    retained.sort(Comparator.comparingLong(EntryRecord::position));
    for (EntryRecord state : retained) {
      if (!each.visit(state)) {
        return;
      }
    }
    if (found.damage() != null) {
      findings.accept(damage(found));
    }
  }

  /**
   * Finds the position of a text: a position itself, an id of the log's own, or a publisher's id.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public long positionOf(String text) throws IOException {
    if (text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    EventId id = EventId.parse(text);
    if (id != null) {
      if (Manifest.read(disk).epochs().gave(id)) {
        return id.position();
      }
      throw new IllegalArgumentException(text + " is no id of this log");
    }
    return positionWithId(text);
  }

  private long positionWithId(String text) throws IOException {
    long[] found = {-1};
    read(
        0,
        entry -> {
          if (text.equals(entry.publication().id())) {
            found[0] = entry.position(); // the newest entry counts
          }
          return true;
        },
        finding -> {});
    if (found[0] < 0) {
      throw new IllegalArgumentException("no entry has the id " + text);
    }
    return found[0];
  }

  /**
   * Reads and reports on all files.
   *
   * @param each receives the report on each segment, oldest first
   * @throws IOException if the files cannot be read, or are of an unknown version
   */
  public Rest check(Consumer<SegmentReport> each) throws IOException {
    List<Long> bases = bases(disk); // before the manifest: it knows what is dropped meanwhile
    long growing = growing(disk, bases);
    boolean hasManifest = disk.read(Manifest.NAME) != null;
    Manifest manifest = Manifest.read(disk);
    List<Finding> findings = new ArrayList<>();
    long expected = manifest.droppedThrough() + 1;
    for (int i = 0; i < bases.size(); i++) {
      long base = bases.get(i);
      SegmentReport report = readSegment(base, base >= growing, record -> true);
      if (report == null) {
        expected = bases.get(i + 1);
        continue;
      }
      boolean isLeftBehind = report.entries() == 0 && base >= growing; // opening deletes it
      if (base > expected || (i > 0 && base < expected && !isLeftBehind)) {
        findings.add(seam(expected, base, manifest.epochs()));
      }
      each.accept(report);
      expected = Math.max(expected, report.last() + 1);
    }
    long newest = manifest.newestKnown();
    if (expected <= newest) {
      findings.add(missing(expected, newest));
    }
    CarriedStates.Found retained = CarriedStates.read(disk);
    if (retained.damage() != null) {
      findings.add(damage(retained));
    }
    if (!hasManifest) {
      findings.add(Finding.damage("the manifest is missing: all ids would mean nothing"));
    }
    return new Rest(retained.records().size(), describe(manifest), findings);
  }

  /**
   * Copies the files into a directory without a log, in the way that {@link LogCopy} describes.
   *
   * @param copied receives the name and size of each file
   * @throws IllegalArgumentException if the directory is not empty
   * @throws IOException if that fails; what has been copied stays
   */
  public void copyTo(Path target, LogCopy.Listener copied) throws IOException {
    LogCopy.of(disk, target, copied);
  }

  /** Verifies a segment; returns null if it has been dropped meanwhile. */
  private @Nullable SegmentReport readSegment(
      long base, boolean mayBeTorn, SegmentVerifier.Visitor visitor) throws IOException {
    try {
      return SegmentVerifier.of(disk, base, mayBeTorn, visitor);
    } catch (NoSuchFileException e) {
      if (!mayBeTorn && Manifest.read(disk).droppedThrough() >= base) {
        return null;
      }
      throw e;
    }
  }

  /** Returns the finding for a next segment that does not begin where the last one ends. */
  private static Finding seam(long expected, long base, Epochs epochs) {
    if (base < expected) {
      return Finding.damage(Segment.nameOf(base) + " begins within the segment before it");
    }
    boolean isSkipped = // left out on purpose, and readers are told
        base == expected + 1 && epochs.list().stream().anyMatch(epoch -> epoch.first() == base);
    if (isSkipped) {
      return Finding.note("position " + expected + " was left out after a crash of the machine");
    }
    return epochs.areSkipped(expected, base - 1)
        ? Finding.note("no entry ever had positions " + expected + " to " + (base - 1))
        : missing(expected, base - 1);
  }

  private static Finding missing(long first, long last) {
    return Finding.damage("positions %d to %d are missing".formatted(first, last));
  }

  private static Finding damage(CarriedStates.Found retained) {
    return Finding.damage(
        "%s: damaged after %d states: %s"
            .formatted(CarriedStates.FILE, retained.records().size(), retained.damage()));
  }

  private static Finding in(String file, Finding finding) {
    return new Finding(file + ": " + finding.text(), finding.isDamage());
  }

  private static String describe(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    for (Epoch epoch : manifest.epochs().list()) {
      text.append(epoch.name()).append(" from ").append(epoch.first()).append(", ");
    }
    text.append("dropped through ").append(manifest.droppedThrough()).append(", ");
    text.append(manifest.isClosed() ? "closed in order" : "in use, or not closed in order");
    return text.toString();
  }

  private static Entry entry(EntryRecord record, Epochs epochs) {
    long position = record.position();
    return new Entry(
        epochs.isEmpty() ? Long.toString(position) : epochs.idAt(position).toString(),
        position,
        record.time(),
        record.publication(),
        record.isRetained());
  }
}
