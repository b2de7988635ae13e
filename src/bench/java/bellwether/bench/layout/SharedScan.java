package bellwether.bench.layout;

import static java.util.stream.Collectors.groupingBy;

import bellwether.topic.Topic;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One pass over the records for all readers that wait. */
final class SharedScan extends Scan {
  private Map<Topic, List<Reader>> byText = Map.of();
  private List<List<Reader>> byTemplate = List.of();
  private final Map<Topic, List<Reader>> byTopic = new HashMap<>(); // as far as seen in this pass

  @Override
  int together() {
    return 1024;
  }

  @Override
  void read(Segment segment, RandomAccessFile file, List<Reader> readers) throws IOException {
    byText = readers.stream().collect(groupingBy(reader -> reader.text));
    byTemplate = byText.values().stream().filter(same -> !same.get(0).isExact).toList();
    byTopic.clear();
    super.read(segment, file, readers);
  }

  @Override
  void visit(byte[] records, List<Reader> readers) {
    for (int at = 0; at < records.length; at += Segment.RECORD) {
      Topic topic = Segment.topicOf(records, at);
      for (Reader reader : byTopic.computeIfAbsent(topic, this::concerned)) {
        if (reader.wantsMore()) {
          reader.take(records, at);
        }
      }
    }
  }

  private List<Reader> concerned(Topic topic) {
    return Stream.concat(
            Stream.of(byText.getOrDefault(topic, List.of())),
            byTemplate.stream().filter(same -> same.get(0).filter.matches(topic)))
        .flatMap(List::stream)
        .toList();
  }
}
