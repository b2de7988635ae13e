package bellwether.eventlog.file;

import java.io.IOException;

/**
 * Room on the disk that is put by: dropping a segment has something written first, and that has to
 * work on a full disk too, since it is what makes room. Confined to the log's committing lock.
 */
final class Reserve {
  static final String FILE = "reserve";

  private static final int PIECE = 1 << 16; // bytes in one write

  private final Disk disk;
  private long bytes = -1; // that it has; below 0: nobody has looked yet

  Reserve(Disk disk) {
    this.disk = disk;
  }

  /** Makes it at least so large. If that fails there is none. */
  void keep(long wanted) throws IOException {
    if (bytes < 0) {
      bytes = disk.list().contains(FILE) ? disk.size(FILE) : 0;
    }
    if (bytes < wanted) {
      try {
        fill(wanted);
      } catch (IOException | RuntimeException | Error e) {
        boolean unused = release(); // others need what there is
        throw e;
      }
    }
  }

  private void fill(long wanted) throws IOException {
    byte[] piece = new byte[PIECE];
    try (Disk.Output file = disk.append(FILE)) {
      for (long place = bytes; place < wanted; place += PIECE) {
        file.write(piece, (int) Math.min(PIECE, wanted - place), place);
      }
      file.sync();
    }
    bytes = wanted;
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
