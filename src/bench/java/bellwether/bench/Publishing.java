package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** What a server can be told in a second, and how long it takes to answer. */
final class Publishing {
  /**
   * Publishers at the same time, one after the other on one server.
   *
   * @param name before its figures
   * @param batch events in a request
   * @param readers of the topic
   */
  private record Step(String name, int publishers, int batch, int readers) {
    static Step single(int publishers, int readers) {
      return new Step(Integer.toString(publishers), publishers, 1, readers);
    }
  }

  private static final List<Step> DURABLE =
      List.of(
          Step.single(1, 0),
          Step.single(16, 0),
          Step.single(64, 0),
          new Step("batches", 4, Scenario.DURABLE.batch(), 0),
          new Step("read", 16, 1, Scenario.DURABLE.streams()));
  private static final List<Step> PUBLISH =
      Stream.of(1, 16, 64)
          .map(publishers -> Step.single(publishers, Scenario.PUBLISH.streams()))
          .toList();
  private static final long LONGEST = TimeUnit.MINUTES.toNanos(10);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final List<Step> steps;
  private final Peer peer;
  private final InetSocketAddress address;
  private final ServerUsage usage;
  private final int seconds;
  private final int warmUp;
  private final JsonObjectBuilder result = Json.createObjectBuilder();
  private long lost;
  private long doubles;

  Publishing(Scenario scenario, Peer peer, int port, ServerUsage usage, int seconds, int warmUp) {
    this.steps = scenario == Scenario.PUBLISH ? PUBLISH : DURABLE;
    this.peer = peer;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.usage = usage;
    this.seconds = seconds;
    this.warmUp = warmUp;
  }

  /** Each step behind a warm-up that is the same, and the disk before them all. */
  JsonObject measure() throws IOException, InterruptedException {
    Disk disk = new Disk(ServerProcess.DIRECTORY);
    result.add("disk.syncsPerSecond", disk.syncsPerSecond(512));
    result.add("disk.largeSyncsPerSecond", disk.syncsPerSecond(256 << 10));
    for (Step step : steps) {
      try (Audience audience = peer.audience(address)) {
        audience.open(step.readers(), 1, topic -> new long[step.publishers()]);
        measure(step, audience);
        audience.leave();
      }
      usage.awaitIdle();
    }
    return result.add("lost", lost).add("doubles", doubles).build();
  }

  private void measure(Step step, Audience audience) throws IOException, InterruptedException {
    List<Caller> callers = new ArrayList<>();
    try {
      for (int i = 0; i < step.publishers(); i++) {
        callers.add(new Caller(i, peer, address));
      }
      publish(callers, step, warmUp);
      awaitDelivered(callers, step, audience);
      usage.awaitIdle(); // for as long as there is work, a JVM's compilers are behind with theirs
      audience.begin();
      long events = count(callers);
      long delivered = audience.delivered();
      Duration cpu = usage.cpu();
      long start = System.nanoTime();
      Histogram latency = publish(callers, step, seconds);
      double elapsed = (System.nanoTime() - start) / 1e9;
      double read = (audience.delivered() - delivered) / elapsed;
      awaitDelivered(callers, step, audience);
      double spent = usage.cpu().minus(cpu).toNanos() / 1e3;
      events = count(callers) - events;
      result.add(step.name() + ".eventsPerSecond", events / elapsed);
      result.add(step.name() + ".cpuMicrosPerEvent", spent / events);
      result.add(step.name() + ".p50Millis", latency.getValueAtPercentile(50) / 1e6);
      result.add(step.name() + ".p99Millis", latency.getValueAtPercentile(99) / 1e6);
      result.add(step.name() + ".maxMillis", latency.getMaxValue() / 1e6);
      if (step.readers() > 0) {
        result.add(step.name() + ".deliveriesPerSecond", read);
      }
      Ledger.Account account =
          audience.end(topic -> callers.stream().mapToLong(Caller::number).toArray());
      lost += account.lost();
      doubles += account.doubles();
    } finally {
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  /** What has not come in the end is counted as lost. */
  private static void awaitDelivered(List<Caller> callers, Step step, Audience audience)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (audience.delivered() < count(callers) * step.readers() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2);
    }
  }

  private static Histogram publish(List<Caller> callers, Step step, int duration) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(duration);
    List<CompletableFuture<Histogram>> running = new ArrayList<>();
    for (Caller caller : callers) {
      running.add(
          CompletableFuture.supplyAsync(
              () -> publish(caller, step, deadline),
              task -> new Thread(task, "publisher").start()));
    }
    Histogram all = new Histogram(LONGEST, 3);
    running.forEach(one -> all.add(one.join()));
    return all;
  }

  private static Histogram publish(Caller caller, Step step, long deadline) {
    Histogram latency = new Histogram(LONGEST, 3);
    try {
      caller.publishUntil(deadline, step.batch(), latency);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
    return latency;
  }

  private static long count(List<Caller> callers) {
    return callers.stream().mapToLong(Caller::number).sum();
  }
}
