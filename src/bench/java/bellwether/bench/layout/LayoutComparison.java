package bellwether.bench.layout;

import bellwether.topic.Topic;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Has each layout bring readers through, in turn, and prints medians of the rounds. */
public final class LayoutComparison {
  private static final int EVENTS = Workload.EVENTS;
  private static final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final int topics;
  private final long nanos; // of one measurement, at least
  private final List<Supplier<Layout>> makers =
      List.of(
          Scan::new,
          Postings::new,
          BlockFilters::new,
          SharedScan::new,
          Columns::new,
          Columns.Hashed::new);
  private final List<Layout> layouts = makers.stream().map(Supplier::get).toList();
  private final List<Segment> log = new ArrayList<>();
  private final Map<String, List<double[]>> results = new LinkedHashMap<>();

  public LayoutComparison(int topics, int seconds) throws IOException {
    this.topics = topics;
    nanos = seconds * 1_000_000_000L;
    Random random = new Random(1);
    Supplier<Topic> next = () -> Workload.topic(random.nextInt(topics));
    for (int number = 0; number * Segment.ENTRIES < EVENTS; number++) {
      log.add(Segment.write(number, next, layouts));
    }
  }

  /** Prints as it goes; the last lines are the table. */
  public void run(int rounds) throws IOException {
    for (int round = 0; round <= rounds; round++) { // the first warms up
      for (Supplier<Layout> maker : makers) {
        measureIndex(topics, maker.get());
        measureIndex(EVENTS, maker.get());
      }
      // Postings look at the name of each topic for a template: of many, for minutes.
      for (Workload workload : Workload.ALL.subList(0, topics > 1_000 ? 2 : 4)) {
        double found = -1;
        for (Layout layout : layouts) {
          found = measureReaders(workload, layout, round, found);
        }
      }
    }
    System.out.println("\nindex: bytes and CPU ns of an event; else CPU us and KiB of a reader");
    results.forEach((name, rows) -> System.out.println(name + medians(rows)));
  }

  /** Returns how many entries the first readers found; fails if others found more or less. */
  private double measureReaders(Workload workload, Layout layout, int round, double expected)
      throws IOException {
    Random random = new Random(round);
    long bytes = layout.bytesRead;
    long cpu = 0;
    double served = 0;
    double found = expected;
    for (long begun = System.nanoTime(); System.nanoTime() - begun < nanos; ) {
      List<Reader> readers = workload.start(topics, random);
      long start = process.getProcessCpuTime(); // with that of collecting garbage
      layout.serve(log, readers);
      cpu += process.getProcessCpuTime() - start;
      found = served > 0 ? found : readers.stream().mapToInt(reader -> reader.found).sum();
      served += readers.size();
    }
    if (expected >= 0 && found != expected) {
      throw new IllegalStateException(layout + " found " + found + " and not " + expected);
    }
    note(workload.name(), layout, cpu / 1e3 / served, (layout.bytesRead - bytes) / 1024.0 / served);
    return found;
  }

  private void measureIndex(int topics, Layout layout) {
    long before = usedMemory();
    double cpu = index(topics, layout);
    double bytes = usedMemory() - before;
    note(topics + " topics", layout, bytes / EVENTS, cpu / EVENTS);
  }

  /** Topics are chosen among so many by chance, or there is one for each event. Returns CPU ns. */
  private static double index(int topics, Layout layout) {
    Random random = new Random(1);
    Topic[] names = new Topic[EVENTS];
    Arrays.setAll(names, i -> Workload.topic(topics == EVENTS ? i : random.nextInt(topics)));
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < EVENTS; i++) {
      layout.index(i / Segment.ENTRIES, i % Segment.ENTRIES * Segment.RECORD, names[i]);
    }
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private void note(String what, Layout layout, double... figures) {
    String name = what + " | " + layout.getClass().getSimpleName();
    System.out.println(name + " | " + Arrays.toString(figures));
    results.computeIfAbsent(name, key -> new ArrayList<>()).add(figures);
  }

  private static String medians(List<double[]> rows) {
    return IntStream.range(0, rows.get(0).length)
        .mapToObj(i -> rows.stream().skip(1).mapToDouble(row -> row[i]).sorted().toArray())
        .map(sorted -> String.format(" | %.1f", sorted[sorted.length / 2]))
        .collect(Collectors.joining());
  }
}
