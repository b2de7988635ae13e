package bellwether.eventlog;

import bellwether.eventlog.Losses.Loss;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of segments that grow no more: their indexes are saved, and in the end they are
 * dropped. Confined to the log's committing lock, but for {@link #saveIndexes}, which is for one
 * thread beside it.
 */
final class Retention {
  private static final Logger logger = LoggerFactory.getLogger(Retention.class);

  private final Disk disk;
  private final FileLogLimits limits;
  private final InstantSource clock;
  private final LogContents contents;
  private final Set<Segment> indexed = new HashSet<>(); // those whose index is saved
  private Manifest manifest;

  Retention(
      Disk disk,
      FileLogLimits limits,
      InstantSource clock,
      LogContents contents,
      Manifest manifest) {
    this.disk = disk;
    this.limits = limits;
    this.clock = clock;
    this.contents = contents;
    this.manifest = manifest;
  }

  /** The states that are to outlive their segments are written before those go. */
  void dropExcess() throws IOException {
    List<Segment> excess = contents.segments().excess(limits, clock.instant());
    if (excess.isEmpty()) {
      return;
    }
    long through = excess.get(excess.size() - 1).last();
    Loss loss = contents.losses().latest();
    for (Segment segment : excess) {
      loss = loss.and(segment.index().lastEvent());
    }
    Collection<LogEntry> outliving = contents.states().before(through + 1);
    CarriedStates.write(disk, outliving);
    manifest = manifest.dropped(through, loss);
    manifest.write(disk);
    outliving.forEach(contents.carried()::add);
    contents.losses().note(loss);
    contents.segments().remove(excess);
    for (Segment segment : excess) {
      Segments.delete(disk, segment);
    }
  }

  /** Of all segments that grow no more: then they need not be read when the log is opened. */
  void saveIndexes() {
    List<Segment> all = contents.segments().list();
    indexed.retainAll(all);
    try {
      for (Segment segment : all.subList(0, all.size() - 1)) {
        if (!indexed.contains(segment)) {
          disk.replace(segment.indexName(), segment.index().encode());
          indexed.add(segment);
          if (!contents.segments().list().contains(segment)) {
            disk.delete(segment.indexName()); // it was dropped meanwhile
          }
        }
      }
    } catch (IOException e) {
      logger.debug("An index was not saved; it can be made anew", e);
    }
  }

  /** Says that nothing is missing up to there, now that all of it is on the medium. */
  void close(long newest) throws IOException {
    Segment last = contents.segments().newest();
    disk.replace(last.indexName(), last.index().encode());
    manifest.closed(newest).write(disk);
  }
}
