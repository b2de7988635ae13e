package bellwether.hub;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.Gap.Reason;
import bellwether.topic.Topic;
import java.util.List;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final int MAX_BYTES = 1000;

  private final MemoryEventLog log = MemoryLogs.of(100);
  private final Page page = new Page(3, MAX_BYTES, MAX_BYTES);

  @Test
  void takesSoManyEventsAndThenNoMore() {
    for (int i = 0; i < 3; i++) {
      assertThat(page.offerEvent(entry(1), EventSink.AGELESS)).isTrue();
    }
    assertThat(page.isFull()).isFalse();
    assertThat(page.offerEvent(entry(1), EventSink.AGELESS)).isFalse();
    assertThat(page.isFull()).isTrue();
    assertThat(page.items()).hasSize(3);
  }

  @Test
  void takesOneEventHoweverLargeAndNoSmallerOneAfterOneThatItRefused() {
    assertThat(page.offerEvent(entry(2 * MAX_BYTES), EventSink.AGELESS)).isTrue();
    Page next = new Page(3, MAX_BYTES, MAX_BYTES);
    next.offerEvent(entry(1), EventSink.AGELESS);
    assertThat(next.offerEvent(entry(MAX_BYTES), EventSink.AGELESS)).isFalse();
    assertThat(next.offerEvent(entry(1), EventSink.AGELESS)).as("out of order").isFalse();
  }

  /** When the log drops what is just being read. */
  @Test
  void takesNoGapAfterEventsAndNoSecondOne() {
    assertThat(page.offerGap(gap())).isTrue();
    assertThat(page.offerGap(gap())).isFalse();
    Page other = new Page(3, MAX_BYTES, MAX_BYTES);
    other.offerEvent(entry(1), EventSink.AGELESS);
    assertThat(other.offerGap(gap())).isFalse();
    assertThat(other.isFull()).isTrue();
    assertThat(other.gap()).isNull();
  }

  @Test
  void takesTheStateBesideAGapAndEventsUpToALimitOfItsOwn() {
    assertThat(page.offerState(entry(MAX_BYTES / 2), false)).isTrue();
    assertThat(page.offerGap(gap())).isTrue();
    assertThat(page.offerEvent(entry(MAX_BYTES / 2), EventSink.AGELESS)).isTrue();
    assertThat(page.isStateTooLarge()).isFalse();
    assertThat(page.offerState(entry(MAX_BYTES / 2), false)).isFalse();
    assertThat(page.isStateTooLarge()).isTrue();
    assertThat(page.items()).extracting(Page.Item::hasId).containsExactly(false, true);
  }

  @Test
  void isNotFilledByACursor() {
    assertThat(page.offerCursor(ControlFrame.cursor(log.idAt(0)))).isTrue();
    assertThat(page.isEmpty()).isTrue();
  }

  private Gap gap() {
    return Gap.in(log, 0L, "lost", Reason.EVICTED);
  }

  private LogEntry entry(int size) {
    Publication publication = Publication.of(new Topic("a"), "x".repeat(size));
    return log.append(List.of(publication), topic -> false).get(0);
  }
}
