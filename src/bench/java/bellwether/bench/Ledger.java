package bellwether.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;

/**
 * The accounts of all streams of a process. One thread enters what they have read; any other may
 * ask how far they have come.
 */
final class Ledger {
  /**
   * What was read in a measured time.
   *
   * @param ended streams that the server ended
   * @param latency from when an event was due to when it was read, in nanoseconds
   */
  record Account(
      long deliveries, long lost, long doubles, long damaged, int ended, Histogram latency) {}

  private static final long MAX_LATENCY = 600_000_000_000L; // nanoseconds

  // Read by any thread.
  private volatile long delivered;
  private volatile long lastDelivery;

  // Confined to the thread that enters.
  private final List<Line> lines = new ArrayList<>();
  private Histogram latency = new Histogram(MAX_LATENCY, 3);
  private long passed;
  private long damaged;
  private int ended;
  private long now;

  /** The account of one stream. */
  final class Line implements EventParser.Handler {
    private final int topic;
    private final Tally tally;

    private Line(int topic, Tally tally) {
      this.topic = topic;
      this.tally = tally;
    }

    @Override
    public void event(int publisher, long number, long dueNanos) {
      passed += tally.take(publisher, number);
      latency.recordValue(Math.max(0, Math.min(now - dueNanos, MAX_LATENCY)));
    }

    @Override
    public void damaged() {
      damaged++;
    }

    /** The server has ended the stream. */
    void end() {
      ended++;
    }
  }

  /** By how many events all streams together have come on. */
  long delivered() {
    return delivered;
  }

  /** When the newest event was read. */
  long lastDelivery() {
    return lastDelivery;
  }

  // What follows is called by the thread that enters.

  /**
   * Opens the account of a stream.
   *
   * @param last the newest number of each publisher; what follows is expected
   */
  Line add(int topic, long[] last) {
    Line line = new Line(topic, new Tally(last));
    lines.add(line);
    return line;
  }

  /** What is entered from now on was read now. */
  void now() {
    now = System.nanoTime();
  }

  /** Lets other threads see what has been entered. */
  void show() {
    if (passed != delivered) {
      lastDelivery = now;
      delivered = passed;
    }
  }

  /** Begins a new account. */
  void begin() {
    lines.forEach(line -> line.tally.reset());
    latency = new Histogram(MAX_LATENCY, 3);
    damaged = 0;
    ended = 0;
  }

  /**
   * Draws up the account.
   *
   * @param published what each publisher has published on a topic
   */
  Account end(IntFunction<long[]> published) {
    long received = 0;
    long lost = 0;
    long doubles = 0;
    for (Line line : lines) {
      received += line.tally.received();
      lost += line.tally.lost(published.apply(line.topic));
      doubles += line.tally.doubles();
    }
    return new Account(received, lost, doubles, damaged, ended, latency.copy());
  }

  /** Forgets all streams. */
  void clear() {
    lines.clear();
  }
}
