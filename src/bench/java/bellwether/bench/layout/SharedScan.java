package bellwether.bench.layout;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One pass over the records for all readers that wait. */
final class SharedScan extends Layout {
  private static final int MOST = 1 << 20; // bytes in one pass

  @Override
  int mostTogether() {
    return 1024;
  }

  @Override
  void read(Segment segment, List<Reader> readers, Scratch scratch) throws IOException {
    Map<Filter, List<Reader>> byFilter = readers.stream().collect(groupingBy(r -> r.filter));
    Map<String, List<Reader>> exact = new HashMap<>();
    byFilter.forEach((filter, same) -> exact.put(filter.text(), same));
    List<Filter> templates = byFilter.keySet().stream().filter(f -> !f.isExact()).toList();
    Map<String, List<Reader>> byTopic = new HashMap<>();
    long upTo = readers.stream().mapToLong(reader -> reader.upTo).max().getAsLong();
    int limit = upTo < segment.last() ? segment.blockOf(upTo) + 1 : segment.blocks();
    int block = segment.blockOf(readers.get(0).position + 1);
    for (int left = MOST; block < limit && left > 0; ) {
      int start = segment.offset(block);
      while (block < limit && segment.offset(block) - start < Scan.AT_ONCE) {
        block++;
      }
      ByteBuffer records = scratch.load(segment, start, segment.offset(block) - start);
      left -= records.limit();
      for (int at = 0; at < records.limit(); at += RecordFormat.size(records, at)) {
        String topic = RecordFormat.topic(records, at);
        List<Reader> concerned = byTopic.get(topic);
        if (concerned == null) {
          concerned = concerned(topic, exact, templates, byFilter);
          byTopic.put(topic, concerned);
        }
        for (Reader reader : concerned) {
          if (reader.wantsMore()) {
            reader.take(records, at);
          }
        }
      }
    }
    for (Reader reader : readers) {
      if (reader.wantsMore()) {
        reader.passTo(block < limit ? segment.firstIn(block) - 1 : segment.last());
      }
    }
  }

  private static List<Reader> concerned(
      String topic,
      Map<String, List<Reader>> exact,
      List<Filter> templates,
      Map<Filter, List<Reader>> byFilter) {
    return Stream.concat(
            exact.getOrDefault(topic, List.of()).stream(),
            templates.stream()
                .filter(template -> template.matches(topic))
                .flatMap(template -> byFilter.getOrDefault(template, List.of()).stream()))
        .toList();
  }
}
