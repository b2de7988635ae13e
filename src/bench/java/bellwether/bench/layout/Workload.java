package bellwether.bench.layout;

import bellwether.topic.Topic;
import bellwether.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Readers that are so many events behind; each wants a topic, or those of one of 100 templates. */
record Workload(String name, int readers, int behind, boolean isTemplate) {
  static final int EVENTS = 600_000;
  static final List<Workload> ALL =
      List.of(
          new Workload("near", 10_000, 1_000, false),
          new Workload("far", 1_000, 100_000, false),
          new Workload("near, template", 10_000, 1_000, true),
          new Workload("far, template", 200, 100_000, true));
  private static final Map<String, TopicFilter> filters = new HashMap<>();

  /** The name is as long for each number. */
  static Topic topic(int number) {
    return new Topic("stocks/" + (100 + number % 100) + "/" + (1000 + number / 100));
  }

  List<Reader> start(int topics, Random random) {
    return IntStream.range(0, readers)
        .mapToObj(i -> topic(random.nextInt(topics)).name())
        .map(name -> isTemplate ? name.substring(0, name.length() - 4) + "{symbol}" : name)
        .map(
            text ->
                new Reader(
                    text, filters.computeIfAbsent(text, TopicFilter::parse), EVENTS - behind))
        .toList();
  }
}
