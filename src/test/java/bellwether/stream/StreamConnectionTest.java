package bellwether.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import bellwether.exchange.FailedRequests;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.fixtures.FakeResponse;
import bellwether.fixtures.ManualScheduler;
import bellwether.fixtures.MemoryLogs;
import bellwether.hub.FanOut;
import bellwether.hub.Hub;
import bellwether.hub.HubListener;
import bellwether.hub.Interest;
import bellwether.observe.CloseReason;
import bellwether.observe.Metrics;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import bellwether.wire.EventStreamEncoder;
import bellwether.wire.EventStreamParser;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state machine of one stream, before any container: a fake one tries to catch it out. */
class StreamConnectionTest {
  private static final Topic TOPIC = new Topic("log");
  private static final Duration RETRY = Duration.ofSeconds(3);

  private final Metrics metrics = new Metrics();
  private final ConnectionRegistry registry = new ConnectionRegistry(10_000, metrics);
  private final FailedRequests failed = new FailedRequests();
  private final ManualScheduler executor = new ManualScheduler();
  private final AtomicInteger cuts = new AtomicInteger();
  private long now;
  private boolean isClockBroken;

  @ParameterizedTest
  @Timeout(120)
  @ValueSource(ints = {0, 10, 50, 90})
  void writesEveryByteOnceAndInOrderWhateverTheContainerDoes(int notReadyPercent) {
    Random random = new Random(notReadyPercent);
    int steps = 0;
    while (steps < 250_000) {
      steps += runOneLife(random, notReadyPercent);
    }
    assertThat(registry.size()).isZero();
  }

