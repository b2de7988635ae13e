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
 * @param topics null to leave them
 * @param interval null to leave it
 * @param before what the stream was allowed, if that is what changed
 */
record StreamChange(
    Hub hub, @Nullable TopicSelector topics, @Nullable Duration interval, @Nullable Grant before) {

  /** Returns both changes in one: of each thing, the later counts. */
  StreamChange and(StreamChange later) {
    return new StreamChange(
        hub,
        later.topics == null ? topics : later.topics,
        later.interval == null ? interval : later.interval,
        before == null ? later.before : before);
  }

  /**
   * See {@link Hub#change}.
   *
   * @param grant what the stream is allowed now
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
