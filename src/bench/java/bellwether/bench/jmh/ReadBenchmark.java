package bellwether.bench.jmh;

import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.hub.Cursor;
import bellwether.hub.FanOut;
import bellwether.hub.FrameSink;
import bellwether.hub.Hub;
import bellwether.hub.HubListener;
import bellwether.hub.Interest;
import bellwether.hub.StartingPoint;
import bellwether.topic.Topic;
import bellwether.topic.TopicSelector;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A reader comes back and reads what is kept from its cursor on: 10,000 events, of which it wants
 * all or one in a hundred. The time is for one event looked at; opening is in it, and is nothing
 * beside 10,000.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ReadBenchmark {
  private static final int EVENTS = 10_000;
  private static final int TOPICS = 100;

  @Param({"*", "topic-7"})
  public String topic = "*";

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final MemoryEventLog log =
      new MemoryEventLog(EVENTS, 1L << 30, InstantSource.system(), System::nanoTime, new Random(1));
  private final Hub hub =
      new Hub(
          log,
          name -> false,
          executor,
          executor,
          FanOut.over(1),
          System::nanoTime,
          HubListener.NONE);
  private Interest interest = Interest.in(TopicSelector.parse(List.of("*")));

  @Setup
  public void setUp() {
    for (int i = 0; i < EVENTS; i++) {
      hub.publish(Publication.of(new Topic("topic-" + i % TOPICS), "x".repeat(200)));
    }
    interest = Interest.in(TopicSelector.parse(List.of(topic))).from(new StartingPoint.Earliest());
  }

  @TearDown
  public void tearDown() {
    hub.close();
    executor.shutdownNow();
  }

  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public void read(Blackhole blackhole) {
    FrameSink sink =
        (frame, offset, since) -> {
          blackhole.consume(frame);
          return true;
        };
    try (Cursor subscription = hub.subscribe(interest, () -> {})) {
      while (subscription.poll(sink)) {
        // It pauses to let others have their turn; here nobody else wants one.
      }
    }
  }
}
