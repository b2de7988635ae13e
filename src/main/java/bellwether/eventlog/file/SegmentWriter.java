package bellwether.eventlog.file;

import bellwether.eventlog.Ring;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records at the end of the newest segment. Guarded by the log's committing lock, except for
 * {@link #syncBesides}.
 */
final class SegmentWriter implements Closeable {
  /*
   * After a failed sync the contents of the medium are unknown: the system may have dropped what it
   * could not write, and may call the next sync a success. So from then on no sync counts, and no
   * other segment is begun, until everything written since the last good sync has been written
   * again.
   */
  private static final Logger logger = LoggerFactory.getLogger(SegmentWriter.class);
  private static final int PIECE = 1 << 20; // the most bytes copied together for one write
  private static final int UNKNOWN = 0; // from an earlier process

  private final Disk disk;
  private final Object syncing = new Object(); // held to sync, and to take another file
  private Segment segment; // changed under both locks
  private Disk.@Nullable Output file; // changed under both locks
  private byte[] buffer = new byte[1 << 14];

  // Written under the committing lock, read under the other.
  private volatile long written; // the end of what has been written

  // Guarded by syncing.
  private long synced; // the end of what is on the medium
  private boolean isInDoubt; // a sync was begun, and has not succeeded

  /**
   * Creates a writer that goes on at the end of a segment, once it is {@linkplain #start() opened}.
   */
  SegmentWriter(Disk disk, Segment segment) {
    this.disk = disk;
    this.segment = segment;
    this.written = segment.bytes();
    this.synced = UNKNOWN;
  }

  /** Opens the segment's file, which need not exist yet if the segment is empty. */
  void start() throws IOException {
    if (segment.index().count() == 0) {
      start(segment);
    } else {
      Disk.Output opened = disk.append(segment.name());
      synchronized (syncing) {
        file = opened; // so that its contents are synced when that is due
      }
    }
  }

  /** Begins another segment, once the contents of the last one are on the medium. */
  void begin(Segment next) throws IOException {
    sync();
    start(next);
  }

  private void start(Segment next) throws IOException {
    Disk.Output opened = null;
    try {
      opened = disk.append(next.name());
      opened.truncate(0); // an earlier attempt may have got half-way
      opened.write(Segment.header(), Segment.HEADER, 0);
      opened.sync();
    } catch (IOException | RuntimeException | Error e) {
      release(opened);
      disk.delete(next.name());
      throw e;
    }
    synchronized (syncing) {
      release(file);
      file = opened;
      segment = next;
      written = next.bytes();
      synced = written;
    }
  }

  /**
   * Writes the group after the contents that count; its records count once their segment's index
   * has them.
   */
  void write(List<Appending> group) throws IOException {
    Disk.Output out = open();
    long place = segment.bytes();
    int filled = 0;
    for (Appending appending : group) {
      for (byte[] record : appending.records) {
        if (filled + record.length > PIECE) {
          out.write(buffer, filled, place);
          place += filled;
          filled = 0;
        }
        if (record.length > PIECE) {
          out.write(record, record.length, place);
          place += record.length;
        } else {
          filled = append(record, filled);
        }
      }
    }
    out.write(buffer, filled, place);
    written = place + filled;
  }

  void sync() throws IOException {
    Disk.Output current = open();
    synchronized (syncing) {
      sync(current);
    }
  }

  /** Syncs the bytes that are not synced yet; any thread may call it, while another writes. */
  void syncBesides() throws IOException {
    synchronized (syncing) {
      if (file != null && !isInDoubt && written > synced) {
        sync(file);
      }
    }
  }

  private void sync(Disk.Output current) throws IOException {
    if (isInDoubt) {
      throw new IOException("what an earlier sync left out has to be written again");
    }
    long end = written;
    isInDoubt = true;
    current.sync();
    isInDoubt = false;
    synced = end;
  }

  /**
   * Cuts the bytes that do not count, after an append that failed, so that they are never found:
   * not after a power cut either, which undoes a cut that has not been synced.
   *
   * @throws IOException if they may still be found
   */
  void cut() throws IOException {
    synchronized (syncing) {
      Disk.Output out = file;
      if (out != null) {
        out.truncate(segment.bytes());
      }
      written = segment.bytes();
      synced = Math.min(synced, written);
      if (out != null) {
        boolean wasInDoubt = isInDoubt; // this sync does not make up for an earlier one
        isInDoubt = true;
        out.sync();
        isInDoubt = wasInDoubt;
      }
    }
  }

  /**
   * Cuts the bytes that do not count, writes again those that count and may not be on the medium,
   * and makes sure that there is room for more.
   *
   * @param memory has some of the entries that count, in case the file has lost them
   */
  void repair(Ring memory) throws IOException {
    synchronized (syncing) {
      close();
      Disk.Output out = disk.append(segment.name());
      file = out;
      long end = segment.bytes();
      out.truncate(end);
      if (isInDoubt) {
        new Rewriting(disk, segment, memory).from(Math.min(synced, end), out);
      }
      byte[] probe = new byte[1 << 16];
      out.write(probe, probe.length, end);
      out.sync();
      out.truncate(end);
      out.sync();
      written = end;
      synced = end;
      isInDoubt = false;
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (syncing) {
      Disk.Output last = file;
      file = null;
      if (last != null) {
        last.close();
      }
    }
  }

  /** Closes a file that nothing depends on any longer. */
  private static void release(Disk.@Nullable Output last) {
    try {
      if (last != null) {
        last.close();
      }
    } catch (IOException e) {
      logger.debug("A file could not be closed", e);
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
    Disk.Output current = file;
    if (current == null) {
      current = disk.append(segment.name());
      synchronized (syncing) {
        file = current;
      }
    }
    return current;
  }
}
