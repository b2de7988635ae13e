package bellwether.eventlog.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A flat directory of files that are read and left as they are. Any thread. */
interface ReadableDisk {

  /** The names of the files, sorted. */
  List<String> list() throws IOException;

  /**
   * Opens a file to be read here and there.
   *
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  Input open(String name) throws IOException;

  /** Reads once: see {@link Input#read}. */
  default byte[] read(String name, long at, int length) throws IOException {
    try (Input file = open(name)) {
      return file.read(at, length);
    }
  }

  /** All of a small file; null if it is not there. */
  byte @Nullable [] read(String name) throws IOException;

  /** In bytes. */
  long size(String name) throws IOException;

  /** A file being read, by one thread. */
  interface Input extends Closeable {

    /** Reads from the place on; fewer bytes than asked for only at the end of the file. */
    byte[] read(long at, int length) throws IOException;

    /** In bytes, now. */
    long size() throws IOException;
  }
}
