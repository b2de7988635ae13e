package bellwether.harness;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.wire.MessageEvent;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Takes a stream's events one by one, as they come. Confined to the test's thread. */
public final class EventReader {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final EventRecorder recorder;
  private final BooleanSupplier hasEnded;
  private int taken; // how many events have been asked for

  EventReader(EventRecorder recorder, BooleanSupplier hasEnded) {
    this.recorder = recorder;
    this.hasEnded = hasEnded;
  }

  /** The next event, waited for. */
  public MessageEvent next() {
    Await.until(
        "event " + (taken + 1) + " of a stream",
        LIMIT,
        () -> recorder.events().size() > taken || hasEnded.getAsBoolean());
    assertThat(recorder.events()).as("the stream has ended, at least").hasSizeGreaterThan(taken);
    return recorder.events().get(taken++);
  }

  /** The data of the next events, waited for. */
  public List<String> nextData(int count) {
    return Stream.generate(() -> next().data()).limit(count).toList();
  }

  /** Takes the event that ends the opening of a fresh stream, which must come next. */
  public void takeOpening() {
    assertThat(next().type()).isEqualTo("cursor");
  }

  /** All events so far that have not been asked for. */
  List<MessageEvent> rest() {
    List<MessageEvent> all = recorder.events();
    List<MessageEvent> rest = all.subList(taken, all.size());
    taken = all.size();
    return rest;
  }
}
