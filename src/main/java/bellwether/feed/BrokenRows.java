package bellwether.feed;

import bellwether.table.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs broken rows, which are skipped. Each is logged once, and again only if it was whole or
 * absent in between. Confined to the ticks of one feed.
 */
public final class BrokenRows {
  /**
   * The number of rows that are remembered and named; if there are more, the log says only that.
   */
  static final int MAX = 100;

  private static final Logger logger = LoggerFactory.getLogger(BrokenRows.class);

  private final String table;
  private final Set<Object> told = new HashSet<>();
  private boolean hasToldOfMore;

  /**
   * @param table the table's name in the message, such as "the stock table"
   */
  public BrokenRows(String table) {
    this.table = table;
  }

  /**
   * Logs the rows that are newly broken.
   *
   * @param rows all rows that exist now; a broken one that is not among them is forgotten
   */
  public <K, T> void tell(List<Row<K, T>> rows) {
    List<Row.Broken<K, T>> broken = new ArrayList<>();
    for (Row<K, T> row : rows) {
      if (row instanceof Row.Broken<K, T> b) {
        broken.add(b);
      }
    }
    told.retainAll(broken.stream().map(Row::key).collect(Collectors.toSet()));
    for (Row.Broken<K, T> row : broken) {
      if (told.size() < MAX && told.add(row.key())) {
        String key = visible(String.valueOf(row.key()));
        logger.warn("Row '{}' of {} is skipped: {}", key, table, visible(row.fault()));
      }
    }
    int more = broken.size() - told.size();
    if (more > 0 && !hasToldOfMore) {
      logger.warn("{} more rows of {} are skipped", more, table);
    }
    hasToldOfMore = more > 0;
  }

  /**
   * Makes line ends and other control characters visible: in a key they would forge lines of the
   * log.
   */
  private static String visible(String text) {
    return text.codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }
}
