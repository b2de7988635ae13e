package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retained states: for each retained topic, the latest entry that each reader may read. One
 * thread at a time may add, any may read.
 */
public final class RetainedStates {
  /*
   * Showing a state must not fail, and maps allocate when they are changed. So a state is put into
   * the map beforehand, and readers skip it until it is shown. They also skip states that were
   * replaced and states that were never shown; those are taken out before the next is added.
   */
  private final ConcurrentSkipListMap<Long, LogEntry> byPosition = new ConcurrentSkipListMap<>();
  private final Map<StateKey, Place> places = new ConcurrentHashMap<>();

  // Confined to the adding thread. The lists are made with a capacity, because a list made without
  // one does nothing when it is told to ensure a small one.
  private final Map<Topic, ArrayList<Place>> privatePlaces = new HashMap<>();
  private final ArrayList<LogEntry> prepared = new ArrayList<>(16);
  private final ArrayList<Place> placesOfPrepared = new ArrayList<>(16);
  private final ArrayList<LogEntry> passedOver = new ArrayList<>(16); // yet in the map
  private int shown; // of those that are prepared
  private int mayBePassedOver; // by these, at most

  // Written by the adding thread, read by any thread.
  private volatile long newest; // position of the newest that is shown

  /** A place for the state of one key, empty if there is none. */
  private static final class Place {
    private volatile @Nullable LogEntry entry;
  }

  /** Adds a newer state. */
  public void put(LogEntry entry) {
    prepare(entry);
    show(entry);
    tidy(state -> {});
  }

  /** Prepares to show a newer state: does everything that can fail, while no reader sees it yet. */
  public void prepare(LogEntry entry) {
    StateKey key = StateKey.of(entry.publication());
    List<Place> replaceable = key.isPublic() ? privatePlaces.get(key.topic()) : null;
    mayBePassedOver += 1 + (replaceable == null ? 0 : replaceable.size());
    passedOver.ensureCapacity(passedOver.size() + mayBePassedOver);
    placesOfPrepared.ensureCapacity(prepared.size() + 1);
    Place place = placeOf(key);
    prepared.add(entry);
    placesOfPrepared.add(place);
    byPosition.put(entry.position(), entry);
  }

  private Place placeOf(StateKey key) {
    Place known = places.get(key);
    if (known != null) {
      return known;
    }
    Place place = new Place();
    if (!key.isPublic()) {
      privatePlaces.computeIfAbsent(key.topic(), topic -> new ArrayList<>()).add(place);
    }
    places.put(key, place);
    return place;
  }

  /** Shows the next of the prepared states. Cannot fail. */
  public void show(LogEntry entry) {
    if (shown == prepared.size() || prepared.get(shown) != entry) {
      throw new IllegalStateException("not prepared: " + entry.id());
    }
    Place place = placesOfPrepared.get(shown);
    shown++;
    replace(place, entry, entry.position());
    Publication publication = entry.publication();
    List<Place> others =
        publication.isPrivate() ? null : privatePlaces.get(publication.topics().get(0));
    for (int i = 0; others != null && i < others.size(); i++) {
      replace(others.get(i), null, entry.position());
    }
    newest = entry.position();
  }

  private void replace(Place place, @Nullable LogEntry entry, long position) {
    LogEntry replaced = place.entry;
    place.entry = entry;
    if (replaced != null) {
      replaced.supersede(position);
      passedOver.add(replaced);
    }
  }

  /** Forgets all states that are prepared and not shown. Cannot fail. */
  public void abandonPrepared() {
    for (int i = shown; i < prepared.size(); i++) {
      prepared.get(i).abandon();
      passedOver.add(prepared.get(i));
    }
    forgetPrepared();
  }

  private void forgetPrepared() {
    prepared.clear();
    placesOfPrepared.clear();
    shown = 0;
    mayBePassedOver = 0;
  }

  /**
   * Removes the states that readers skip. Call it before preparing the next ones.
   *
   * @param replaced receives those that had been shown
   */
  public void tidy(Consumer<LogEntry> replaced) {
    forgetPrepared();
    for (int last = passedOver.size() - 1; last >= 0; last--) {
      LogEntry entry = passedOver.get(last);
      byPosition.remove(entry.position(), entry);
      giveUpPlace(StateKey.of(entry.publication()));
      if (!entry.isAbandoned()) {
        replaced.accept(entry);
      }
      passedOver.remove(last);
    }
  }

  private void giveUpPlace(StateKey key) {
    Place place = places.get(key);
    if (place == null || place.entry != null) {
      return;
    }
    places.remove(key);
    ArrayList<Place> ofTopic = key.isPublic() ? null : privatePlaces.get(key.topic());
    if (ofTopic != null) {
      ofTopic.remove(place);
      if (ofTopic.isEmpty()) {
        privatePlaces.remove(key.topic());
      }
    }
  }

  /**
   * Returns the latest state for the readers that may read entries of this key, or null if there is
   * none.
   */
  public @Nullable LogEntry latest(StateKey key) {
    LogEntry own = of(key);
    LogEntry common = key.isPublic() ? own : of(key.ofPublic());
    if (own == null || common == null) {
      return own == null ? common : own;
    }
    return own.position() > common.position() ? own : common;
  }

  private @Nullable LogEntry of(StateKey key) {
    Place place = places.get(key);
    return place == null ? null : place.entry;
  }

  public @Nullable LogEntry at(long position) {
    LogEntry entry = byPosition.get(position);
    return entry != null && isShown(entry) ? entry : null;
  }

  /** Returns the states at positions below this one, oldest first. */
  public Collection<LogEntry> before(long position) {
    return byPosition.headMap(position, false).values().stream().filter(this::isShown).toList();
  }

  /** Returns whether there is a state in {@code [from, to]}, which may be empty. */
  public boolean isAnyIn(long from, long to) {
    return from <= to
        && byPosition.subMap(from, true, to, true).values().stream().anyMatch(this::isShown);
  }

  /** Returns the position of the first state after this one, or null if there is none. */
  @Nullable Long firstAfter(long position) {
    for (LogEntry entry : byPosition.tailMap(position, false).values()) {
      if (isShown(entry)) {
        return entry.position();
      }
    }
    return null;
  }

  /** Reads the states in {@code (after, upTo]}, oldest first. */
  public Batch read(long after, long upTo, EntryFilter wanted, int limit) {
    List<LogEntry> found = new ArrayList<>();
    for (LogEntry entry : byPosition.subMap(after, false, upTo, true).values()) {
      if (isShown(entry) && wanted.test(entry)) {
        found.add(entry);
        if (found.size() == limit) {
          return new Batch(found, entry.position());
        }
      }
    }
    return new Batch(found, upTo);
  }

  /**
   * Reads for a reader that has not been told of a loss: first the states from before the loss,
   * which are kept, then the loss.
   *
   * @param lost the newest position that is gone
   * @param oldest the position where the other kept entries begin
   */
  public ReadResult readBeforeLoss(
      long lost, long after, long upTo, long oldest, EntryFilter wanted, int limit) {
    Batch older = read(after, Math.min(lost - 1, upTo), wanted, limit);
    if (upTo < lost || !older.entries().isEmpty()) {
      return older;
    }
    Long next = firstAfter(lost);
    long other = Math.max(oldest, lost + 1);
    return new Evicted(lost, (next == null ? other : Math.min(next, other)) - 1);
  }

  private boolean isShown(LogEntry entry) {
    return entry.isLatest() && entry.position() <= newest;
  }
}
