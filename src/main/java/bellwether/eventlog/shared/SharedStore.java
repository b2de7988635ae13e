package bellwether.eventlog.shared;

import bellwether.eventlog.Epochs;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Publication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The store in which many nodes keep one log: a database, or another service that all of them
 * reach. Any thread may call any method. Each may wait for the network, but for a bounded time,
 * after which it throws {@link StoreException}.
 *
 * <p>The store puts all appends in one order. It gives positions without a hole within an epoch,
 * and whoever reads an entry can read all earlier ones that are kept: an append becomes visible
 * after those with lower positions, and only when the store calls it safe.
 *
 * <p>A store that may have lost what it acknowledged, because another server took its place, begins
 * a new epoch with the first append there. That epoch begins at a multiple of {@link #EPOCH}, so no
 * position is ever given twice; and the one before it is closed at the last position that was kept.
 */
public interface SharedStore extends AutoCloseable {
  /** The distance between the places where epochs may begin. */
  long EPOCH = 1_000_000_000;

  /** An entry as the store keeps it. Nobody changes its bytes. */
  final class Stored {
    private final long position;
    private final byte[] record;

    /**
     * @param record an {@link bellwether.eventlog.EntryRecord}, whose own position means nothing
     */
    public Stored(long position, byte[] record) {
      this.position = position;
      this.record = record;
    }

    public long position() {
      return position;
    }

    public byte[] record() {
      return record;
    }
  }

  /** An entry that is to be appended, at a time by the clock of its node. */
  record Draft(Publication publication, Instant time, boolean isRetained) {}

  /**
   * What the store holds at one moment.
   *
   * @param oldest the position from which on every entry is kept; one past the newest if none is
   * @param newest the newest position that was given; 0 if none was
   * @param loss what retention has dropped
   * @param entries the number of entries from the oldest on
   * @param bytes the size of their records together
   */
  record Mark(Epochs epochs, long oldest, long newest, Loss loss, long entries, long bytes) {
    /** Returns the same with another oldest position. */
    Mark from(long other) {
      return new Mark(epochs, other, newest, loss, entries, bytes);
    }
  }

  /**
   * The store's contents for a node that begins.
   *
   * @param states the retained states of all topics, oldest first, none newer than the mark
   */
  record Snapshot(Mark mark, List<Stored> states) {}

  /**
   * Some of the entries behind a place, oldest first.
   *
   * @param mark from a moment after the entries were read: so it tells of every loss that may have
   *     made a hole in them
   * @param tooLarge the size of the next entry's record, if that entry alone exceeds the wanted
   *     number of bytes and so is not among the entries; 0 if the entries end for another reason
   */
  record Chunk(List<Stored> entries, Mark mark, long tooLarge) {}

  /**
   * Limits of what is kept. Retained states stay in any case, until they are replaced.
   *
   * @param age the greatest age of an entry
   */
  record Keep(long entries, long bytes, Duration age) {}

  /** Returns what is here now; makes the tables and the first epoch if there are none. */
  Snapshot open() throws StoreException;

  /**
   * Reads entries in {@code (after, upTo]}, oldest first, as far as they are kept.
   *
   * @param limit the most entries
   * @param bytes the most bytes of their records together
   */
  Chunk read(long after, long upTo, int limit, long bytes) throws StoreException;

  /** Reads what follows, as {@link #read} does, on a connection that nothing else uses. */
  Chunk next(long after, int limit, long bytes) throws StoreException;

  /**
   * Raises the fence: from now on the store refuses appends behind an older one. A node does this
   * when it takes over work that one node at a time may do.
   *
   * @return the new fence
   */
  long raiseFence() throws StoreException;

  /**
   * Appends all of the drafts, one after the other, or none. A draft whose idempotency key belongs
   * to an entry that is still kept, or to an earlier draft, is not appended again. A retained state
   * that is replaced counts as kept as long as entries of its age are.
   *
   * @param batch names this append: if it has happened already, the answer is the same again. The
   *     store remembers the name for an hour
   * @param fence the fence that has to be the newest; null if it does not matter
   * @return the position of each draft's entry
   * @throws FencedException if there is a newer fence
   */
  List<Long> append(UUID batch, List<Draft> drafts, @Nullable Long fence) throws StoreException;

  /**
   * Gives up an append whose outcome is unknown: once this has returned, it either has happened, or
   * never will, even if it still is on its way.
   *
   * @param drafts as in the append
   * @return the positions if it has happened
   */
  Optional<List<Long>> giveUp(UUID batch, List<Draft> drafts) throws StoreException;

  /**
   * Reads entries to which publishers gave this id, newest first: kept ones, and retained states.
   *
   * @param before only entries with lower positions
   * @param limit the most entries
   * @param bytes the most bytes of their records together; the first one may exceed it
   */
  List<Stored> withId(String id, long before, int limit, long bytes) throws StoreException;

  /**
   * Returns the position of the last kept entry that is surely older than a time, among those
   * before the first that surely is not. An entry whose time lies in the future tells nothing.
   *
   * @return empty if there is none
   */
  OptionalLong lastBefore(Instant time, Instant now) throws StoreException;

  /**
   * Drops the oldest entries, so that the limits hold after so many more have been appended; whole
   * parts of the log, so that up to an eighth less may be kept. A loss is what was not a retained
   * state.
   *
   * @param coming the number of entries to make room for
   * @param comingBytes the size of their records
   */
  Mark trim(Keep keep, int coming, long comingBytes, Instant now) throws StoreException;

  /**
   * Calls the listener, on any thread, soon after another node's entries have become readable. It
   * saves time only: calls may be missing, for as long as the store likes. For one call.
   *
   * @param onNews must neither wait nor throw
   */
  void listen(Runnable onNews);

  @Override
  void close();
}
