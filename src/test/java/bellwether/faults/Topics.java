package bellwether.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topics of one run: a few of each kind for each publisher, who has them to itself. */
public final class Topics {
  /** A log twice, since that is what most topics are. */
  private static final List<Topic.Kind> OF_EACH_PUBLISHER =
      List.of(
          Topic.Kind.LOG, Topic.Kind.LOG, Topic.Kind.STATE, Topic.Kind.SECRET, Topic.Kind.NAMED);

  private final List<Topic> all = new ArrayList<>();
  private final Map<String, Topic> byName = new HashMap<>();

  public Topics(int publishers) {
    Map<Topic.Kind, Integer> made = new HashMap<>();
    for (int i = 0; i < publishers; i++) {
      for (Topic.Kind kind : OF_EACH_PUBLISHER) {
        int number = made.merge(kind, 1, Integer::sum);
        Topic topic = new Topic(all.size(), kind, kind.prefix() + "/" + number);
        all.add(topic);
        byName.put(topic.name(), topic);
      }
    }
  }

  public int size() {
    return all.size();
  }

  public List<Topic> all() {
    return all;
  }

  public List<Topic> all(Topic.Kind kind) {
    return all.stream().filter(topic -> topic.kind() == kind).toList();
  }

  List<Topic> of(int publisher) {
    int each = OF_EACH_PUBLISHER.size();
    return all.subList(publisher * each, (publisher + 1) * each);
  }

  public @Nullable Topic named(String name) {
    return byName.get(name);
  }
}
