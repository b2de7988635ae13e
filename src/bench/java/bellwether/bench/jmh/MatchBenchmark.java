package bellwether.bench.jmh;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A topic is asked whether a filter matches it. Two topics in turn, so that none is a constant. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class MatchBenchmark {
  @Param({"stocks/AAPL", "stocks/{symbol}", "{+path}/AAPL", "*"})
  public String filter = "*";

  private final Topic[] topics = {new Topic("stocks/AAPL"), new Topic("notifications/ada")};
  private TopicFilter parsed = TopicFilter.ANY;
  private int next;

  @Setup
  public void setUp() {
    parsed = TopicFilter.parse(filter);
  }

  @Benchmark
  public boolean match() {
    return parsed.matches(topics[next++ & 1]);
  }
}
