package bellwether.eventlog.shared;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.EventId;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Publication;
import bellwether.eventlog.StateKey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store in memory that any number of logs share, and that fails where a test says so: it may be
 * away, its answer may get lost, and another server may take its place that lacks what came last.
 */
public final class FakeStore implements SharedStore {
  private static final class Kept {
    final Draft draft;
    final byte[] record;

    Kept(Draft draft, byte[] record) {
      this.draft = draft;
      this.record = record;
    }

    Publication publication() {
      return draft.publication();
    }
  }

  private final Random random;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  // Guarded by this.
  private final NavigableMap<Long, Kept> entries = new TreeMap<>(); // from the oldest on
  private final NavigableMap<Long, Kept> states = new TreeMap<>(); // the latest of each key
  private final Map<UUID, Optional<List<Long>>> batches = new HashMap<>(); // empty: given up
  private Epochs epochs = new Epochs(List.of());
  private long newest;
  private long beforeNext; // at least: an epoch may begin without an entry
  private long oldest = 1;
  private Loss loss = Loss.NONE;
  private long fence;
  private boolean isOtherServer = true; // than the one that began the newest epoch

  /** What happens before each append. */
  public volatile Consumer<List<Draft>> appending = drafts -> {};

  /** What happens when a fence has been raised, before whoever raised it knows. */
  public volatile Runnable raising = () -> {};

  /** What happens before entries are read. */
  public volatile Runnable reading = () -> {};

  /** The newest position that the server has which answers reads other than of what is new. */
  public volatile long readable = Long.MAX_VALUE;

  /** What the store says when it is opened, if that is not what it holds. */
  public volatile @Nullable Snapshot opened;

  /** Whether calls fail without effect. */
  public volatile boolean isAway;

  /** Whether old entries cannot be dropped. */
  public volatile boolean isHeld;

  /** Whether other nodes are not told of news. */
  public volatile boolean isDeaf;

  /** Asked before each append: whether its answer gets lost, although it happens. */
  public volatile BooleanSupplier losesAnswer = () -> false;

  public FakeStore(Random random) {
    this.random = random;
  }

  /** Lets another server take over, which has the entries up to this position. */
  public synchronized void failOver(long kept) {
    entries.tailMap(kept, false).clear();
    batches
        .values()
        .removeIf(positions -> positions.orElse(List.of()).stream().anyMatch(each -> each > kept));
    newest = kept;
    states.clear(); // those before the oldest too: no test lets another server take over then
    // As the other server has them: each key's latest among what is kept.
    for (Map.Entry<Long, Kept> entry : entries.entrySet()) {
      if (entry.getValue().draft.isRetained()) {
        putState(entry.getKey(), entry.getValue());
      }
    }
    isOtherServer = true;
  }

  /** Goes back to an older copy on the same server. */
  public synchronized void goBack(long kept) {
    failOver(kept);
    isOtherServer = false;
  }

  /** Goes back to a copy from before the second epoch. */
  public synchronized void restoreFirstEpoch() {
    entries.tailMap(EPOCH, true).clear();
    newest = entries.isEmpty() ? 0 : entries.lastKey();
    epochs = new Epochs(List.of(new Epochs.Epoch(epochs.idAt(1).epoch(), 1, Long.MAX_VALUE)));
  }

  private void require() throws StoreException {
    if (isAway) {
      throw new StoreException("away", new IOException("away"), false);
    }
  }

  private Mark mark() {
    return mark(Long.MAX_VALUE);
  }

  private Mark mark(long readable) {
    long bytes = entries.values().stream().mapToLong(kept -> kept.record.length).sum();
    return new Mark(epochs, oldest, Math.min(newest, readable), loss, entries.size(), bytes);
  }

  private void beginEpochIfDue() {
    if (!isOtherServer) {
      return;
    }
    isOtherServer = false;
    long first = epochs.isEmpty() ? 1 : (newest / EPOCH + 1) * EPOCH;
    epochs = epochs.begin(EventId.newEpoch(random), newest, first);
    beforeNext = first - 1;
  }

  @Override
  public synchronized Snapshot open() throws StoreException {
    require();
    if (epochs.isEmpty()) {
      beginEpochIfDue();
    }
    Snapshot other = opened;
    if (other != null) {
      return other;
    }
    return new Snapshot(
        mark(),
        states.entrySet().stream()
            .map(entry -> new Stored(entry.getKey(), entry.getValue().record))
            .toList());
  }

  @Override
  public Chunk read(long after, long upTo, int limit, long bytes) throws StoreException {
    return read(after, upTo, limit, bytes, readable);
  }

  private synchronized Chunk read(long after, long upTo, int limit, long bytes, long there)
      throws StoreException {
    reading.run();
    require();
    List<Stored> found = new ArrayList<>();
    long size = 0;
    long end = Math.min(upTo, there);
    if (after < end) {
      for (Map.Entry<Long, Kept> entry : entries.subMap(after, false, end, true).entrySet()) {
        byte[] record = entry.getValue().record;
        size += record.length;
        if (size > bytes) {
          return new Chunk(found, mark(there), found.isEmpty() ? record.length : 0);
        }
        found.add(new Stored(entry.getKey(), record));
        if (found.size() == limit) {
          break;
        }
      }
    }
    return new Chunk(found, mark(there), 0);
  }

