package bellwether.eventlog.file;

import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.TimePlace;
import bellwether.eventlog.file.SegmentIndex.View;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds places in a log in files by time. Any thread; may wait for the disk. */
final class TimeSearch {
  private static final int BATCH = 1000; // entries read at a time

  private final LogContents contents;
  private final Epochs epochs;
  private final FileLogReader reader;
  private final InstantSource clock;

  TimeSearch(LogContents contents, Epochs epochs, FileLogReader reader, InstantSource clock) {
    this.contents = contents;
    this.epochs = epochs;
    this.reader = reader;
    this.clock = clock;
  }

  /** Returns the position before a time: see {@link EventLog#positionBefore}. */
  long positionBefore(Instant time) {
    TimePlace place = new TimePlace(time, clock.instant());
    look(place);
    return place.position();
  }

  private void look(TimePlace place) {
    List<Segment> segments = contents.segments().list(); // before the losses: none is missed
    long next = segments.get(0).base();
    if (place.lookAtLost(contents.retained(), next, contents.losses().latest())) {
      return;
    }
    for (Segment segment : segments) {
      View view = contents.segments().view(segment);
      if (view.base() > next && !epochs.areSkipped(next, view.base() - 1)) {
        var unused = place.look(view.base() - 1, null); // entries lost in a crash
      }
      if (view.count() > 0 && look(view, place)) {
        return;
      }
      next = view.last() + 1;
    }
  }

  private boolean look(View view, TimePlace place) {
    if (place.isOlder(view.latestTime())) {
      return place.look(view.last(), view.latestTime());
    }
    return view.isSorted()
        ? place.lookAtSorted(view.base(), view.last(), this::timeAt)
        : lookAtEach(view, place);
  }

  /** Returns the time of an entry, or null if it is damaged, or was dropped meanwhile. */
  private @Nullable Instant timeAt(long position) {
    LogEntry entry = reader.entryAt(position);
    return entry == null ? null : entry.time();
  }

  private boolean lookAtEach(View view, TimePlace place) {
    for (long position = view.base() - 1; position < view.last(); ) {
      ReadResult read =
          reader.readSlowly(
              Place.regardlessOfLosses(position),
              view.last(),
              entry -> true,
              BATCH,
              Long.MAX_VALUE);
      if (!(read instanceof Batch batch)) {
        throw new IllegalStateException("with all losses told, told of one");
      }
      long next = position + 1;
      for (LogEntry entry : batch.entries()) {
        lookAtUnread(view, next, entry.position(), place);
        if (place.look(entry.position(), entry.time())) {
          return true;
        }
        next = entry.position() + 1;
      }
      lookAtUnread(view, next, batch.reached() + 1, place);
      position = batch.reached();
    }
    return false;
  }

  /**
   * Looks at entries that were not read: a damaged one may be wanted; a retained one that was
   * skipped has been replaced.
   */
  private static void lookAtUnread(View view, long from, long to, TimePlace place) {
    for (long position = from; position < to; position++) {
      if (!view.isRetained(position)) {
        var unused = place.look(position, null);
      }
    }
  }
}
