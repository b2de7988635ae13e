package bellwether.eventlog;

import bellwether.topic.Topic;
import java.util.List;
import java.util.Set;

/**
 * The key of a state: a newer entry with the same key replaces an older one. It names a retained
 * topic, and the readers of the entry.
 *
 * @param topic the first of the entry's topics
 * @param audience the topics that decide who may read a private entry; empty for a public one,
 *     which all may read
 */
public record StateKey(Topic topic, Set<Topic> audience) {
  /*
   * A newer state replaces an older one only if every reader that may read the older may read the
   * newer: a public state replaces all states of its topic, a private one those that are private by
   * the same topics. Decision 0029 says why.
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

  /** Returns the key of the public state of the same topic. */
  StateKey ofPublic() {
    return new StateKey(topic, Set.of());
  }
}
