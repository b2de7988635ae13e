package bellwether.eventlog;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of the newest segment, where records are written. Confined to the log's committing lock,
 * but for {@link #syncBesides}.
 */
final class SegmentWriter implements Closeable {
  private static final int PIECE = 1 << 20; // most bytes copied together for one write

  private final Disk disk;
  private Segment segment;
  private volatile Disk.@Nullable Output file;
  private byte[] buffer = new byte[1 << 14];

  /** Goes on at the end of a segment; if it is empty, its file need not be there yet. */
  SegmentWriter(Disk disk, Segment segment) throws IOException {
    this.disk = disk;
    this.segment = segment;
    if (segment.index().count() == 0) {
      begin(segment);
    }
  }

  /** Begins another segment; what is in the last one is on the medium then. */
  void begin(Segment next) throws IOException {
    if (file != null) {
      sync();
    }
    Disk.Output opened = disk.append(next.name());
    try {
      opened.truncate(0); // if an earlier attempt came half-way
      opened.write(Segment.header(), Segment.HEADER, 0);
      opened.sync();
    } catch (IOException e) {
      opened.close();
      disk.delete(next.name());
      throw e;
    }
    close();
    file = opened;
    segment = next;
  }

  /** Writes them all after what counts, which they do once their segment's index has them. */
  void write(List<Appending> group) throws IOException {
    long place = segment.bytes();
    int filled = 0;
    for (Appending appending : group) {
      for (byte[] record : appending.records) {
        if (filled + record.length > PIECE) {
          open().write(buffer, filled, place);
          place += filled;
          filled = 0;
        }
        if (record.length > PIECE) {
          open().write(record, record.length, place);
          place += record.length;
        } else {
          filled = append(record, filled);
        }
      }
    }
    open().write(buffer, filled, place);
  }

  void sync() throws IOException {
    open().sync();
  }

  /**
   * Any thread, beside the one that writes: syncs what had been written, unless another segment was
   * begun meanwhile, for which it has been.
   */
  void syncBesides() throws IOException {
    Disk.Output current = file;
    try {
      if (current != null) {
        current.sync();
      }
    } catch (IOException e) {
      if (current == file) {
        throw e;
      }
    }
  }

  /** Cuts what does not count, and makes sure that there is room for more. */
  void repair() throws IOException {
    close();
    file = disk.append(segment.name());
    file.truncate(segment.bytes());
    byte[] probe = new byte[1 << 16];
    file.write(probe, probe.length, segment.bytes());
    file.sync();
    file.truncate(segment.bytes());
    file.sync();
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
  }

  private int append(byte[] record, int filled) {
    if (filled + record.length > buffer.length) {
      byte[] larger = new byte[Math.max(2 * buffer.length, filled + record.length)];
      System.arraycopy(buffer, 0, larger, 0, filled);
      buffer = larger;
    }
    System.arraycopy(record, 0, buffer, filled, record.length);
    return filled + record.length;
  }

  private Disk.Output open() throws IOException {
    if (file == null) {
      file = disk.append(segment.name());
    }
    return file;
  }
}
