package bellwether.eventlog.file;

import java.io.IOException;

/**
 * A file that reserves room on the disk. Before a segment is dropped, something has to be written,
 * and that has to work on a full disk too, since dropping makes the room. Guarded by the log's
 * committing lock.
 */
final class Reserve {
  static final String FILE = "reserve";

  private static final int PIECE = 1 << 16; // bytes in one write

  private final Disk disk;
  private long bytes = -1; // bytes it has; below 0: not looked up yet

  Reserve(Disk disk) {
    this.disk = disk;
  }

  /** Makes the reserve at least this large; if that fails there is none. */
  void keep(long wanted) throws IOException {
    if (bytes < 0) {
      bytes = disk.list().contains(FILE) ? disk.size(FILE) : 0;
    }
    if (bytes < wanted) {
      long from = bytes;
      bytes = wanted; // if it fails, what it has by then is to be deleted
      try {
        fill(from, wanted);
      } catch (IOException | RuntimeException | Error e) {
        boolean unused = release(); // others need the room that is left
        throw e;
      }
    }
  }

  private void fill(long from, long wanted) throws IOException {
    byte[] piece = new byte[PIECE];
    try (Disk.Output file = disk.append(FILE)) {
      for (long place = from; place < wanted; place += PIECE) {
        file.write(piece, (int) Math.min(PIECE, wanted - place), place);
      }
      file.sync();
    }
  }

  /** Gives the room back; returns whether there may have been any. */
  boolean release() throws IOException {
    if (bytes == 0) {
      return false;
    }
    disk.delete(FILE);
    bytes = 0;
    return true;
  }
}
