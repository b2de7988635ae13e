package bellwether.eventlog.file;

import bellwether.eventlog.EventId;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Publication;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The next positions of a log, and the idempotency keys of what is not visible yet: an append gets
 * its place here, once its keys have been compared. Guarded by the lock of the {@link Intake}.
 */
final class Places {
  private final LongFunction<EventId> idAt;
  private final EntryNames names;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final PendingKeys keysOnTheirWay = new PendingKeys();
  private long next; // position

  /**
   * @param next the position of the next entry
   * @param nanoTime as {@link System#nanoTime}
   */
  Places(
      long next,
      LongFunction<EventId> idAt,
      EntryNames names,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.next = next;
    this.idAt = idAt;
    this.names = names;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /**
   * Gives the entries of a request their places or, if anything is thrown, none.
   *
   * @return false if entries on the disk have to be looked at first; then none has a place either
   */
  boolean place(Appending appending) {
    long before = next;
    boolean isPlaced = false;
    try {
      for (int i = 0; i < appending.publications.size(); i++) {
        Publication publication = appending.publications.get(i);
        if (appending.looks.isMissing()) {
          noteMissing(publication, appending); // all that has to be read is read at once
        } else {
          LogEntry entry = entry(publication, appending.areRetained.get(i), appending);
          if (entry != null) {
            appending.all.add(entry);
          }
        }
      }
      if (appending.looks.isMissing()) {
        return false;
      }
      appending.seal();
      isPlaced = true;
      return true;
    } finally {
      if (!isPlaced) {
        keysOnTheirWay.removeAllOf(appending);
        next = before;
        appending.unplace();
      }
    }
  }

  private void noteMissing(Publication publication, Appending mine) {
    String key = publication.idempotencyKey();
    if (key != null && keysOnTheirWay.find(key) == null) {
      names.withKey(key, mine.looks);
    }
  }

  /** Returns the entry for a publication; null if one on the disk has to be looked at first. */
  private @Nullable LogEntry entry(Publication publication, boolean isRetained, Appending mine) {
    String key = publication.idempotencyKey();
    PendingKeys.Pending other = key == null ? null : keysOnTheirWay.find(key);
    if (other != null) {
      mine.isSharing |= other.appending() != mine;
      return other.entry();
    }
    LogEntry earlier = key == null ? null : names.withKey(key, mine.looks);
    if (mine.looks.isMissing()) {
      return null;
    }
    if (earlier != null) {
      mine.isKnown = true;
      return earlier;
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    LogEntry entry =
        new LogEntry(idAt.apply(next), now, nanoTime.getAsLong(), publication, isRetained);
    next++;
    mine.entries.add(entry);
    if (key != null) {
      keysOnTheirWay.add(key, entry, mine);
    }
    return entry;
  }

  /** Takes back all places behind a position. */
  void continueAfter(long position) {
    next = position + 1;
  }

  /** Forgets the keys of an append that is visible now, or has failed. */
  void forgetKeysOf(Appending appending) {
    keysOnTheirWay.removeAllOf(appending);
  }

  /**
   * Returns whether one of these may be in the log already, or on its way, by its key. Waits for
   * nothing.
   *
   * @param countsPending whether what is on its way may get into the log
   */
  boolean mayHaveKeyOf(List<Publication> publications, boolean countsPending) {
    try {
      for (int i = 0; i < publications.size(); i++) {
        String key = publications.get(i).idempotencyKey();
        boolean isPending = key != null && countsPending && keysOnTheirWay.find(key) != null;
        if (isPending || (key != null && names.mayHaveKey(key))) {
          return true;
        }
      }
      return false;
    } catch (RuntimeException | Error e) { // no memory to look: then nobody knows
      return true;
    }
  }
}
