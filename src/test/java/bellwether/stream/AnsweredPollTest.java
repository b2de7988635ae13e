package bellwether.stream;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.auth.Grant;
import bellwether.eventlog.EntryFilter;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Place;
import bellwether.eventlog.ReadResult;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ForwardingLog;
import bellwether.fixtures.MemoryLogs;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Polls that have their answer, of which their clients take nothing. */
class AnsweredPollTest {
  private final SeenLog log = new SeenLog(MemoryLogs.of(3));
  private final ServedEvents served = new ServedEvents(log, request -> Grant.NONE);

  @Test
  void keepsTheBytesOfItsAnswerAloneUntilItsClientHasTakenThem() {
    served.publish("a", "x".repeat(100_000));
    Exchange poll = new Exchange("GET", "/events", null).with("Accept", "application/json");
    FakeResponse stuck = new FakeResponse(new Random(1), 100);
    served.open(poll.parameter("topic", "a").parameter("lastEventId", "earliest"), stuck);
    assertThat(log.seen).isNotEmpty();
    for (int i = 0; i < 10; i++) {
      served.publish("b", "after which the log has it no more");
    }

    for (int i = 0; i < 100 && isAnyKept(); i++) {
      System.gc();
    }

    assertThat(poll.isOpen()).as("its client has taken nothing").isTrue();
    assertThat(served.registry.polls()).isEqualTo(1);
    assertThat(isAnyKept()).isFalse();
  }

  private boolean isAnyKept() {
    return log.seen.stream().anyMatch(entry -> entry.get() != null);
  }

  /** A log that knows the entries that have been read of it, and keeps none of them. */
  private static final class SeenLog extends ForwardingLog {
    final List<WeakReference<LogEntry>> seen = new ArrayList<>();

    SeenLog(EventLog log) {
      super(log);
    }

    @Override
    public ReadResult read(Place place, long upTo, EntryFilter wanted, int limit) {
      ReadResult result = super.read(place, upTo, wanted, limit);
      if (result instanceof ReadResult.Batch batch) {
        batch.entries().forEach(entry -> seen.add(new WeakReference<>(entry)));
      }
      return result;
    }
  }
}
