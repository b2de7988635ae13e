package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Losses.Loss;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves the indexes of segments that no longer grow, and in the end drops those segments. Guarded
 * by the log's committing lock, except for {@link #saveIndexes}, which one other thread may call.
 */
public final class Retention {
  /*
   * Dropping goes in this order: the states that outlive the segment are written, then the
   * manifest, which says what is lost, and then the segment is deleted. A crash in between leaves a
   * segment that is deleted when the log is opened. All of this works on a full disk: the reserve
   * has the room for these writes. If even that does not suffice, the states must not be lost, so
   * the segment stays; but the manifest can be written after the segment is deleted. After a crash
   * in between, recovery sees that the oldest segments are missing, and counts all their entries as
   * lost events.
   *
   * A state that has been replaced is dropped with its segment. So the newer state is synced first,
   * or a crash might leave neither. After a failed sync that is impossible, and the cause may be a
   * lack of room: then the segment is dropped without it.
   */
  private static final Logger logger = LoggerFactory.getLogger(Retention.class);
  private static final int SPARE = 1 << 16; // bytes of the reserve, beside the retained entries

  private final Disk disk;
  private final FileLogLimits limits;
  private final InstantSource clock;
  private final LogContents contents;
  private final Reserve reserve;
  private final Set<Segment> indexed = new HashSet<>(); // segments whose index is saved
  private final List<Segment> toDelete = new ArrayList<>(); // dropped, perhaps still there
  private Manifest manifest;
  private boolean isManifestSaved = true;
  private long reservedFor = -1; // the base of the segment that the reserve is large enough for

  /** An action that writes to the disk. */
  interface Writing {
    void run() throws IOException;
  }

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
    this.reserve = new Reserve(disk);
    this.manifest = manifest;
  }

  /**
   * Drops the segments that exceed the limits.
   *
   * @param sync puts the contents of the other segments on the medium
   */
  void dropExcess(Writing sync) throws IOException {
    drop(contents.segments().excess(limits, clock.instant(), false), sync);
  }

  /**
   * Drops the segments that have to go before another one is begun.
   *
   * @param sync as above
   */
  void makeWay(Writing sync) throws IOException {
    drop(contents.segments().excess(limits, clock.instant(), true), sync);
  }

  private void drop(List<Segment> excess, Writing sync) throws IOException {
    deleteDropped();
    if (!excess.isEmpty()) {
      sync.run();
    }
    for (Segment segment : excess) {
      drop(segment);
    }
    if (!excess.isEmpty()) {
      keepReserve();
    }
  }

  private void drop(Segment oldest) throws IOException {
    Segment next = contents.segments().list().get(1);
    Loss loss = lossWith(oldest, next);
    if (contents.retained().isAnyIn(oldest.base(), oldest.last())) {
      Collection<LogEntry> outliving = contents.retained().before(oldest.last() + 1);
      byte[] states = CarriedStates.encode(outliving);
      write(() -> disk.replace(CarriedStates.FILE, states));
      outliving.forEach(contents.carried()::add);
    }
    Manifest dropped = manifest.dropped(next.base() - 1, loss);
    List<Segment> shorter = contents.segments().withoutOldest();
    boolean isSaved = isSaved(dropped);
    toDelete.add(oldest);
    manifest = dropped;
    isManifestSaved = isSaved;
    contents.losses().note(loss);
    contents.segments().removeOldest(shorter);
    deleteDropped();
  }

  /**
   * Returns the loss of all entries before the next segment. Positions between both segments, lost
   * in a crash or by damage, belong to it, because only the two segments together show them. Their
   * entries were no younger than those that come next.
   */
  private Loss lossWith(Segment oldest, Segment next) {
    Loss loss = contents.losses().latest().and(oldest.index().lastEvent());
    if (next.base() == oldest.last() + 1
        || manifest.epochs().areSkipped(oldest.last() + 1, next.base() - 1)) {
      return loss;
    }
    Instant now = clock.instant();
    Instant first = next.index().count() == 0 ? now : next.index().firstTime();
    return loss.and(new Loss(next.base() - 1, first.isBefore(now) ? first : now));
  }

  /** Writes to the disk, if need be in the room of the reserve. */
  void write(Writing writing) throws IOException {
    try {
      writing.run();
    } catch (IOException e) {
      reservedFor = -1;
      if (!reserve.release()) {
        throw e;
      }
      writing.run();
    }
  }

  private boolean isSaved(Manifest newer) {
    try {
      write(() -> newer.write(disk));
      return true;
    } catch (IOException e) {
      logger.debug("The manifest is to be saved once the segment is gone", e);
      return false;
    }
  }

  private void deleteDropped() throws IOException {
    while (!toDelete.isEmpty()) {
      Segments.delete(disk, toDelete.get(0));
      toDelete.remove(0);
    }
    isManifestSaved = isManifestSaved || isSaved(manifest);
  }

  /**
   * Retries the work that failed, and makes sure that dropping the oldest segment needs no room.
   */
  void tend() throws IOException {
    deleteDropped();
    keepReserve();
  }

  private void keepReserve() {
    List<Segment> all = contents.segments().list();
    Segment oldest = all.get(0);
    if (all.size() == 1 || oldest.base() == reservedFor) {
      return;
    }
    try {
      long states = CarriedStates.encode(contents.retained().before(oldest.last() + 1)).length;
      reserve.keep(states + SPARE);
      reservedFor = oldest.base();
    } catch (IOException e) {
      logger.debug("There is no room for a reserve", e);
    }
  }

  /**
   * Saves the indexes of all segments that no longer grow, so that the segments need not be read
   * when the log is opened.
   */
  void saveIndexes(BooleanSupplier isClosed) {
    List<Segment> full = contents.segments().full();
    indexed.retainAll(full);
    try {
      for (Segment segment : full) {
        if (isClosed.getAsBoolean()) {
          return; // the directory may be another log's by now
        }
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

  /**
   * Writes to the manifest that no entry up to this position is missing, since all of them are on
   * the medium.
   */
  void close(long newest) throws IOException {
    Segment last = contents.segments().newest();
    disk.replace(last.indexName(), last.index().encode());
    manifest.closed(newest).write(disk);
  }
}
