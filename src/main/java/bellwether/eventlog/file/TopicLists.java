package bellwether.eventlog.file;

import bellwether.topic.Topic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The lists of topics that the entries of a segment have: each is kept once, and has a number.
 * Grows under a lock of the caller; a {@link View} may be read without it.
 */
final class TopicLists {
  /**
   * The value in place of a topic's hash if there are several topics, which have to be looked at.
   */
  static final int SEVERAL = 0;

  private Topics[] lists = new Topics[16]; // by number
  private int[] hashes = new int[16]; // of each list: fetching them from many objects is slow
  private int count;
  private Map<Topics, Integer> numbers = new HashMap<>(); // while it grows

  /** A list of topics. */
  private record Topics(List<Topic> list) {
    // Many segments have the same topics: each list is kept once for all of them.
    private static final Map<Topics, WeakReference<Topics>> known = new WeakHashMap<>();

    static Topics of(List<Topic> list) {
      Topics candidate = new Topics(list);
      synchronized (known) {
        WeakReference<Topics> reference = known.get(candidate);
        Topics same = reference == null ? null : reference.get();
        if (same != null) {
          return same;
        }
        known.put(candidate, new WeakReference<>(candidate));
        return candidate;
      }
    }
  }

  /**
   * A view of the lists that had numbers when the view was made; that part of the arrays does not
   * change.
   */
  static final class View {
    private final Topics[] lists;
    private final int[] hashes;

    private View(TopicLists of) {
      lists = of.lists;
      hashes = of.hashes;
    }

    /** Returns a number greater than that of any list. */
    int end() {
      return lists.length;
    }

    List<Topic> list(int number) {
      return lists[number].list();
    }

    /** Returns the {@link #hash} of the one topic in a list; or {@link #SEVERAL}. */
    int hash(int number) {
      return hashes[number];
    }
  }

  static int hash(Topic topic) {
    int hash = topic.name().hashCode();
    return hash == SEVERAL ? 1 : hash;
  }

  View view() {
    return new View(this);
  }

  List<Topic> list(int number) {
    return lists[number].list();
  }

  /** Returns the number of a list of topics; a new list gets a number. */
  int numberOf(List<Topic> list) {
    Integer known = numbers.get(new Topics(list));
    if (known != null) {
      return known;
    }
    Topics key = Topics.of(list);
    int number = add(key);
    numbers.put(key, number);
    return number;
  }

  private int add(Topics added) {
    int number = count;
    if (number == lists.length || number == hashes.length) {
      int length = Math.max(2 * number, 1);
      Topics[] longer = Arrays.copyOf(lists, length);
      hashes = Arrays.copyOf(hashes, length);
      lists = longer;
    }
    List<Topic> list = added.list();
    lists[number] = added;
    hashes[number] = list.size() == 1 ? hash(list.get(0)) : SEVERAL;
    count++;
    return number;
  }

  /** Releases the objects that only growing needs. */
  void close() {
    Topics[] exact = Arrays.copyOf(lists, Math.max(1, count));
    hashes = Arrays.copyOf(hashes, Math.max(1, count));
    lists = exact;
    numbers = Map.of();
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeShort(list(i).size());
      for (Topic topic : list(i)) {
        out.writeUTF(topic.name());
      }
    }
  }

  static TopicLists read(DataInput in) throws IOException {
    TopicLists lists = new TopicLists();
    for (int left = in.readInt(); left > 0; left--) {
      List<Topic> list = new ArrayList<>();
      for (int i = in.readShort(); i > 0; i--) {
        list.add(new Topic(in.readUTF()));
      }
      Topics topics = Topics.of(List.copyOf(list));
      lists.numbers.putIfAbsent(topics, lists.add(topics)); // in their original order
    }
    return lists;
  }
}
