package bellwether.faults;

import bellwether.wire.MessageEvent;

/** What notes what happens to one reader. Thread-safe. */
public interface Witness {
  /** The reader connects, and resumes after this id; empty if it has none. */
  void connects(String lastEventId);

  /** A connection has been made, and answered. */
  void answered();

  void event(MessageEvent event);

  /** The stream was no event stream, or no HTTP. */
  void damaged(String how);

  /** The reader has been told to stay away for good. */
  void refused(String how);
}
