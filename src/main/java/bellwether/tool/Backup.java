package bellwether.tool;

import bellwether.eventlog.file.StoredLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;

/** Copies a log, prints a line for each copied file, and verifies the copy. */
final class Backup {
  private final Writer out;

  Backup(Writer out) {
    this.out = out;
  }

  /** Runs the backup; returns whether the copy is whole. */
  boolean run(StoredLog log, Path target) throws IOException {
    try {
      log.copyTo(target, this::print);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Verification(out).run(StoredLog.in(target));
  }

  private void print(String file, long bytes) {
    try {
      out.write("copied " + file + ", " + bytes + " bytes\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
