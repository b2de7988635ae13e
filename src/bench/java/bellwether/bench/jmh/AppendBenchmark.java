package bellwether.bench.jmh;

import bellwether.eventlog.EventId;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An event gets its place in the log, encoding included. The log is full after the first moments of
 * the warm-up, so each append also drops an entry, as in a server that has run for a while.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AppendBenchmark {
  /** A state replaces the one before it; an event of a log does not. */
  @Param({"false", "true"})
  public boolean retained;

  private final MemoryEventLog log =
      new MemoryEventLog(
          100_000, 64 << 20, InstantSource.system(), System::nanoTime, new Random(1));
  private final Publication publication = Publication.of(new Topic("stocks/AAPL"), "x".repeat(200));

  @Benchmark
  public EventId append() {
    return log.append(publication, retained);
  }

  /** What the lock costs when two publish at once. */
  @Benchmark
  @Threads(2)
  public EventId appendByTwo() {
    return log.append(publication, retained);
  }
}
