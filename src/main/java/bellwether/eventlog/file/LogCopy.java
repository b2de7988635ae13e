package bellwether.eventlog.file;

import bellwether.eventlog.EntryRecord.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies a log's files while a server may be writing to them. One thread. */
public final class LogCopy {
  /*
   * The order makes the copy complete. Retention first writes the retained entries that outlive
   * their segments, then says in the manifest what it drops, then deletes the segments. So the copy
   * goes in this order.
   *
   * 1. Copy the segments that no longer grow. Some of them may be gone already.
   * 2. Read the manifest. It names all segments that were gone; those dropped later are in the
   *    copy.
   * 3. Copy the file of retained entries. It is no older than the manifest, so it has those of the
   *    segments that the manifest calls dropped.
   * 4. Copy the segments from the growing one on, to the length they have then. They have the newer
   *    entries for which the file of step 3 leaves older ones out.
   * 5. Write the manifest last.
   *
   * Indexes are not copied; opening makes them anew.
   */
  private static final int PIECE = 1 << 20; // bytes copied at a time

  private final ReadableDisk from;
  private final Disk to;
  private final Listener copied;

  /** Receives the name and size of each file that has been copied. */
  @FunctionalInterface
  public interface Listener {
    void copied(String file, long bytes);
  }

  private LogCopy(ReadableDisk from, Disk to, Listener copied) {
    this.from = from;
    this.to = to;
    this.copied = copied;
  }

  static void of(ReadableDisk from, Path target, Listener copied) throws IOException {
    requireFree(target);
    try (Disk to = new DirectoryDisk(target)) { // so that it cannot be opened before it is complete
      of(from, to, copied);
    }
  }

  static void of(ReadableDisk from, Disk to, Listener copied) throws IOException {
    new LogCopy(from, to, copied).run();
  }

  static void requireFree(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new IllegalArgumentException(target + " is no directory");
    }
    try (Stream<Path> files = Files.list(target)) {
      if (files.findAny().isPresent()) {
        throw new IllegalArgumentException(target + " is not empty");
      }
    }
  }

  private void run() throws IOException {
    List<Long> bases = StoredLog.bases(from);
    if (bases.isEmpty()) {
      throw new IOException(from + " has no segments");
    }
    long growing = StoredLog.growing(from, bases);
    for (long base : bases) {
      if (base >= growing) {
        break;
      }
      try {
        copy(Segment.nameOf(base));
      } catch (NoSuchFileException e) {
        // It was dropped, as the manifest will say.
      }
    }
    Manifest manifest = Manifest.read(from);
    byte[] states = from.read(CarriedStates.FILE);
    for (long base : StoredLog.bases(from)) {
      if (base >= growing) {
        copyNow(Segment.nameOf(base));
      }
    }
    if (states != null) {
      to.replace(CarriedStates.FILE, states);
      copied.copied(CarriedStates.FILE, states.length);
    }
    if (!Manifest.read(from).epochs().equals(manifest.epochs())) {
      throw new IOException("the server was started anew while its log was copied; copy it again");
    }
    manifest.copied().write(to);
    copied.copied(Manifest.NAME, to.size(Manifest.NAME));
  }

  private void copyNow(String name) throws IOException {
    try {
      copy(name);
    } catch (NoSuchFileException e) {
      throw new IOException(name + " was dropped before it could be copied; copy it all again", e);
    }
  }

  private void copy(String name) throws IOException {
    try (ReadableDisk.Input in = from.open(name);
        Disk.Output out = to.append(name)) {
      requireKnownVersion(name, in.read(0, Segment.HEADER));
      long size = in.size();
      long place = 0;
      while (place < size) {
        byte[] bytes = in.read(place, (int) Math.min(PIECE, size - place));
        if (bytes.length == 0) {
          break; // the file was cut meanwhile
        }
        out.write(bytes, bytes.length, place);
        place += bytes.length;
      }
      out.sync();
      copied.copied(name, place);
    }
  }

  private static void requireKnownVersion(String name, byte[] header) throws IOException {
    try {
      Segment.requireHeader(name, header);
    } catch (DamagedException e) {
      // It is copied as it is; verifying finds it.
    }
  }
}
