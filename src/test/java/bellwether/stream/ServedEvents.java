package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import bellwether.access.ClientLimits;
import bellwether.access.Gate;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.Publication;
import bellwether.exchange.FailedRequests;
import bellwether.fixtures.Exchange;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.Hubs;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.TestExchanges;
import bellwether.hub.Hub;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * {@code /events}, and the URLs of its streams, over a hub that retains the topics that begin with
 * {@code state}. Time passes when a test says so.
 */
final class ServedEvents {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  final ManualScheduler time = new ManualScheduler();
  final Set<String> revoked = new HashSet<>(); // tokens, by their ids
  final Metrics metrics = new Metrics();
  final ConnectionRegistry registry = new ConnectionRegistry(100, metrics);
  final StreamRights rights =
      new StreamRights(
          registry,
          time,
          () -> START.plusNanos(time.nanoTime()),
          token -> revoked.contains(token.id()));
  final Hub hub;
  final EventsServlet events;
  final StreamServlet changes;

  ServedEvents(EventLog log, Gate gate) {
    hub = Hubs.over(log, topic -> topic.name().startsWith("state"), time);
    Retry retry = new Retry(Duration.ofSeconds(3), new Random(1));
    StreamContext context =
        new StreamContext(
            registry, new FailedRequests(), metrics, time, time::nanoTime, retry::next);
    events =
        new EventsServlet(
            new Publishing(
                hub,
                topic -> false,
                topic -> false,
                ClientLimits.none(),
                100,
                TestExchanges.of(1000)),
            new StreamOpener(
                hub,
                context,
                retry,
                Openers.ENDLESS,
                retry::nextWhenRefused,
                rights,
                ClientLimits.none(),
                StreamKey.keys(0, new Random(1))),
            new PollOpener(
                hub,
                context,
                TestExchanges.of(1000),
                time,
                retry::nextWhenRefused,
                rights,
                ClientLimits.none()),
            gate,
            gate,
            TestExchanges.of(1000),
            () -> START);
    changes =
        new StreamServlet(
            new StreamChanges(hub, registry, rights, retry::nextWhenRefused),
            OtherServers.NONE,
            gate,
            false,
            TestExchanges.of(1000));
  }

  void publish(String topic, String data) {
    publish(Publication.of(new Topic(topic), data));
  }

  void publish(Publication publication) {
    hub.publish(publication);
    time.runDue();
  }

  /** Asks for a stream or a poll, and has the container take what it can. */
  void open(Exchange exchange, FakeResponse body) {
    exchange.async(body).through(events);
    try {
      body.callListener();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String text(FakeResponse body) {
    return new String(body.written(), UTF_8);
  }
}
