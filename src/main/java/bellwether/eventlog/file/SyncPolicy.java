package bellwether.eventlog.file;

import java.time.Duration;

/** When what has been appended is put on the medium, and with that, what a power cut may take. */
public sealed interface SyncPolicy {

  /** Before anybody sees it. Appends that come together share one sync. */
  record Always() implements SyncPolicy {}

  /** At most so much later. A killed process loses nothing; a machine that crashes may lose it. */
  record Every(Duration interval) implements SyncPolicy {}

  /** Whenever the operating system does. A killed process loses nothing. */
  record Never() implements SyncPolicy {}
}
