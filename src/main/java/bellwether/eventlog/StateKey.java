package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.List;
import java.util.Set;

/**
 * Of which state an entry is the latest: the state of a retained topic, for those who may read it.
 *
 * @param topic the first of the entry's topics
 * @param audience the topics by which a private entry's readers are told from others; none of a
 *     public one, which all may read
 */
public record StateKey(Topic topic, Set<Topic> audience) {
  /*
   * A newer state replaces an older one only where whoever may read the older may read the newer:
   * a public one replaces all of its topic, a private one those that are private by the same topics.
   * Decision 0029 has why.
   */
  public static StateKey of(List<Topic> topics, boolean isPrivate) {
    return new StateKey(topics.get(0), isPrivate ? Set.copyOf(topics) : Set.of());
  }

  public static StateKey of(Publication publication) {
    return of(publication.topics(), publication.isPrivate());
  }

  boolean isPublic() {
    return audience.isEmpty();
  }

  /** That of the public state of the same topic. */
  StateKey ofPublic() {
    return new StateKey(topic, Set.of());
  }
}
