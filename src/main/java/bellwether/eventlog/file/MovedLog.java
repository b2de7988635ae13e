package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.LogReceiver;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files to which a whole log is written, in a directory of their own. One thread.
 *
 * <p>Opening the log begins another life of it, so it never gives an id that the log gives from
 * which it came.
 */
public final class MovedLog implements LogReceiver, Closeable {
  /*
   * Until all is written, the manifest says that it is not, and the directory is locked. A segment
   * ends where positions are missing, and readers find that from the segments' bases.
   */
  private static final int MAX_SEGMENT = 16 << 20; // bytes, as in a server
  private static final int MAX_ENTRIES = 125_000;
  private static final int PIECE = 1 << 20; // bytes written together, except for a larger entry

  private final Disk disk;
  private final ByteArrayOutputStream states = new ByteArrayOutputStream();
  private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
  private @Nullable Facts facts;
  private Disk.@Nullable Output segment;
  private long entriesOfSegment;
  private long size; // bytes of the segment that are in its file
  private long entries; // of the segment
  private long next; // position

  private MovedLog(Disk disk) {
    this.disk = disk;
  }

  /**
   * Begins a log in a new or empty directory, or in one where a log was begun and not finished.
   *
   * @throws IllegalArgumentException if there is anything else in the directory
   * @throws IOException if the directory cannot be written, or somebody uses it
   */
  public static MovedLog in(Path directory) throws IOException {
    if (!Manifest.isUnfinished(new ReadableDirectory(directory))) {
      LogCopy.requireFree(directory);
    }
    Disk disk = new DirectoryDisk(directory);
    try {
      return on(disk);
    } catch (IOException | RuntimeException | Error e) {
      disk.close();
      throw e;
    }
  }

  static MovedLog on(Disk disk) throws IOException {
    clear(disk);
    Manifest.writeUnfinished(disk);
    return new MovedLog(disk);
  }

  private static void clear(Disk disk) throws IOException {
    for (String file : disk.list()) {
      if (Segment.baseOf(file) >= 0 || file.equals(CarriedStates.FILE)) {
        disk.delete(file);
      }
    }
  }

  @Override
  public void begin(Facts newFacts) {
    facts = newFacts;
    next = newFacts.oldest();
    entriesOfSegment = newFacts.entriesOfPart(MAX_ENTRIES);
  }

  @Override
  public void state(EntryRecord state) {
    states.writeBytes(alone(state));
  }

  @Override
  public void entry(EntryRecord entry) throws IOException {
    byte[] record = alone(entry);
    boolean isFull =
        entries == entriesOfSegment || size + piece.size() + record.length > MAX_SEGMENT;
    if (segment == null || entry.position() != next || (isFull && entries > 0)) {
      beginSegment(entry.position());
    }
    piece.writeBytes(record);
    if (piece.size() >= PIECE) {
      writePiece();
    }
    entries++;
    next = entry.position() + 1;
  }

  @Override
  public void missing(long position) {} // the next segment begins after it

  @Override
  public void finish() throws IOException {
    Facts all = facts;
    if (all == null) {
      throw new IllegalStateException("not begun");
    }
    if (next <= all.newest()) {
      beginSegment(all.newest() + 1);
    }
    endSegment();
    if (states.size() > 0) {
      disk.replace(CarriedStates.FILE, states.toByteArray());
    }
    new Manifest(all.epochs(), all.oldest() - 1, all.loss(), "", true, 0).copied().write(disk);
  }

  /** Returns the record of an entry that is an append by itself. */
  private static byte[] alone(EntryRecord entry) {
    return new EntryRecord(
            entry.position(), entry.time(), entry.publication(), entry.isRetained(), false)
        .encode();
  }

  private void beginSegment(long base) throws IOException {
    endSegment();
    segment = disk.append(Segment.nameOf(base));
    piece.writeBytes(Segment.header());
    size = 0;
    entries = 0;
  }

  private void endSegment() throws IOException {
    Disk.Output last = segment;
    if (last != null) {
      writePiece();
      last.sync();
      last.close();
      segment = null;
    }
  }

  private void writePiece() throws IOException {
    Disk.Output current = segment;
    if (current != null) {
      byte[] bytes = piece.toByteArray();
      current.write(bytes, bytes.length, size);
      size += bytes.length;
      piece.reset();
    }
  }

  /** Closes the files; what is not finished stays, and is no log. */
  @Override
  public void close() throws IOException {
    try (disk) {
      Disk.Output last = segment;
      segment = null;
      if (last != null) {
        last.close();
      }
    }
  }
}
