package bellwether.bench.layout;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Has each layout bring readers through, in turn, and prints medians of the rounds. */
public final class LayoutComparison {
  private static final int EVENTS = 600_000;
  private static final int MANY_TOPICS = 100_000;
  private static final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final Map<String, Supplier<Layout>> layouts = new LinkedHashMap<>();

  static {
    layouts.put("scan", Scan::new);
    layouts.put("postings", Postings::new);
    layouts.put("filter of 128 B to 16 KiB", () -> new BlockFilters(2, 4));
    layouts.put("filter of 64 B to 4 KiB", () -> new BlockFilters(0, 2));
    layouts.put("shared scan", SharedScan::new);
  }

  private final int threads;
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final long nanos; // of one measurement, at least
  private final List<Segment> log = new ArrayList<>();
  private final Map<String, Layout> built = new LinkedHashMap<>();
  private final Map<String, List<double[]>> results = new LinkedHashMap<>();

  public LayoutComparison(int threads, int seconds) throws IOException {
    this.threads = threads;
    this.nanos = seconds * 1_000_000_000L;
    layouts.forEach((name, layout) -> built.put(name, layout.get()));
    Random random = new Random(1);
    for (long last = 0; last < EVENTS; last = log.get(log.size() - 1).last()) {
      Path file = Files.createTempDirectory("layouts").resolve("log");
      log.add(
          new Segment(
              file,
              log.size(),
              last,
              EVENTS,
              i -> Workload.topic(random.nextInt(Workload.TOPICS)),
              List.copyOf(built.values())));
      Files.delete(file); // it lives as long as it is open
      Files.delete(file.getParent());
    }
  }

  /** Prints as it goes; the last lines are the table. */
  public void run(int rounds) throws Exception {
    try {
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<String, Supplier<Layout>> layout : layouts.entrySet()) {
          String name = "INDEX B, ns; more topics B, ns | " + layout.getKey();
          Supplier<Layout> made = layout.getValue();
          double[] few = measureIndex(made, Workload.TOPICS);
          double[] many = measureIndex(made, MANY_TOPICS);
          note(round, name, few[0], few[1], many[0], many[1]);
        }
        LiveStream live = new LiveStream();
        Thread.sleep(nanos / 1_000_000);
        double[] late = live.end();
        note(round, "nobody behind | ", late);
        for (Workload workload : Workload.values()) {
          long found = -1;
          for (Map.Entry<String, Layout> layout : built.entrySet()) {
            found = measure(round, workload, layout.getKey(), layout.getValue(), found);
          }
        }
      }
    } finally {
      pool.shutdown();
    }
    System.out.println("\nCPU us and KiB of a reader, wall ms for all, late us p50 and p99, found");
    results.forEach((name, rows) -> System.out.println(name + " | " + medians(rows)));
  }

  /** Returns how many entries the first readers found; fails if others found more or less. */
  private long measure(int round, Workload workload, String name, Layout layout, long expected)
      throws Exception {
    LiveStream live = new LiveStream();
    Random random = new Random(round);
    long bytes = 0;
    long found = -1;
    long cpu = 0;
    long wall = 0;
    int waves = 0;
    double readersServed = 0;
    while (wall < nanos) {
      List<Reader> readers = workload.readers(EVENTS, random);
      var waiting = new ConcurrentLinkedQueue<>(readers);
      Callable<Long> task = () -> layout.serve(log, waiting);
      long cpuStart = process.getProcessCpuTime();
      long start = System.nanoTime();
      for (Future<Long> done : pool.invokeAll(Collections.nCopies(threads, task))) {
        bytes += done.get();
      }
      wall += System.nanoTime() - start;
      cpu += process.getProcessCpuTime() - cpuStart;
      readersServed += readers.size();
      if (waves++ == 0) {
        found = readers.stream().mapToLong(reader -> reader.found).sum();
      }
    }
    if (expected >= 0 && found != expected) {
      throw new IllegalStateException(name + " found " + found + " and not " + expected);
    }
    double[] late = live.end();
    note(
        round,
        workload + " | " + name,
        cpu / 1e3 / readersServed,
        bytes / 1024.0 / readersServed,
        wall / 1e6 / waves,
        late[0],
        late[1],
        (double) found);
    return found;
  }

  /** Bytes of memory and nanoseconds of the processor for each event. */
  private static double[] measureIndex(Supplier<Layout> layout, int topics) {
    long before = usedMemory();
    Layout kept = layout.get();
    index(kept, topics(topics));
    double bytes = (usedMemory() - before) / (double) EVENTS;
    kept.index(0, 0, 0, "kept until here");
    String[] names = topics(topics);
    Layout timed = layout.get();
    var thread = ManagementFactory.getThreadMXBean();
    long start = thread.getCurrentThreadCpuTime();
    index(timed, names);
    return new double[] {bytes, (thread.getCurrentThreadCpuTime() - start) / (double) EVENTS};
  }

  private static String[] topics(int topics) {
    Random random = new Random(1);
    String[] names = new String[EVENTS];
    Arrays.setAll(names, i -> Workload.topic(random.nextInt(topics)));
    return names;
  }

  private static void index(Layout layout, String[] topics) {
    int blocks = Segment.SIZE / Segment.BLOCK;
    for (int i = 0; i < topics.length; i++) {
      int block = i / 16; // as many events are in a block
      layout.index(block / blocks, block % blocks, i * 256 % Segment.SIZE, topics[i]);
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void note(int round, String name, double... figures) {
    System.out.println(round + " | " + name + " | " + Arrays.toString(figures));
    if (round > 0) { // the first warms up
      results.computeIfAbsent(name, key -> new ArrayList<>()).add(figures);
    }
  }

  private static String medians(List<double[]> rows) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < rows.get(0).length; column++) {
      int i = column;
      double[] sorted = rows.stream().mapToDouble(row -> row[i]).sorted().toArray();
      line.append(String.format("%.1f | ", sorted[sorted.length / 2]));
    }
    return line.toString();
  }
}
