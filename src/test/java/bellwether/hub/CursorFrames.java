package bellwether.hub;

import bellwether.fixtures.ManualScheduler;
import bellwether.wire.EventStreamParser;
import bellwether.wire.MessageEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Polls cursors as a connection does whose socket takes some frames. */
final class CursorFrames {
  private CursorFrames() {}

  /**
   * Polls until there is nothing more, or the limit is reached.
   *
   * @param fetching runs what the log fetches for readers
   * @param onFetch called when something has been fetched
   * @param taken gets the frames, also if this throws
   * @return whether there is more than the socket takes
   */
  static boolean poll(
      Cursor cursor, int limit, ManualScheduler fetching, Runnable onFetch, List<byte[]> taken) {
    boolean[] isRefused = {false};
    FrameSink sink =
        (frame, offset, since) -> {
          isRefused[0] |= taken.size() == limit;
          if (taken.size() < limit) {
            taken.add(Arrays.copyOfRange(frame, offset, frame.length));
          }
          return !isRefused[0];
        };
    boolean again = true;
    while (again) {
      again = cursor.poll(sink);
      if (fetching.waiting() > 0) {
        fetching.runDue();
        onFetch.run();
        again = true;
      }
    }
    return isRefused[0];
  }

  static MessageEvent parse(byte[] frame) {
    List<MessageEvent> events = new ArrayList<>();
    EventStreamParser parser = new EventStreamParser(events::add);
    parser.feed(frame);
    if (events.size() != 1) {
      throw new AssertionError("not one event: " + events);
    }
    return events.get(0);
  }
}
