package bellwether.stream;

import bellwether.auth.Grant;
import bellwether.hub.Cursor;
import bellwether.hub.Hub;
import bellwether.hub.Interest;
import bellwether.hub.Subscriber;
import bellwether.topic.TopicSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A change of an open stream.
 *
 * @param topics the new topics; null to keep the old ones
 * @param interval the new interval; null to keep the old one
 * @param before the grant before the change; null if it did not change
 */
record StreamChange(
    Hub hub, @Nullable TopicSelector topics, @Nullable Duration interval, @Nullable Grant before) {

  /** Returns both changes in one; for each value the later change counts. */
  StreamChange and(StreamChange later) {
    return new StreamChange(
        hub,
        later.topics == null ? topics : later.topics,
        later.interval == null ? interval : later.interval,
        before == null ? later.before : before);
  }

  /**
   * Makes the cursor that the stream reads after this change: see {@link Hub#change}.
   *
   * @param grant the stream's grant now
   */
  @Nullable Cursor apply(Cursor current, Grant grant, Subscriber subscriber) {
    Interest now = current.interest();
    Interest next =
        now.in(
            topics == null ? now.topics() : topics, interval == null ? now.interval() : interval);
    Grant could = before == null ? grant : before;
    return hub.change(
        current,
        next,
        entry -> could.mayRead(entry.publication().topics()),
        grant.isStranger(),
        subscriber);
  }
}
