package bellwether.bench.jmh;

import bellwether.wire.EventStreamEncoder;
import bellwether.wire.ServerSentEvent;
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

/** An event becomes bytes. Once for each event, however many read it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EncodeBenchmark {
  @Param({"200", "20000"})
  public int length;

  /** Text beyond Latin-1 takes another way through a JDK's strings. */
  @Param({"x", "\u20ac"})
  public String character = "x";

  private ServerSentEvent event = ServerSentEvent.of("");

  @Setup
  public void setUp() {
    event = new ServerSentEvent("bwi8gsp3qfj-123456", "quote", character.repeat(length), null);
  }

  @Benchmark
  public byte[] encode() {
    return EventStreamEncoder.encode(event);
  }
}
