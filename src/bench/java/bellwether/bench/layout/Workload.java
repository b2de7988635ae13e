package bellwether.bench.layout;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Readers that are behind. */
enum Workload {
  NEAR(10_000, 1_000, false),
  FAR(1_000, 100_000, false),
  NEAR_TEMPLATE(10_000, 1_000, true),
  FAR_TEMPLATE(200, 100_000, true);

  static final int TOPICS = 1_000; // each hundredth of them is one sector's
  private static final Map<String, Filter> filters = new ConcurrentHashMap<>();

  private final int readers;
  private final int behind; // events
  private final boolean isTemplate;

  Workload(int readers, int behind, boolean isTemplate) {
    this.readers = readers;
    this.behind = behind;
    this.isTemplate = isTemplate;
  }

  static String topic(int number) {
    return "stocks/" + number % 100 + "/" + number / 100;
  }

  List<Reader> readers(long newest, RandomGenerator random) {
    return IntStream.range(0, readers)
        .map(i -> random.nextInt(TOPICS))
        .mapToObj(i -> isTemplate ? "stocks/" + i % 100 + "/{symbol}" : topic(i))
        .map(text -> filters.computeIfAbsent(text, Filter::new))
        .map(filter -> new Reader(filter, newest - behind, newest))
        .toList();
  }
}
