package bellwether.notification;

import java.nio.file.Path;

/** On H2, in a file. */
class OutboxCrashTest extends OutboxCrashContract {
  @Override
  String url(Path empty) {
    return "jdbc:h2:file:" + empty.resolve("tables") + ";WRITE_DELAY=0";
  }

  @Override
  String user() {
    return "sa";
  }
}
