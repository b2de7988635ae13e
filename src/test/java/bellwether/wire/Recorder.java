package bellwether.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a parser tells, in the notation of {@link GoldenCase}. */
final class Recorder implements EventStreamParser.Listener {
  final List<String> told = new ArrayList<>();
  final List<MessageEvent> events = new ArrayList<>();

  @Override
  public void onEvent(MessageEvent event) {
    events.add(event);
    told.add(
        "event `%s` data `%s` id `%s`".formatted(event.type(), event.data(), event.lastEventId()));
  }

  @Override
  public void onRetry(Duration reconnectionTime) {
    told.add("retry " + reconnectionTime.toMillis());
  }

  @Override
  public void onComment(String text) {
    told.add("comment `" + text + "`");
  }
}
