package bellwether.feed;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.fixtures.LogLines;
import bellwether.table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokenRowsTest {
  private final LogLines log = new LogLines(BrokenRows.class);
  private final BrokenRows rows = new BrokenRows("the table");

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void saysNothingOfWholeRows() {
    rows.tell(List.of(new Row.Whole<>("A", 1)));

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void saysOfEachOnceWhileItStaysBroken() {
    rows.tell(List.of(broken("A"), new Row.Whole<>("B", 1)));
    rows.tell(List.of(broken("A"), broken("B")));
    rows.tell(List.of(broken("B"), broken("A")));

    assertThat(log.lines())
        .containsExactly(
            "WARNING Row 'A' of the table is skipped: wrong",
            "WARNING Row 'B' of the table is skipped: wrong");
  }

  @Test
  void saysItAgainOfOneThatWasWholeOrAwayInBetween() {
    rows.tell(List.of(broken("A"), broken("B")));
    rows.tell(List.of(new Row.Whole<>("A", 1)));
    rows.tell(List.of(broken("A"), broken("B")));

    assertThat(log.lines()).hasSize(4);
  }

  @Test
  void letsNoKeyForgeALine() {
    rows.tell(List.of(broken("A\r\nSEVERE: gone")));

    assertThat(log.lines())
        .containsExactly(
            "WARNING Row 'A\\u000d\\u000aSEVERE: gone' of the table is skipped: wrong");
  }

  @Test
  void namesSoManyAndNoMore() {
    List<Row<String, Integer>> many = new ArrayList<>();
    IntStream.range(0, BrokenRows.MAX + 5).forEach(i -> many.add(broken("A" + i)));
    rows.tell(many);
    rows.tell(many);
    assertThat(log.lines())
        .hasSize(BrokenRows.MAX + 1)
        .last()
        .isEqualTo("WARNING 5 more rows of the table are skipped");

    rows.tell(many.subList(10, 20));
    rows.tell(many);
    assertThat(log.lines()).hasSize(2 * BrokenRows.MAX + 1 - 10 + 1);
  }

  private static Row<String, Integer> broken(String key) {
    return new Row.Broken<>(key, "wrong");
  }
}
