package bellwether.it;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.harness.Await;
import bellwether.harness.Bellwether;
import bellwether.harness.BodySink;
import bellwether.harness.Container;
import bellwether.harness.SseClient;
import bellwether.harness.SseClientGroup;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of a thousand streams, with others coming and going, each gets every event once, in order. */
@Tag("soak")
class ThousandStreamsIT {
  private static final int STREAMS = 1_000;
  private static final int EVENTS = 100;
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  void everyStreamGetsEveryEventOnceAndInOrder(Container container) {
    try (Bellwether server =
            Bellwether.start(
                container,
                settings -> settings.setting("bellwether.heartbeat", HEARTBEAT.toSeconds() + "s"));
        SseClientGroup group = new SseClientGroup()) {
      URI uri = server.events("topic", "log/numbers");
      List<Reader> readers = new ArrayList<>();
      for (int i = 0; i < STREAMS; i++) {
        readers.add(new Reader(group, uri));
      }
      readers.forEach(Reader::awaitStart);
      server.awaitOpenStreams(STREAMS, LIMIT);

      List<MessageEvent> published = publishAmidComingAndGoing(server, group, readers);

      for (Reader reader : readers) {
        reader.awaitLast(published.get(EVENTS - 1));
        assertThat(reader.events()).isEqualTo(reader.whatFollowsItsStart(published));
      }
      for (int i = 0; i < readers.size(); i++) {
        readers.get(i).leave(i % 2 == 0);
      }
      server.awaitOpenStreams(0, HEARTBEAT.multipliedBy(2));
      assertThat(server.process().log()).doesNotContain("WARNING", "SEVERE", "Exception");
    }
  }

  /** Between any two events one stream is opened, and one of those that were there is cut. */
  private static List<MessageEvent> publishAmidComingAndGoing(
      Bellwether server, SseClientGroup group, List<Reader> readers) {
    List<MessageEvent> published = new ArrayList<>();
    List<Reader> gone = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      String data = Integer.toString(i);
      String id = server.publish("topic", "log/numbers", "data", data);
      published.add(new MessageEvent("message", data, id));
      readers.add(new Reader(group, server.events("topic", "log/numbers")));
      Reader leaving = readers.remove(i);
      leaving.leave(i % 2 == 0);
      gone.add(leaving);
    }
    for (Reader reader : gone) {
      List<MessageEvent> events = reader.events();
      assertThat(events).isEqualTo(reader.whatFollowsItsStart(published).subList(0, events.size()));
    }
    return published;
  }

  /** Keeps what one stream brings, but for the opening. */
  private static final class Reader implements BodySink, EventStreamParser.Listener {
    private final EventStreamParser parser = new EventStreamParser(this);
    private final SseClient client;

    // Guarded by this.
    private String start = "";
    private final List<MessageEvent> events = new ArrayList<>();

    Reader(SseClientGroup group, URI uri) {
      client = group.open(uri, Map.of(), this);
    }

    @Override
    public synchronized void body(byte[] bytes) {
      parser.feed(bytes);
    }

    @Override
    public synchronized void onEvent(MessageEvent event) {
      if (!event.type().equals("cursor")) {
        events.add(event);
      } else if (start.isEmpty()) {
        start = event.lastEventId();
      }
    }

    synchronized List<MessageEvent> events() {
      return List.copyOf(events);
    }

    private synchronized boolean hasStarted() {
      return !start.isEmpty();
    }

    private synchronized boolean hasLast(MessageEvent last) {
      return events.contains(last);
    }

    void awaitStart() {
      Await.until("the opening of a stream", LIMIT, this::hasStarted);
    }

    /** A stream that opened after the last event has nothing to wait for but its opening. */
    void awaitLast(MessageEvent last) {
      awaitStart();
      if (position(start()) < position(last.lastEventId())) {
        Await.until("the last event", LIMIT, () -> hasLast(last));
      }
    }

    private synchronized String start() {
      return start;
    }

    List<MessageEvent> whatFollowsItsStart(List<MessageEvent> published) {
      long after = hasStarted() ? position(start()) : Long.MAX_VALUE;
      return published.stream().filter(e -> position(e.lastEventId()) > after).toList();
    }

    void leave(boolean rudely) {
      if (rudely) {
        client.reset();
      } else {
        client.close();
      }
    }

    private static long position(String id) {
      return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }
  }
}
