package bellwether.stream;

import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry of all open streams, and of all polls that are not answered yet. Any thread. */
public final class ConnectionRegistry {
  /**
   * The number of slots among which the streams are divided, so that a few are tended at a time.
   */
  static final int SLOTS = 64;

  private static final Logger logger = LoggerFactory.getLogger(ConnectionRegistry.class);

  private final int limit;
  private final Metrics metrics;
  private final List<StreamSlot> slots = Stream.generate(StreamSlot::new).limit(SLOTS).toList();
  private final Set<Poll> polls = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger(); // of both
  // Two reasons to admit nobody, each set and cleared on its own.
  private volatile boolean closed;
  private volatile boolean suspended;

  /**
   * @param limit most streams and polls at a time
   */
  ConnectionRegistry(int limit, Metrics metrics) {
    this.limit = limit;
    this.metrics = metrics;
  }

  /** Returns the number of open streams and polls. */
  int size() {
    return size.get();
  }

  /**
   * Returns whether another stream would be admitted, if none comes before it; counts a refusal
   * because there are too many.
   */
  boolean hasRoom() {
    if (letsNobodyIn()) {
      return false;
    }
    boolean hasRoom = size.get() < limit;
    if (!hasRoom) {
      metrics.refused();
    }
    return hasRoom;
  }

  /** Adds a stream, unless there are too many already or the registry is closed or suspended. */
  boolean add(StreamConnection connection) {
    if (letsNobodyIn()) {
      return false;
    }
    if (!takeRoom()) {
      metrics.refused();
      return false;
    }
    try {
      slotOf(connection).add(connection);
    } catch (RuntimeException | Error e) { // no memory for it
      size.decrementAndGet();
      throw e;
    }
    boolean isOpen = false;
    try {
      metrics.opened();
      isOpen = !letsNobodyIn(); // meanwhile, and whoever closes may have been past this one
    } finally {
      if (!isOpen) {
        var unused = remove(connection, CloseReason.SHUTDOWN, null);
      }
    }
    return isOpen;
  }

  /** Adds a poll, unless there are too many already or the registry is closed or suspended. */
  boolean add(Poll poll) {
    if (letsNobodyIn() || !takeRoom()) {
      metrics.pollRefused();
      return false;
    }
    try {
      polls.add(poll);
    } catch (RuntimeException | Error e) { // no memory for it
      polls.remove(poll);
      size.decrementAndGet();
      throw e;
    }
    if (letsNobodyIn()) { // meanwhile, as above
      remove(poll);
      metrics.pollRefused();
      return false;
    }
    return true;
  }

  private boolean takeRoom() {
    boolean hasRoom = size.incrementAndGet() <= limit;
    if (!hasRoom) {
      size.decrementAndGet();
    }
    return hasRoom;
  }

  /** Removes a stream that has just been closed; returns whether it was there. */
  boolean remove(StreamConnection connection, CloseReason reason, @Nullable Throwable failure) {
    boolean wasThere = slotOf(connection).remove(connection);
    if (wasThere) {
      size.decrementAndGet();
      tell(reason, failure);
    }
    return wasThere;
  }

  private void tell(CloseReason reason, @Nullable Throwable failure) {
    try {
      metrics.closed(reason);
      logger.debug("Stream closed: {}{}", reason, failure == null ? "" : " (" + failure + ")");
    } catch (Throwable e) {
      // Even without memory to tell of it, the stream is closed: what it holds is to be let go of.
    }
  }

  /** Lets go of a poll that has ended; any number of times. */
  void remove(Poll poll) {
    if (polls.remove(poll)) {
      size.decrementAndGet();
    }
  }

  /** Returns the stream of this key; null if it is not open. */
  @Nullable StreamConnection find(StreamKey key) {
    for (StreamConnection connection : slotOf(key).all()) {
      if (connection.key().equals(key)) {
        return connection;
      }
    }
    return null;
  }

  /** Returns whether this stream or poll has been added and not removed. */
  boolean holds(HeldExchange request) {
    return request instanceof StreamConnection connection
        ? slotOf(connection).holds(connection)
        : polls.contains(request);
  }

  /** Returns the number of open polls. */
  int polls() {
    return polls.size();
  }

  void forEachInSlot(int slot, Consumer<StreamConnection> visitor) {
    for (StreamConnection connection : slots.get(slot).all()) {
      visitor.accept(connection);
    }
  }

  public void forEach(Consumer<HeldExchange> visitor) {
    for (int slot = 0; slot < SLOTS; slot++) {
      forEachInSlot(slot, visitor::accept);
    }
    polls.forEach(visitor);
  }

  /** Returns the lag of the slowest stream that once kept up, in positions of the log. */
  long greatestLag() {
    long greatest = 0;
    for (StreamSlot slot : slots) {
      for (StreamConnection connection : slot.all()) {
        greatest = Math.max(greatest, connection.lag());
      }
    }
    return greatest;
  }

  /** Admits no more streams and polls, until {@link #open}. */
  void close() {
    closed = true;
  }

  void open() {
    closed = false;
  }

  /**
   * Admits no more streams and polls, until {@link #resume}, whether or not the registry is closed.
   */
  void suspend() {
    suspended = true;
  }

  void resume() {
    suspended = false;
  }

  private boolean letsNobodyIn() {
    return closed || suspended;
  }

  private StreamSlot slotOf(StreamConnection connection) {
    return slotOf(connection.key());
  }

  private StreamSlot slotOf(StreamKey key) {
    return slots.get((int) Math.floorMod(key.low(), (long) SLOTS));
  }
}
