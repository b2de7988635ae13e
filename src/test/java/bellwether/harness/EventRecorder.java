package bellwether.harness;

import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a stream has brought so far: its bytes, and the events that they mean. */
public final class EventRecorder implements BodySink, EventStreamParser.Listener {
  private final EventStreamParser parser = new EventStreamParser(this);

  // Guarded by this.
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<MessageEvent> events = new ArrayList<>();
  private final List<Duration> retries = new ArrayList<>();
  private int comments;

  @Override
  public synchronized void body(byte[] piece) {
    bytes.writeBytes(piece);
    parser.feed(piece);
  }

  @Override
  public synchronized void onEvent(MessageEvent event) {
    events.add(event);
  }

  @Override
  public synchronized void onRetry(Duration reconnectionTime) {
    retries.add(reconnectionTime);
  }

  @Override
  public synchronized void onComment(String text) {
    comments++;
  }

  public synchronized String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  public synchronized List<MessageEvent> events() {
    return List.copyOf(events);
  }

  public synchronized List<Duration> retries() {
    return List.copyOf(retries);
  }

  public synchronized int comments() {
    return comments;
  }
}