  /** One stream from its opening to its end, in random steps. */
  private int runOneLife(Random random, int notReadyPercent) {
    Hub hub = newHub(1000, random);
    FakeResponse response =
        random.nextBoolean()
            ? new FakeResponse(random, notReadyPercent)
            : new FakeBufferResponse(random, notReadyPercent);
    StreamConnection connection = open(hub, response);
    int published = 0;
    int length = random.nextInt(400);
    for (int step = 0; step < length; step++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> publish(hub, published++, random);
        case 3, 4, 5 -> executor.runNext();
        case 6, 7, 8 -> writePossible(response, connection);
        case 9 -> beat(connection, random);
        case 10 -> containerNoticesFailure(response, connection, random);
        default -> {
          if (random.nextInt(100) == 0) {
            response.breakOff();
          }
        }
      }
    }
    boolean shutDown = random.nextBoolean();
    settle(response, connection, shutDown);
    check(response, published, shutDown);
    return length;
  }

  private void settle(FakeResponse response, StreamConnection connection, boolean shutDown) {
    if (shutDown) {
      connection.shutDown(RETRY);
    }
    for (int i = 0; i < 3000 && !response.isOver(); i++) {
      executor.runNext();
      writePossible(response, connection);
    }
    if (response.isBroken() && !response.isOver()) {
      connection.onError(new IOException("gone"));
      response.recycle();
    }
    connection.close(CloseReason.SHUTDOWN);
    connection.wake();
    beat(connection, new Random(1));
    executor.runDue();
    for (int i = 0; i < 3000 && !response.isOver(); i++) {
      writePossible(response, connection); // it waits for the container to let go of its bytes
    }
    assertThat(response.isOver()).isTrue();
    assertThat(response.completions()).isLessThanOrEqualTo(1);
  }

  private static void check(FakeResponse response, int published, boolean shutDown) {
    assertThat(response.violations()).isEmpty();
    List<String> received = eventsIn(response.written());
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < published; i++) {
      expected.add(data(i));
    }
    if (response.isBroken() || shutDown) { // what was not sent follows when the client resumes
      assertThat(received).isEqualTo(expected.subList(0, received.size()));
    } else {
      assertThat(received).isEqualTo(expected);
    }
    if (!response.isBroken()) {
      assertThat(response.isFlushed()).isTrue();
      String farewell = "event: shutdown\nretry: 3000\ndata: {}\n\n";
      assertThat(new String(response.written(), UTF_8).endsWith(farewell)).isEqualTo(shutDown);
    }
  }

  @Test
  @Timeout(120)
  void keepsTheRulesWithManyThreadsAtOnce() throws Exception {
    ScheduledThreadPoolExecutor workers =
        new ScheduledThreadPoolExecutor(2, task -> new WriterThread(task, "writer"));
    ExecutorService others = Executors.newCachedThreadPool();
    try {
      for (int seed = 0; seed < 60; seed++) {
        liveAmongThreads(seed, workers, others);
      }
    } finally {
      workers.shutdownNow();
      others.shutdownNow();
    }
    assertThat(registry.size()).isZero();
  }

  private void liveAmongThreads(
      int seed, ScheduledThreadPoolExecutor workers, ExecutorService others) throws Exception {
    int events = 2000;
    Hub hub = newHub(2 * events, new Random(seed), workers);
    Random random = new Random(seed);
    FakeResponse response =
        seed % 2 == 0 ? new FakeResponse(random, 30) : new FakeBufferResponse(random, 30);
    StreamConnection connection = open(hub, response, workers);
    AtomicBoolean done = new AtomicBoolean();
    List<Future<Boolean>> busy = new ArrayList<>();
    busy.add(others.submit(publisher(hub, events, seed)));
    Future<?> container = others.submit(() -> serve(response, connection, done));
    Future<?> supervisor = others.submit(() -> tend(connection, done));
    for (Future<Boolean> task : busy) {
      assertThat(task.get(60, TimeUnit.SECONDS)).isTrue();
    }
    boolean cutShort = seed % 3 == 0;
    if (cutShort) {
      connection.close(CloseReason.ERROR); // at some point of the writing
    } else {
      spinUntil(() -> eventsIn(response.written()).size() == events);
      connection.shutDown(RETRY);
    }
    spinUntil(response::isOver);
    done.set(true);
    container.get(10, TimeUnit.SECONDS);
    supervisor.get(10, TimeUnit.SECONDS);
    assertThat(response.violations()).isEmpty();
    List<String> received = eventsIn(response.written());
    for (int i = 0; i < received.size(); i++) {
      assertThat(received.get(i)).isEqualTo(data(i));
    }
    if (!cutShort) {
      assertThat(received).hasSize(events);
    }
  }

  private static void spinUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) { // by the test's timeout
        throw new AssertionError("it takes too long");
      }
      Thread.onSpinWait();
    }
  }

  private static Callable<Boolean> publisher(Hub hub, int events, int seed) {
    return () -> {
      Random random = new Random(seed);
      for (int i = 0; i < events; i++) {
        publish(hub, i, random);
      }
      return true;
    };
  }

  private static void serve(
      FakeResponse response, StreamConnection connection, AtomicBoolean done) {
    while (!done.get()) {
      writePossible(response, connection);
    }
  }

  private static void tend(StreamConnection connection, AtomicBoolean done) {
    while (!done.get()) {
      connection.tend(Duration.ofDays(1), Long.MAX_VALUE);
    }
  }

  @Test
  void aStalledClientIsCutWhenItsTimeIsUp() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection = open(newHub(10, new Random(1)), response);
    response.takeWritePossible();
    connection.onWritePossible();
    FakeResponse stuck = new FakeResponse(new Random(1), 100);
    StreamConnection stalled = open(newHub(10, new Random(1)), stuck);
    stuck.takeWritePossible();
    stalled.onWritePossible();

    now += Duration.ofSeconds(29).toNanos();
    tendBoth(connection, stalled);
    assertThat(stuck.isOver()).isFalse();
    assertThat(registry.size()).isEqualTo(2);
    now += Duration.ofSeconds(1).toNanos();
    tendBoth(connection, stalled);

    assertThat(registry.size()).isEqualTo(1);
    assertThat(stuck.isOver()).as("it still has bytes to take").isFalse();
    assertThat(cuts).as("it is cut off where that is possible").hasValue(1);
    stalled.onError(new TimeoutException("the container's own"));
    assertThat(stuck.isOver()).isTrue();
    assertThat(response.isOver()).isFalse();
    connection.close(CloseReason.SHUTDOWN);
  }

  private static void tendBoth(StreamConnection one, StreamConnection other) {
    one.tend(Duration.ofSeconds(30), 1000);
    other.tend(Duration.ofSeconds(30), 1000);
  }

  @Test
  void aClientTooFarBehindIsCut() {
    Hub hub = newHub(1000, new Random(1));
    FakeResponse response = new FakeResponse(new Random(1), 0);
    response.stickAfter(2);
    StreamConnection connection = open(hub, response);
    writePossible(response, connection);
    for (int i = 0; i < 500; i++) {
      hub.publish(Publication.of(TOPIC, "x".repeat(100)));
    }
    executor.runDue();

    connection.tend(Duration.ofSeconds(30), 500);
    assertThat(registry.size()).isEqualTo(1);
    connection.tend(Duration.ofSeconds(30), 100);

    assertThat(registry.size()).isZero();
    assertThat(response.isOver()).as("it still has bytes to take").isFalse();
    response.stickAfter(Integer.MAX_VALUE);
    writePossible(response, connection);
    assertThat(response.isOver()).isTrue();
    assertThat(response.violations()).isEmpty();
  }

  @Test
  void aClientThatIsBehindBecauseTheServerIsIsNotCut() {
    Hub hub = newHub(1000, new Random(1));
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection = open(hub, response);
    writePossible(response, connection);
    for (int i = 0; i < 200; i++) {
      hub.publish(Publication.of(TOPIC, "x".repeat(WriteBuffer.MAX - 100)));
    }
    executor.runNext(); // the fan-out's turn, and so many writes as one write turn has
    assertThat(connection.lag()).isGreaterThan(100);

    connection.tend(Duration.ofSeconds(30), 100);
    assertThat(registry.size()).isEqualTo(1);
    executor.runDue();

    assertThat(eventsIn(response.written())).hasSize(200);
    connection.close(CloseReason.SHUTDOWN);
  }

  @Test
  void aClientThatHasTakenEverythingIsNotCutOff() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection = open(newHub(10, new Random(1)), response);
    writePossible(response, connection);

    connection.close(CloseReason.SHUTDOWN);

    assertThat(response.isOver()).isTrue();
    assertThat(cuts).hasValue(0);
  }

  @Test
  void aFailureAfterTheLastRoundIsCompletedAtOnce() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection = open(newHub(10, new Random(1)), response);
    failed.close();
    response.breakOff();
    connection.onWritePossible();

    assertThat(response.isOver()).isTrue();
  }

  @Test
  void theCaretakerLooksAfterTheOthersWhenOneStreamFails() {
    Hub hub = newHub(10, new Random(1));
    FakeResponse sound = new FakeResponse(new Random(1), 0);
    StreamConnection other = open(hub, sound);
    writePossible(sound, other);
    for (int i = 0; i < 3 * ConnectionRegistry.SLOTS; i++) { // so that some slot has two of them
      FakeResponse stuck = new FakeResponse(new Random(1), 100); // so the clock is asked how long
      writePossible(
          stuck,
          open(
              hub,
              stuck,
              new StreamContext(
                  registry, failed, metrics, executor, this::brokenClock, () -> RETRY)));
    }
    isClockBroken = true;
    StreamSupervisor supervisor =
        new StreamSupervisor(
            registry,
            failed,
            executor,
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            1000,
            Openers.ENDLESS);
    int written = sound.written().length;
    now += Duration.ofSeconds(10).toNanos();
    for (int i = 0; i < 2 * ConnectionRegistry.SLOTS; i++) {
      supervisor.tick();
    }

    assertThat(sound.written().length).as("a heartbeat was written").isGreaterThan(written);
    assertThat(registry.size()).as("those that fail are closed").isEqualTo(1);
  }

  private long brokenClock() {
    if (isClockBroken) {
      throw new AssertionError("no clock");
    }
    return now;
  }

  @Test
  void anErrorEndsTheStreamAndLeavesNothingBehind() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    StreamConnection connection = open(newHub(10, new Random(1)), response);
    response.failWritesWith(new OutOfMemoryError("direct buffers"));

    writePossible(response, connection);

    assertThat(registry.size()).isZero();
    failed.close();
    assertThat(response.isOver()).isTrue();
  }

  @Test
  void anUnansweredFailureIsCompletedByTheCaretakerOnTheRoundAfterNext() {
    FakeResponse response = new FakeResponse(new Random(1), 0);
    Hub hub = newHub(10, new Random(1));
    StreamConnection connection = open(hub, response);
    response.breakOff();
    connection.onWritePossible();
    assertThat(registry.size()).isZero();
    assertThat(response.isOver()).isFalse();

    StreamSupervisor supervisor =
        new StreamSupervisor(
            registry,
            failed,
            executor,
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            1000,
            Openers.ENDLESS);
    for (int i = 1; i < 2 * ConnectionRegistry.SLOTS; i++) {
      supervisor.tick();
    }
    assertThat(response.isOver()).as("the container has its time").isFalse();

    supervisor.tick();
    assertThat(response.isOver()).isTrue();
    assertThat(response.violations()).isEmpty();
  }

  private StreamConnection open(Hub hub, FakeResponse response) {
    return open(hub, response, executor);
  }

  private StreamConnection open(Hub hub, FakeResponse response, Executor longTurns) {
    return open(
        hub,
        response,
        new StreamContext(registry, failed, metrics, longTurns, () -> now, () -> RETRY));
  }

  private StreamConnection open(Hub hub, FakeResponse response, StreamContext context) {
    StreamConnection connection =
        new StreamConnection(
            new ContainerOutput(response, response::complete, cuts::incrementAndGet),
            EventStreamEncoder.opening(RETRY),
            context,
            new StreamKey(0, 0));
    connection.attach(
        hub.subscribe(Interest.in(TopicSelector.parse(List.of("log"))), connection), () -> {}, 0);
    if (!registry.add(connection)) {
      fail("the registry is full");
    }
    return connection;
  }

  private Hub newHub(int capacity, Random random) {
    return newHub(capacity, random, executor);
  }

  private Hub newHub(int capacity, Random random, ScheduledExecutorService turns) {
    MemoryEventLog log = MemoryLogs.of(capacity, random);
    return new Hub(log, topic -> false, turns, turns, FanOut.over(1), () -> now, HubListener.NONE);
  }

  private static void publish(Hub hub, int number, Random random) {
    hub.publish(Publication.of(TOPIC, data(number)));
    if (random.nextInt(20) == 0) {
      hub.publish(Publication.of(new Topic("elsewhere"), "not for us"));
    }
  }

  /** Now and then too large for one write. */
  private static String data(int number) {
    return number + (number % 17 == 0 ? "x".repeat(20_000) : "");
  }

  private static void writePossible(FakeResponse response, StreamConnection connection) {
    if (response.takeWritePossible()) {
      connection.onWritePossible();
    }
  }

  private void beat(StreamConnection connection, Random random) {
    now += random.nextInt(3) * Duration.ofSeconds(5).toNanos();
    connection.tend(Duration.ofDays(1), Long.MAX_VALUE);
  }

  private static void containerNoticesFailure(
      FakeResponse response, StreamConnection connection, Random random) {
    if (response.isBroken() && !response.isOver() && random.nextInt(5) == 0) {
      connection.onError(new IOException("gone"));
      response.recycle();
    }
  }

  private static List<String> eventsIn(byte[] bytes) {
    List<String> data = new ArrayList<>();
    new EventStreamParser(
            event -> {
              if (event.type().equals("message")) {
                data.add(event.data());
              }
            })
        .feed(bytes);
    return data;
  }
}
