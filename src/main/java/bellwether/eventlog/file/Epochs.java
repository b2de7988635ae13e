package bellwether.eventlog.file;

import bellwether.eventlog.EventId;
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

    private Epoch endingBy(long latest) {
      return new Epoch(name, first, Math.min(last, latest));
    }
  }

  /** What a later life did not find was not kept, whatever an earlier one says. */
  Epochs {
    List<Epoch> lives = new ArrayList<>(list);
    for (int i = lives.size() - 2; i >= 0; i--) {
      Epoch life = lives.get(i);
      lives.set(i, life.endingBy(lives.get(i + 1).last()));
    }
    list = List.copyOf(lives);
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /**
   * Begins a new life after the last position that was kept. If no earlier one is known, what is
   * there gets its ids from this one.
   */
  Epochs begin(String name, long last, long first) {
    List<Epoch> lives = new ArrayList<>(list);
    if (!lives.isEmpty()) {
      lives.add(lives.remove(lives.size() - 1).endingBy(last));
    }
    lives.add(new Epoch(name, lives.isEmpty() ? 1 : first, Long.MAX_VALUE));
    return new Epochs(lives);
  }

  /**
   * The id of a position, which {@link #gave} knows. One that no life has kept, left out after a
   * crash, is the next one's: the earlier one may have given it to what was lost.
   */
  EventId idAt(long position) {
    int life = list.size() - 1; // mostly it
    while (life > 0 && position <= list.get(life - 1).last()) {
      life--;
    }
    return new EventId(list.get(life).name(), position);
  }

  /** Whether a life of this log gave the id, and what it names has not been lost with a crash. */
  boolean gave(EventId id) {
    return list.stream().anyMatch(e -> e.name().equals(id.epoch()) && e.has(id.position()));
  }
}
