package bellwether.eventlog.file;

import java.io.Closeable;
import java.io.IOException;

/** A flat directory of files that a log may write. Any thread. */
interface Disk extends ReadableDisk, Closeable {

  /** Opens a file to be written at its end, and creates it, durably, if it does not exist. */
  Output append(String name) throws IOException;

  /** Replaces the file of that name, or creates it: wholly or not at all, durably. */
  void replace(String name, byte[] content) throws IOException;

  /** Deletes the file if it exists. */
  void delete(String name) throws IOException;

  /** A file that grows at its end. For one thread at a time, except for {@link #sync}. */
  interface Output extends Closeable {

    /** Writes bytes at this place, which is the end of the contents that count. */
    void write(byte[] bytes, int length, long at) throws IOException;

    /** Returns once everything written is on the medium. */
    void sync() throws IOException;

    /** Cuts the file to this size. */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
  }
}
