package bellwether.bench.layout;

import bellwether.topic.Topic;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;

/** For each entry its place and the number of its topics, which may have a hash for exact ones. */
class Columns extends Picking {
  private record Topics(List<Topic> list) {}

  private static final class Index {
    private int[] places = new int[64];
    private int[] kinds = new int[64]; // number of the topics, and a bit that is set for states
    private int count;
    private Topics[] topics = new Topics[16];
    private int[] hashes = new int[16];
    private Map<Topics, Integer> numbers = new HashMap<>();

    void seal() {
      places = Arrays.copyOf(places, count);
      kinds = Arrays.copyOf(kinds, count);
      topics = Arrays.copyOf(topics, numbers.size());
      hashes = Arrays.copyOf(hashes, numbers.size());
      numbers = Map.of();
    }
  }

  private boolean isHashed;
  private final List<Index> segments = new ArrayList<>();
  private final Map<Topics, WeakReference<Topics>> known = new WeakHashMap<>(); // of all segments

  static final class Hashed extends Columns {
    Hashed() {
      super.isHashed = true;
    }
  }

  @Override
  void index(int segment, int offset, Topic topic) {
    if (segment == segments.size()) {
      segments.add(new Index());
      segments.subList(Math.max(0, segment - 1), segment).forEach(Index::seal);
    }
    Index index = segments.get(segment);
    if (index.count == index.places.length) {
      index.places = Arrays.copyOf(index.places, 2 * index.count);
      index.kinds = Arrays.copyOf(index.kinds, 2 * index.count);
    }
    index.places[index.count] = offset;
    index.kinds[index.count++] = numberOf(new Topics(List.of(topic)), index) << 1;
  }

  private int numberOf(Topics list, Index index) {
    Integer old = index.numbers.get(list);
    if (old != null) {
      return old;
    }
    int number = index.numbers.size();
    if (number == index.topics.length) {
      index.topics = Arrays.copyOf(index.topics, 2 * number);
      index.hashes = Arrays.copyOf(index.hashes, 2 * number);
    }
    Topics shared = known.computeIfAbsent(list, WeakReference::new).get();
    index.topics[number] = Objects.requireNonNullElse(shared, list);
    index.hashes[number] = list.list().get(0).name().hashCode();
    index.numbers.put(index.topics[number], number);
    return number;
  }

  @Override
  long pick(Segment segment, Reader reader, List<Integer> offsets) {
    Index index = segments.get(segment.number());
    byte[] judged = new byte[index.topics.length]; // by number: 0 not yet, 1 yes, 2 no
    boolean byHash = isHashed && reader.isExact;
    int at = (int) (reader.position + 1 - segment.first());
    for (; at < index.count && offsets.size() < Reader.BATCH; at++) {
      int number = index.kinds[at] >>> 1;
      boolean mayBe = !byHash || index.hashes[number] == reader.beginning;
      if (mayBe && judged[number] == 0) {
        Topic topic = index.topics[number].list().get(0);
        judged[number] = (byte) (reader.filter.matches(topic) ? 1 : 2);
      }
      if (mayBe && judged[number] == 1) {
        offsets.add(index.places[at]);
      }
    }
    return segment.first() + at - 1;
  }
}
