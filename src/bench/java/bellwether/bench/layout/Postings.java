package bellwether.bench.layout;

import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** For each topic of a segment the offsets of its records. */
final class Postings extends Picking {
  private static final class Offsets {
    private int[] list = new int[2];
    private int size;

    void add(int offset) {
      list = size < list.length ? list : Arrays.copyOf(list, size * 2);
      list[size++] = offset;
    }

    IntStream from(int offset) {
      int found = Arrays.binarySearch(list, 0, size, offset);
      return Arrays.stream(list, found >= 0 ? found : -found - 1, size);
    }
  }

  private final List<Map<Topic, Offsets>> segments = new ArrayList<>();

  @Override
  void index(int segment, int offset, Topic topic) {
    if (segment == segments.size()) {
      segments.add(new HashMap<>());
    }
    segments.get(segment).computeIfAbsent(topic, name -> new Offsets()).add(offset);
  }

  @Override
  long pick(Segment segment, Reader reader, List<Integer> offsets) {
    int from = segment.offsetOf(reader.position + 1);
    if (!(reader.plan instanceof Offsets) || reader.position < segment.first()) {
      reader.plan = find(segments.get(segment.number()), reader, from);
    }
    ((Offsets) reader.plan).from(from).limit(Reader.BATCH).forEach(offsets::add);
    return offsets.size() < Reader.BATCH ? segment.last() : reader.position;
  }

  private static Offsets find(Map<Topic, Offsets> topics, Reader reader, int from) {
    Offsets all = new Offsets();
    if (reader.isExact) {
      return topics.getOrDefault(reader.text, all);
    }
    topics.entrySet().stream()
        .filter(topic -> reader.filter.matches(topic.getKey()))
        .flatMapToInt(topic -> topic.getValue().from(from))
        .sorted()
        .forEach(all::add);
    return all;
  }
}
