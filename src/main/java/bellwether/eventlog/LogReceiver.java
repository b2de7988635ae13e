package bellwether.eventlog;

import bellwether.eventlog.Losses.Loss;
import java.io.IOException;

/**
 * Receives everything that a log keeps, in order to keep it in another way: first the facts, then
 * the states that are older than all other entries, then the entries. One thread.
 */
public interface LogReceiver {
  /**
   * What a log knows besides its entries.
   *
   * @param oldest the position from which on all entries are kept; one past the newest if there are
   *     none
   * @param newest the newest position that was given; 0 if none was
   * @param loss what retention has dropped
   */
  record Facts(Epochs epochs, long oldest, long newest, Loss loss) {
    private static final int PARTS = 8;

    /**
     * Returns how many entries the parts of a log should have that are dropped whole: so few that
     * the log has several.
     */
    public long entriesOfPart(long most) {
      long entries = epochs.countBetween(oldest - 1, newest);
      return Math.max(1, Math.min(most, entries / PARTS));
    }
  }

  void begin(Facts facts) throws IOException;

  /** Receives a retained state from before the oldest position, which an entry may replace. */
  void state(EntryRecord state) throws IOException;

  /** Receives the next entry. */
  void entry(EntryRecord entry) throws IOException;

  /**
   * Receives the place of a loss: readers that have not passed this position are told that entries
   * up to here may be missing.
   */
  void missing(long position) throws IOException;

  /** Makes what was received a whole log; without this it is none. */
  void finish() throws IOException;
}
