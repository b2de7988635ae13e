package bellwether.eventlog.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The id of this start of the machine. */
public final class BootId {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id"); // on Linux

  private BootId() {}

  /** Returns the id; empty if it is not known. */
  public static String read() {
    try {
      return Files.isReadable(FILE) ? Files.readString(FILE).strip() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
