package bellwether.bench.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** For each topic of a segment the offsets of its records. */
final class Postings extends Layout {
  private static final int GUESS = 1 << 10; // bytes: most records are within

  private static final class Offsets {
    private int[] list = new int[2];
    private int size;

    void add(int offset) {
      list = size < list.length ? list : Arrays.copyOf(list, size * 2);
      list[size++] = offset;
    }

    int indexOf(int offset) {
      int found = Arrays.binarySearch(list, 0, size, offset);
      return found >= 0 ? found : -found - 1;
    }

    int at(int index) {
      return index < size ? list[index] : Integer.MAX_VALUE;
    }
  }

  private record Plan(Segment segment, List<Offsets> lists) {}

  private final List<Map<String, Offsets>> segments = new ArrayList<>();

  @Override
  void index(int segment, int block, int offset, String topic) {
    if (segment == segments.size()) {
      segments.add(new ConcurrentHashMap<>());
    }
    segments.get(segment).computeIfAbsent(topic, name -> new Offsets()).add(offset);
  }

  @Override
  void read(Segment segment, List<Reader> readers, Scratch scratch) throws IOException {
    Reader reader = readers.get(0);
    if (!(reader.plan instanceof Plan plan) || plan.segment != segment) {
      reader.plan = new Plan(segment, find(segments.get(segment.number()), reader.filter));
    }
    List<Offsets> lists = ((Plan) reader.plan).lists;
    int from = segment.offset(segment.blockOf(reader.position + 1));
    int[] next = lists.stream().mapToInt(list -> list.indexOf(from)).toArray();
    while (reader.wantsMore()) {
      int first = Integer.MAX_VALUE;
      for (int i = 0; i < next.length; i++) {
        first = Math.min(first, lists.get(i).at(next[i]));
      }
      if (first == Integer.MAX_VALUE) {
        reader.passTo(segment.last());
        return;
      }
      for (int i = 0; i < next.length; i++) {
        next[i] += lists.get(i).at(next[i]) == first ? 1 : 0; // several, if it has several topics
      }
      scratch.take(segment, first, GUESS, reader);
    }
  }

  private static List<Offsets> find(Map<String, Offsets> topics, Filter filter) {
    if (filter.isExact()) {
      Offsets one = topics.get(filter.text());
      return one == null ? List.of() : List.of(one);
    }
    return topics.entrySet().stream()
        .filter(topic -> filter.matches(topic.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }
}
