package bellwether.eventlog;

import java.util.ArrayList;
import java.util.List;

/**
 * The lives of a log, each with the positions that it gave. By them the log tells its own ids,
 * however old, from those of another log, and from ids whose entries were lost in a crash.
 * Immutable.
 */
public record Epochs(List<Epoch> list) {

  /**
   * One life of a log.
   *
   * @param last the last of its positions that has been kept; {@link Long#MAX_VALUE} for the newest
   *     life
   */
  public record Epoch(String name, long first, long last) {
    /**
     * Returns whether this life has an id for the position; the place just before its first entry
     * has one, too.
     */
    public boolean has(long position) {
      return position >= first - 1 && position <= last;
    }

    private Epoch endingBy(long latest) {
      return new Epoch(name, first, Math.min(last, latest));
    }
  }

  /**
   * Cuts each life to the positions that later lives confirm: an entry that a later life did not
   * find was not kept, whatever the earlier life says.
   */
  public Epochs {
    List<Epoch> lives = new ArrayList<>(list);
    for (int i = lives.size() - 2; i >= 0; i--) {
      Epoch life = lives.get(i);
      lives.set(i, life.endingBy(lives.get(i + 1).last()));
    }
    list = List.copyOf(lives);
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  /**
   * Begins a new life after the last position that was kept. If no earlier life is known, the
   * existing entries get their ids from this one.
   */
  public Epochs begin(String name, long last, long first) {
    List<Epoch> lives = new ArrayList<>(list);
    if (!lives.isEmpty()) {
      lives.add(lives.remove(lives.size() - 1).endingBy(last));
    }
    lives.add(new Epoch(name, lives.isEmpty() ? 1 : first, Long.MAX_VALUE));
    return new Epochs(lives);
  }

  /**
   * Returns the id of a position, which {@link #gave} knows. A position that no life has kept,
   * skipped after a crash, belongs to the next life: the earlier one may have given it to an entry
   * that was lost.
   */
  public EventId idAt(long position) {
    int life = list.size() - 1; // usually this one
    while (life > 0 && position <= list.get(life - 1).last()) {
      life--;
    }
    return new EventId(list.get(life).name(), position);
  }

  /** Returns whether a life of this log gave the id, and its entry has not been lost in a crash. */
  public boolean gave(EventId id) {
    return list.stream().anyMatch(e -> e.name().equals(id.epoch()) && e.has(id.position()));
  }

  /** Returns the name of the life that gives ids now. */
  public String newest() {
    return list.get(list.size() - 1).name();
  }

  /** Returns whether a life of this log has this name. */
  public boolean isLife(String name) {
    return list.stream().anyMatch(life -> life.name().equals(name));
  }

  /**
   * Returns whether these positions, which no entry has, were skipped on purpose, so that nothing
   * is missing: a store that many servers share leaves out many where another life begins. A single
   * one is left out after a crash, to tell readers that something may be missing.
   */
  public boolean areSkipped(long first, long last) {
    for (int i = 1; i < list.size() && last > first; i++) {
      if (list.get(i).first() == last + 1) {
        return list.get(i - 1).last() == first - 1;
      }
    }
    return false;
  }

  /**
   * Returns the number of positions in {@code (from, to]}, without those between two lives, which
   * no entry has.
   */
  public long countBetween(long from, long to) {
    long count = to - from;
    for (int i = 1; i < list.size(); i++) {
      long lastOfEarlier = Math.max(from, list.get(i - 1).last());
      long lastSkipped = Math.min(to, list.get(i).first() - 1);
      count -= Math.max(0, lastSkipped - lastOfEarlier);
    }
    return count;
  }
}
