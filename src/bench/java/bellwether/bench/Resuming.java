package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Clients that come back as fast as they can, and read until they have what they missed. */
final class Resuming implements AutoCloseable {
  private static final int WARM_UP_STREAMS = 200;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(4);

  private final Scenario scenario;
  private final Peer peer;
  private final ServerUsage usage;
  private final List<String> ids;
  private final Readers readers;
  private final Publisher publisher;

  /**
   * @param ids of {@link Backlog}
   */
  Resuming(Scenario scenario, Peer peer, int port, ServerUsage usage, List<String> ids)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.scenario = scenario;
    this.peer = peer;
    this.usage = usage;
    this.ids = ids;
    this.readers = new Readers(address, peer);
    this.publisher = new Publisher(0, peer, address, scenario.topics() + 1);
  }

  /** Warms up for twice so long, unless the server is to be measured right after its start. */
  JsonObject measure(int warmUp) throws IOException, InterruptedException {
    if (!peer.isKilled()) {
      warmUp(2 * warmUp);
    }
    usage.awaitIdle();
    readers.begin();
    Duration before = usage.cpu();
    long start = System.nanoTime();
    resume(scenario.streams(), 0, ids.subList(0, scenario.topics()));
    double spent = usage.cpu().minus(before).toNanos() / 1e3;
    TimeUnit.MILLISECONDS.sleep(300); // what comes again would come now
    Ledger.Account account = readers.end(topic -> new long[] {1 + Backlog.EVENTS});
    double elapsed = (readers.lastDelivery() - start) / 1e9;
    return Json.createObjectBuilder()
        .add("streams", scenario.streams())
        .add("seconds", elapsed)
        .add("deliveries", account.deliveries())
        .add("deliveriesPerSecond", account.deliveries() / elapsed)
        .add("cpuMicrosPerDelivery", spent / account.deliveries())
        .add("cpuMicrosPerClient", spent / scenario.streams())
        .add("residentBytes", usage.resident())
        .add("lost", account.lost())
        .add("doubles", account.doubles())
        .add("damaged", account.damaged())
        .add("ended", account.ended())
        .build();
  }

  @Override
  public void close() throws IOException {
    readers.close();
    publisher.close();
  }

  private void resume(int streams, int topic, List<String> places) throws InterruptedException {
    long wanted = readers.delivered() + (long) streams * Backlog.EVENTS;
    readers.resume(streams, topic, places);
    long deadline = System.nanoTime() + PATIENCE;
    while (readers.delivered() < wanted && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2); // whatever has not come in the end is counted as lost
    }
  }

  /** On a topic of its own, for what tells the server that they have left is written to them. */
  private void warmUp(int seconds) throws IOException, InterruptedException {
    int topic = scenario.topics();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < deadline) {
      resume(WARM_UP_STREAMS, topic, List.of(ids.get(topic)));
      readers.leave();
      for (int i = 0; i < 3; i++) {
        publisher.fill(topic, Scenario.SIZE);
        TimeUnit.MILLISECONDS.sleep(200);
      }
    }
  }
}
