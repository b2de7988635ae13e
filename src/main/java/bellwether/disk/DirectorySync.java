package bellwether.disk;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes the names of files survive a crash, not only their contents. Any thread. */
public final class DirectorySync {
  private DirectorySync() {}

  /**
   * Returns once all names in the directory are on the medium, even if the thread has been
   * interrupted: it stays interrupted.
   */
  public static void sync(Path directory) throws IOException {
    // This kind of channel, alone of those that open directories, does not fail when interrupted.
    try (AsynchronousFileChannel names =
        AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    } catch (AccessDeniedException e) {
      // Windows cannot open a directory, and makes names durable by itself.
    }
  }
}