  @Override
  public Chunk next(long after, int limit, long bytes) throws StoreException {
    return read(after, Long.MAX_VALUE, limit, bytes, Long.MAX_VALUE);
  }

  @Override
  public long raiseFence() throws StoreException {
    long raised;
    synchronized (this) {
      require();
      raised = ++fence;
    }
    raising.run();
    return raised;
  }

  @Override
  public List<Long> append(UUID batch, List<Draft> drafts, @Nullable Long behind)
      throws StoreException {
    require();
    if (behind != null && behind != fence) {
      throw new FencedException(new IOException("fenced"));
    }
    appending.accept(drafts);
    List<Long> positions = appendNow(batch, drafts);
    if (!isDeaf) {
      listeners.forEach(Runnable::run);
    }
    if (losesAnswer.getAsBoolean()) {
      throw new StoreException("lost", new IOException("lost"), true);
    }
    return positions;
  }

  private synchronized List<Long> appendNow(UUID batch, List<Draft> drafts) throws StoreException {
    Optional<List<Long>> earlier = batches.get(batch);
    if (earlier != null) {
      return earlier.orElseThrow(
          () -> new StoreException("given up", new IOException("given up"), false));
    }
    beginEpochIfDue();
    List<Long> positions = new ArrayList<>();
    for (Draft draft : drafts) {
      String key = draft.publication().idempotencyKey();
      Long known = key == null ? null : withKey(key);
      positions.add(known == null ? add(draft) : known);
    }
    batches.put(batch, Optional.of(positions));
    return positions;
  }

  private @Nullable Long withKey(String key) {
    for (NavigableMap<Long, Kept> map : List.of(states, entries)) {
      for (Map.Entry<Long, Kept> entry : map.entrySet()) {
        if (key.equals(entry.getValue().publication().idempotencyKey())) {
          return entry.getKey();
        }
      }
    }
    return null;
  }

  private long add(Draft draft) {
    byte[] record =
        new EntryRecord(0, draft.time(), draft.publication(), draft.isRetained(), false).encode();
    newest = Math.max(newest, beforeNext) + 1;
    Kept kept = new Kept(draft, record);
    entries.put(newest, kept);
    if (draft.isRetained()) {
      putState(newest, kept);
    }
    return newest;
  }

  private void putState(long position, Kept kept) {
    StateKey key = StateKey.of(kept.publication());
    boolean isPublic = key.audience().isEmpty();
    states
        .values()
        .removeIf(
            other -> {
              StateKey its = StateKey.of(other.publication());
              return isPublic ? its.topic().equals(key.topic()) : its.equals(key);
            });
    states.put(position, kept);
  }

  @Override
  public synchronized Optional<List<Long>> giveUp(UUID batch, List<Draft> drafts)
      throws StoreException {
    require();
    return batches.computeIfAbsent(batch, name -> Optional.empty());
  }

  @Override
  public synchronized List<Stored> withId(String id, long before, int limit, long bytes)
      throws StoreException {
    require();
    NavigableMap<Long, Kept> all = new TreeMap<>(entries);
    all.putAll(states);
    List<Stored> found = new ArrayList<>();
    long size = 0;
    for (Map.Entry<Long, Kept> each : all.headMap(before, false).descendingMap().entrySet()) {
      if (id.equals(each.getValue().publication().id()) && found.size() < limit) {
        byte[] record = each.getValue().record;
        size += record.length;
        if (size > bytes && !found.isEmpty()) {
          break;
        }
        found.add(new Stored(each.getKey(), record));
      }
    }
    return found;
  }

  @Override
  public synchronized OptionalLong lastBefore(Instant time, Instant now) throws StoreException {
    require();
    OptionalLong last = OptionalLong.empty();
    for (Map.Entry<Long, Kept> entry : entries.entrySet()) {
      Instant its = entry.getValue().draft.time();
      if (!its.isAfter(now)) {
        if (!its.isBefore(time)) {
          return last;
        }
        last = OptionalLong.of(entry.getKey());
      }
    }
    return last;
  }

  @Override
  public synchronized Mark trim(Keep keep, int coming, long comingBytes, Instant now)
      throws StoreException {
    require();
    if (isHeld) {
      throw new StoreException("held", new IOException("held"), false);
    }
    long bytes = comingBytes + mark().bytes();
    while (!entries.isEmpty()
        && (entries.size() + coming > keep.entries()
            || bytes > keep.bytes()
            || isTooOld(entries.firstEntry().getValue(), keep, now))) {
      Map.Entry<Long, Kept> dropped = entries.pollFirstEntry();
      bytes -= dropped.getValue().record.length;
      oldest = dropped.getKey() + 1;
      if (!dropped.getValue().draft.isRetained()) {
        loss = loss.and(new Loss(dropped.getKey(), dropped.getValue().draft.time()));
      }
    }
    return mark();
  }

  private static boolean isTooOld(Kept kept, Keep keep, Instant now) {
    return kept.draft.time().isBefore(now) && now.minus(keep.age()).isAfter(kept.draft.time());
  }

  @Override
  public void listen(Runnable onNews) {
    listeners.add(onNews);
  }

  @Override
  public void close() {}
}
