package bellwether.eventlog.file;

import java.io.Closeable;
import java.io.IOException;

/** A flat directory of files, as a log needs it. Any thread. */
interface Disk extends ReadableDisk, Closeable {

  /** Opens a file to be written at its end, and makes it if it is not there, durably. */
  Output append(String name) throws IOException;

  /** Puts a file in place of the one of that name, if any: in whole or not at all, durably. */
  void replace(String name, byte[] content) throws IOException;

  /** Deletes the file if it is there. */
  void delete(String name) throws IOException;

  /** A file that grows at its end. One thread at a time, but for {@link #sync}. */
  interface Output extends Closeable {

    /** Writes at this place, which is the end of what is there that counts. */
    void write(byte[] bytes, int length, long at) throws IOException;

    /** Returns once all that has been written is on the medium. */
    void sync() throws IOException;

    /** Cuts what follows that many bytes. */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
  }
}
