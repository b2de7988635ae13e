package bellwether.bench;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * One scenario on one server, once: a process of its own that has the readers and the publishers.
 * It prints what it measured as one JSON object.
 */
final class Load implements AutoCloseable {
  /*
   * Every scenario but OPENING begins with the same warm-up. Publishers and readers share a clock
   * and a process, so that a publisher can go as fast as the readers do: it stops while IN_FLIGHT
   * events are on their way. Without that, a server that answers before it has delivered would be
   * measured by how it throws events away.
   */
  private static final int PUBLISHERS = 2;
  private static final int IN_FLIGHT = 256; // events not yet with all readers
  private static final int WARM_UP_STREAMS = 200;
  private static final int FILLING_BYTES = 16_384;
  private static final int FILLINGS =
      300; // 4.7 MiB: more than the kernel takes for a stopped reader
  private static final int LARGE_EVENTS = 64; // a mebibyte of them
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(90); // longer than write time-outs
  private static final long MOMENT = 100_000; // nanoseconds

  private final Scenario scenario;
  private final Peer peer;
  private final InetSocketAddress address;
  private final ServerUsage usage;
  private final int seconds;
  private final int warmUp;
  private final Audience readers;
  private final List<Publisher> publishers = new ArrayList<>(); // those that are paced in turn
  private final JsonObjectBuilder result = Json.createObjectBuilder();
  private int nextConnection;
  private int nextTopic;

  private Load(
      Scenario scenario,
      Peer peer,
      int port,
      int streamPort,
      ServerUsage usage,
      int seconds,
      int warmUp)
      throws IOException {
    this.scenario = scenario;
    this.peer = peer;
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.usage = usage;
    this.seconds = seconds;
    this.warmUp = warmUp;
    readers = audience(scenario, peer, streamPort);
    for (int i = 0; i < Math.max(PUBLISHERS, scenario.connections()); i++) {
      publishers.add(new Publisher(i, peer, address, scenario.topics()));
    }
  }

