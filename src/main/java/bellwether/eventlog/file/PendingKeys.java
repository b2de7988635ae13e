package bellwether.eventlog.file;

import bellwether.eventlog.LogEntry;
import org.jspecify.annotations.Nullable;

/** The idempotency keys of entries that are not visible yet. Confined to a lock. */
final class PendingKeys {
  /*
   * This is a hash table of its own because taking a key out must not fail, and adding one must
   * leave the table as it was if it does: HashMap may allocate in the middle of either.
   */
  private static final int MIN_SIZE = 64;

  private @Nullable Pending[] chains = new Pending[MIN_SIZE];
  private int size;

  /** A pending entry that has a key. */
  static final class Pending {
    private final String key;
    private final LogEntry entry;
    private final Appending appending;
    private @Nullable Pending next; // next in the same chain

    private Pending(String key, LogEntry entry, Appending appending) {
      this.key = key;
      this.entry = entry;
      this.appending = appending;
    }

    LogEntry entry() {
      return entry;
    }

    Appending appending() {
      return appending;
    }
  }

  /** Returns the pending entry that has the key, or null if there is none. */
  @Nullable Pending find(String key) {
    Pending pending = chains[chainOf(key)];
    while (pending != null && !pending.key.equals(key)) {
      pending = pending.next;
    }
    return pending;
  }

  /** Adds a key that no other pending entry has. */
  void add(String key, LogEntry entry, Appending appending) {
    Pending pending = new Pending(key, entry, appending);
    if (size == chains.length) {
      grow();
    }
    link(pending);
    size++;
  }

  /** Removes the keys of an append, as far as they are here. */
  void removeAllOf(Appending appending) {
    for (int i = 0; i < appending.entries.size(); i++) {
      String key = appending.entries.get(i).publication().idempotencyKey();
      if (key != null) {
        remove(key);
      }
    }
  }

  private void remove(String key) {
    int chain = chainOf(key);
    Pending before = null;
    Pending pending = chains[chain];
    while (pending != null && !pending.key.equals(key)) {
      before = pending;
      pending = pending.next;
    }
    if (pending == null) {
      return;
    }
    if (before == null) {
      chains[chain] = pending.next;
    } else {
      before.next = pending.next;
    }
    size--;
  }

  private void grow() {
    @Nullable Pending[] fewer = chains;
    chains = new Pending[2 * fewer.length];
    for (Pending first : fewer) {
      Pending pending = first;
      while (pending != null) {
        Pending next = pending.next;
        link(pending);
        pending = next;
      }
    }
  }

  private void link(Pending pending) {
    int chain = chainOf(pending.key);
    pending.next = chains[chain];
    chains[chain] = pending;
  }

  private int chainOf(String key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (chains.length - 1);
  }
}
