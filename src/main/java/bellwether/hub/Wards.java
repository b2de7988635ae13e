package bellwether.hub;

import bellwether.eventlog.Report;
import bellwether.hub.Fetch.State;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the log that could not be read, and the fetches that wait for them. Guarded by the
 * {@link ColdReads} that they belong to.
 */
final class Wards {
  private static final Logger logger = LoggerFactory.getLogger(Wards.class);
  private static final Report report = new Report(logger);

  private final Object monitor;
  private final ScheduledExecutorService executor;
  private final Runnable dispatch;
  private final TreeMap<Long, Ward> all = new TreeMap<>(); // by their first positions

  /**
   * @param monitor guards all wards
   * @param dispatch starts the next reads; called without the monitor
   */
  Wards(Object monitor, ScheduledExecutorService executor, Runnable dispatch) {
    this.monitor = monitor;
    this.executor = executor;
    this.dispatch = dispatch;
  }

  int waiting() {
    return all.values().stream().mapToInt(ward -> ward.waiting.size()).sum();
  }

  /**
   * Lets a fetch wait with the others if its part of the log cannot be read now; returns whether it
   * has to.
   */
  boolean takeIn(Fetch fetch) {
    Map.Entry<Long, Ward> floor = all.floorEntry(fetch.place.after() + 1);
    if (floor == null
        || floor.getValue().isHealed
        || floor.getValue().last <= fetch.place.after()) {
      return false;
    }
    floor.getValue().add(fetch);
    return true;
  }

  /** Returns the next fetch that has to try for all that wait with it; null if none is due. */
  @Nullable Fetch next(Predicate<Fetch> hasRoom) {
    for (Ward ward : all.values()) {
      if (ward.isDue()) {
        for (Fetch fetch : ward.waiting) {
          if (hasRoom.test(fetch)) {
            ward.waiting.remove(fetch);
            ward.probe = fetch;
            return fetch;
          }
        }
      }
    }
    return null;
  }

  /** Notes that the part of the log that a fetch read cannot be read. */
  void hasFailed(Fetch fetch, long first, long last) {
    Ward before = leave(fetch);
    Ward ward = all.computeIfAbsent(first, f -> new Ward(f, last));
    ward.last = Math.max(ward.last, last);
    if (fetch.state == State.WAITING) {
      ward.add(fetch);
    }
    if (ward.timer == null && !dropIfEmpty(ward)) {
      try {
        ward.timer = executor.schedule(() -> tryAgain(ward), ward.nextPause(), TimeUnit.SECONDS);
      } catch (RejectedExecutionException e) {
        logger.debug("Nothing more is fetched: the hub is closing");
      } catch (RuntimeException | Error e) { // without a timer it is due for whoever looks next
        report.error("Could not wait until the log can be read; trying again at once", e);
      }
    }
    if (before != null && before != ward) {
      dropIfEmpty(before);
    }
  }

  private void tryAgain(Ward ward) {
    synchronized (monitor) {
      ward.timer = null;
    }
    dispatch.run();
  }

  /**
   * Notes that what it read can be read. Without memory for that, some go on waiting here, and
   * another of them tries.
   *
   * @param enqueue takes each that waited for it
   */
  void heal(Fetch fetch, Consumer<Fetch> enqueue) {
    Ward ward = leave(fetch);
    if (ward == null) {
      return;
    }
    ward.isHealed = true; // so that none of them is taken in here again
    try {
      while (!ward.waiting.isEmpty()) {
        Fetch other = ward.waiting.iterator().next();
        enqueue.accept(other);
        ward.waiting.remove(other);
        other.ward = other.ward == ward ? null : other.ward;
      }
    } finally {
      ward.isHealed = false;
      dropIfEmpty(ward);
    }
  }

  /** Ends the waiting of a fetch, if it waits. */
  void remove(Fetch fetch) {
    Ward ward = fetch.ward;
    if (ward != null && ward.waiting.remove(fetch)) {
      fetch.ward = null;
      dropIfEmpty(ward);
    }
  }

  /** Removes a fetch from its ward, so that another one may try; returns the ward. */
  @Nullable Ward leave(Fetch fetch) {
    Ward ward = fetch.ward;
    fetch.ward = null;
    if (ward != null && ward.probe == fetch) {
      ward.probe = null;
    }
    return ward;
  }

  /** Notes that a fetch ended while it tried for others. */
  void abandon(Fetch fetch) {
    Ward ward = leave(fetch);
    if (ward != null) {
      dropIfEmpty(ward);
    }
  }

  /** Removes a ward that no fetch waits for; returns whether it did. */
  boolean dropIfEmpty(Ward ward) {
    if (!ward.waiting.isEmpty() || ward.probe != null) {
      return false;
    }
    all.remove(ward.first, ward);
    ward.cancelTimer();
    return true;
  }
}