  private static Audience audience(Scenario scenario, Peer peer, int port) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    InetSocketAddress address = new InetSocketAddress(here.getHostAddress(), port);
    return scenario.isSecure()
        ? new SecureReaders(address, peer, ServerProcess.KEY.trusting(), scenario.isHttp2())
        : peer.audience(address);
  }

  /**
   * Takes scenario, peer, port, port for streams, process ids with commas, seconds to measure,
   * seconds to warm up, and if streams are to resume, the ids after which, with spaces.
   */
  public static void main(String[] arguments) {
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> fail(failure));
    try {
      run(arguments);
    } catch (IOException | InterruptedException | RuntimeException e) {
      fail(e);
    }
  }

  private static void run(String[] arguments) throws IOException, InterruptedException {
    Scenario scenario = Scenario.of(arguments[0]);
    Peer peer = Peer.of(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    int streamPort = Integer.parseInt(arguments[3]);
    ServerUsage usage =
        new ServerUsage(Stream.of(arguments[4].split(",", -1)).map(Long::valueOf).toList());
    int seconds = Integer.parseInt(arguments[5]);
    int warmUp = Integer.parseInt(arguments[6]);
    if (scenario.isResuming()) {
      List<String> ids = List.of(arguments[7].split(" ", -1));
      try (Resuming resuming = new Resuming(scenario, peer, port, usage, ids)) {
        System.out.println(resuming.measure(warmUp));
      }
    } else if (scenario.isPublishing()) {
      System.out.println(new Publishing(scenario, peer, port, usage, seconds, warmUp).measure());
    } else {
      try (Load load = new Load(scenario, peer, port, streamPort, usage, seconds, warmUp)) {
        load.run();
        System.out.println(load.result.build());
      }
    }
  }

  /** Any thread that fails ends the process: without it the figures would mean nothing. */
  private static void fail(Throwable failure) {
    failure.printStackTrace();
    System.out.println(Json.createObjectBuilder().add("failed", failure.toString()).build());
    System.out.flush();
    Runtime.getRuntime().halt(1);
  }

  private void run() throws IOException, InterruptedException {
    switch (scenario) {
      case OPENING -> opening();
      case IDLE -> {
        warmUp();
        idle();
      }
      case STALLED -> {
        warmUp();
        openAndPlay(scenario.streams());
        latency(measure(0).latency(), "without.");
        leave();
        beside();
      }
      case STRANGERS -> {
        warmUp();
        openAndPlay(scenario.streams());
        besideStrangers();
      }
      default -> {
        warmUp();
        openAndPlay(scenario.streams());
        account(0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    readers.close();
    for (Publisher publisher : publishers) {
      publisher.close();
    }
  }

  // The scenarios.

  private void opening() throws IOException, InterruptedException {
    usage.awaitIdle();
    result.add("cpuMicrosPerOpening", cpuMicrosPerOpening());
    leave();
    usage.awaitIdle();
    result.add("cpuMicrosPerOpeningWarm", cpuMicrosPerOpening());
  }

  private double cpuMicrosPerOpening() throws IOException, InterruptedException {
    Duration before = usage.cpu();
    openAll(scenario.streams());
    TimeUnit.MILLISECONDS.sleep(500); // what a server does behind the answer
    return micros(usage.cpu().minus(before)) / scenario.streams();
  }

  /**
   * The heap is fixed and all of it resident: see {@link ServerProcess}. So what the process has
   * more of is outside the heap, and what is alive in the heap comes on top.
   */
  private void idle() throws IOException, InterruptedException {
    usage.awaitIdle();
    long heap = peer.isJvm() ? usage.liveHeap() : 0;
    long resident = usage.resident();
    openAll(scenario.streams());
    usage.awaitIdle();
    heap = (peer.isJvm() ? usage.liveHeap() : 0) - heap;
    resident = usage.resident() - resident;
    result.add("bytesPerStream", (double) (resident + heap) / scenario.streams());
    if (peer.isJvm()) {
      result.add("heapBytesPerStream", (double) heap / scenario.streams());
    }
  }

  /** The same load beside a reader that has stopped and whose sockets are full. */
  private void beside() throws IOException, InterruptedException {
    try (Readers stopped = new Readers(address, peer);
        Publisher filler = new Publisher(0, peer, address, 1)) {
      stopped.open(1, 1, this::published, true);
      stopped.stall();
      int filled = 0;
      while (filled < FILLINGS && filler.fill(0, FILLING_BYTES)) {
        filled++;
      }
      result.add("fillings", filled);
      openAll(scenario.streams() - 1);
      usage.awaitIdle(); // some servers answer before they have subscribed the stream
      account(1);
    }
  }

  /** The same load alone, and beside each kind of strangers in turn. */
  private void besideStrangers() throws IOException, InterruptedException {
    probed("quiet.");
    try (Publisher large = new Publisher(0, peer, address, 1)) {
      for (int i = 0; i < LARGE_EVENTS; i++) {
        large.fill(Strangers.LARGE_TOPIC, FILLING_BYTES);
      }
    }
    for (Strangers.Kind kind : Strangers.Kind.values()) {
      Strangers strangers = new Strangers(address, kind);
      try (strangers) {
        usage.awaitIdle();
        probed(kind.name().toLowerCase(Locale.ROOT) + '.');
      }
      usage.awaitIdle();
    }
  }

  private void probed(String prefix) throws IOException, InterruptedException {
    HealthProbe probe = new HealthProbe(address);
    Ledger.Account account;
    try (probe) {
      account = measure(0);
    }
    latency(account.latency(), prefix);
    latency(probe.latency(), prefix + "health.");
    result.add(prefix + "failures", probe.failures());
    result.add(prefix + "lost", account.lost());
    result.add(prefix + "doubles", account.doubles());
  }

  /** Measures, and reports the deliveries. */
  private void account(int stalled) throws IOException, InterruptedException {
    Duration cpu = usage.cpu();
    long start = System.nanoTime();
    Ledger.Account account = measure(stalled);
    double elapsed =
        Math.max(scenario.isPaced() ? seconds : 0, (readers.lastDelivery() - start) / 1e9);
    double spent = micros(usage.cpu().minus(cpu));
    result.add("streams", scenario.streams());
    result.add("seconds", elapsed);
    result.add("deliveries", account.deliveries());
    result.add("deliveriesPerSecond", account.deliveries() / elapsed);
    result.add("cpuMicrosPerDelivery", spent / account.deliveries());
    result.add("residentBytes", usage.resident());
    result.add("lost", account.lost());
    result.add("doubles", account.doubles());
    result.add("damaged", account.damaged());
    result.add("ended", account.ended());
    latency(account.latency(), "");
  }

  private void latency(Histogram latency, String prefix) {
    result.add(prefix + "p50Millis", latency.getValueAtPercentile(50) / 1e6);
    result.add(prefix + "p99Millis", latency.getValueAtPercentile(99) / 1e6);
    result.add(prefix + "p999Millis", latency.getValueAtPercentile(99.9) / 1e6);
    result.add(prefix + "maxMillis", latency.getMaxValue() / 1e6);
  }

  // Their steps.

  private void warmUp() throws IOException, InterruptedException {
    readers.open(WARM_UP_STREAMS, 1, this::published);
    long before = readers.delivered();
    long events = flatOut(WARM_UP_STREAMS, warmUp);
    awaitDelivered(before + events * WARM_UP_STREAMS);
    leave();
    usage.awaitIdle();
  }

  private void openAll(int streams) throws IOException, InterruptedException {
    readers.open(streams, Math.min(streams, scenario.topics()), this::published);
  }

  /** Has the server used to this very load: compiling for it is not what its events cost. */
  private void openAndPlay(int streams) throws IOException, InterruptedException {
    openAll(streams);
    usage.awaitIdle();
    play(streams, warmUp);
    usage.awaitIdle(); // for as long as there is work, a JVM's compilers are behind with theirs
  }

  /** Leaves all streams, and has the server notice: it may need something to write for that. */
  private void leave() throws IOException, InterruptedException {
    readers.leave();
    for (int i = 0; i < 3; i++) {
      publishers.get(0).publish(System.nanoTime(), 1, 0, 1);
      publishers.get(0).awaitAnswers();
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private Ledger.Account measure(int stalled) throws IOException, InterruptedException {
    readers.begin();
    play(scenario.streams() - stalled, seconds);
    return readers.end(this::published);
  }

  /** Publishes for that long, and returns when everything has been read. */
  private void play(int reading, int duration) throws IOException, InterruptedException {
    for (Publisher publisher : publishers) {
      publisher.reconnect(); // they have been idle while streams were opened
    }
    long before = readers.delivered();
    long events = scenario.isPaced() ? paced(duration) : flatOut(reading, duration);
    awaitDelivered(before + (scenario.topics() == 1 ? events * reading : events));
  }

  private void awaitDelivered(long wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (readers.delivered() < wanted && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(2); // whatever has not come in the end is counted as lost
    }
  }

  /** Publishes at the scenario's rate; returns how many events. */
  private long paced(int duration) throws IOException {
    long before = count();
    long start = System.nanoTime() + 1_000_000;
    for (int tick = 0; tick < duration * scenario.ticks(); tick++) {
      long due = start + tick * TimeUnit.SECONDS.toNanos(1) / scenario.ticks();
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      tick(due);
    }
    for (Publisher publisher : publishers) {
      publisher.awaitAnswers();
    }
    return count() - before;
  }

  /** The topics get events in turn, and the connections requests. */
  private void tick(long due) throws IOException {
    int size = peer.takesBatches() ? scenario.batch() : 1;
    for (int left = scenario.perTick(); left > 0; left -= size) {
      Publisher publisher = publishers.get(nextConnection);
      publisher.publish(due, Math.min(size, left), nextTopic, scenario.topics());
      nextConnection = (nextConnection + 1) % scenario.connections();
      nextTopic = (nextTopic + size) % scenario.topics();
    }
  }

  /** Publishes on one topic as fast as its readers read; returns how many events. */
  private long flatOut(int streams, int duration) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(duration);
    long published = count();
    long delivered = readers.delivered();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (Publisher publisher : publishers.subList(0, PUBLISHERS)) {
      running.add(
          CompletableFuture.runAsync(
              () -> {
                while (System.nanoTime() < deadline) {
                  long due = (count() - published) * streams - (readers.delivered() - delivered);
                  if (due > (long) IN_FLIGHT * streams) {
                    LockSupport.parkNanos(MOMENT);
                  } else {
                    publish(publisher);
                  }
                }
              },
              task -> new Thread(task, "publisher").start()));
    }
    running.forEach(CompletableFuture::join);
    return count() - published;
  }

  private void publish(Publisher publisher) {
    try {
      int events = peer.takesBatches() ? scenario.batch() : 1;
      publisher.publish(System.nanoTime(), events, 0, 1);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private long count() {
    return publishers.stream().mapToLong(Publisher::count).sum();
  }

  private long[] published(int topic) {
    return publishers.stream().mapToLong(publisher -> publisher.number(topic)).toArray();
  }

  private static double micros(Duration duration) {
    return duration.toNanos() / 1e3;
  }
}
