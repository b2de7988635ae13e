package bellwether.eventlog;

import java.util.ArrayList;
import java.util.List;

/**
 * The lives of a log, each with the positions that it gave: what tells an id of its own, however
 * old, from another log's, and from one that was given but not kept. Immutable.
 */
record Epochs(List<Epoch> list) {

  /**
   * One life.
   *
   * @param last the last position it gave that has been kept; of the newest, {@link Long#MAX_VALUE}
   */
  record Epoch(String name, long first, long last) {
    /** The place just before the first of its entries has an id, too. */
    boolean has(long position) {
      return position >= first - 1 && position <= last;
    }
  }

  Epochs {
    list = List.copyOf(list);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /** Begins a new life after the last position that was kept. */
  Epochs begin(String name, long last, long first) {
    List<Epoch> lives = new ArrayList<>(list);
    if (!lives.isEmpty()) {
      Epoch before = lives.remove(lives.size() - 1);
      lives.add(new Epoch(before.name(), before.first(), last));
    }
    lives.add(new Epoch(name, first, Long.MAX_VALUE));
    return new Epochs(lives);
  }

  EventId idAt(long position) {
    for (int i = list.size() - 1; i > 0; i--) { // mostly the newest
      if (position >= list.get(i).first()) {
        return new EventId(list.get(i).name(), position);
      }
    }
    return new EventId(list.get(0).name(), position);
  }

  /** Whether a life of this log gave the id, and what it names has not been lost with a crash. */
  boolean gave(EventId id) {
    return list.stream().anyMatch(e -> e.name().equals(id.epoch()) && e.has(id.position()));
  }
}
