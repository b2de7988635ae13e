package bellwether.eventlog.postgres;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.shared.SharedStore.Mark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the log holds, from the row of {@code mark_v1}. The list of epochs grows with each
 * change of servers, so it is not sent again with every row.
 */
final class JdbcMarks {
  private volatile Epochs latest = new Epochs(List.of());

  /** Returns the statement that answers with a row of a mark. */
  static String sql(String schema) {
    return "SELECT * FROM " + schema + ".mark_v1(?)";
  }

  /** Returns the epochs that are known before the row is asked for. */
  Epochs known() {
    return latest;
  }

  /** Returns the name of the newest of some epochs: the function's parameter. */
  static @Nullable String newest(Epochs epochs) {
    return epochs.isEmpty() ? null : epochs.list().get(epochs.list().size() - 1).name();
  }

  /**
   * Reads the next row.
   *
   * @param known those whose newest was the function's parameter
   */
  Mark read(ResultSet rows, Epochs known) throws SQLException {
    if (!rows.next()) {
      throw new SQLException("the log has no mark");
    }
    Epochs epochs = rows.getArray("names") == null ? known : epochs(rows);
    latest = epochs;
    long oldest = rows.getLong("oldest");
    long newest = rows.getLong("newest");
    long through = rows.getLong("lost_through");
    Loss loss =
        through == 0 ? Loss.NONE : new Loss(through, EntryRecord.time(rows.getLong("lost_at")));
    long entries = 0;
    for (Epoch epoch : epochs.list()) { // within each, there are no holes
      long first = Math.max(epoch.first(), oldest);
      entries += Math.max(0, Math.min(epoch.last(), newest) - first + 1);
    }
    return new Mark(epochs, oldest, newest, loss, entries, rows.getLong("bytes"));
  }

  private static Epochs epochs(ResultSet row) throws SQLException {
    String[] names = (String[]) row.getArray("names").getArray();
    Long[] firsts = (Long[]) row.getArray("firsts").getArray();
    Long[] lasts = (Long[]) row.getArray("lasts").getArray();
    List<Epoch> epochs = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      epochs.add(new Epoch(names[i], firsts[i], lasts[i]));
    }
    return new Epochs(epochs);
  }
}
