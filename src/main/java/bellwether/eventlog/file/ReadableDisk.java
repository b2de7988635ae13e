package bellwether.eventlog.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A flat directory of files that are only read. Any thread. */
interface ReadableDisk {

  /** Returns the names of the files, sorted. */
  List<String> list() throws IOException;

  /**
   * Opens a file to be read at any place.
   *
   * @throws java.nio.file.NoSuchFileException if it does not exist
   */
  Input open(String name) throws IOException;

  /** Opens a file for a single read: see {@link Input#read}. */
  default byte[] read(String name, long at, int length) throws IOException {
    try (Input file = open(name)) {
      return file.read(at, length);
    }
  }

  /** Reads all of a small file; returns null if it does not exist. */
  byte @Nullable [] read(String name) throws IOException;

  /** Returns the size of a file, in bytes. */
  long size(String name) throws IOException;

  /** A file being read, by one thread. */
  interface Input extends Closeable {

    /** Reads bytes from this place on; returns fewer than asked for only at the end of the file. */
    byte[] read(long at, int length) throws IOException;

    /** Returns the size now, in bytes. */
    long size() throws IOException;
  }
}
