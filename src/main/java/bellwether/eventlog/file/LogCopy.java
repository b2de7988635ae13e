package bellwether.eventlog.file;

import bellwether.eventlog.file.EntryRecord.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Copies a log's files while a server may be writing to them. One thread. */
public final class LogCopy {
  /*
   * The order is what makes the copy whole. Retention first writes the states that are to outlive
   * their segments, then says in the manifest what it drops, then deletes. So
   *
   * 1. the segments that grow no more are copied; of these some may be gone already,
   * 2. then the manifest is read: all that were gone, it says, and whatever is dropped later is in
   *    the copy,
   * 3. then the states, which are no older than the manifest: they have what it says is dropped,
   * 4. then the segments from the growing one on, to the length they have then: in these is what has
   *    replaced a state that the states leave out,
   * 5. and the manifest is written last.
   *
   * Indexes are left out; they are made anew.
   */
  private static final int PIECE = 1 << 20; // bytes copied at a time

  private final ReadableDisk from;
  private final Disk to;
  private final Listener copied;

  /** Told what has been copied. */
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
    try (Disk to = new DirectoryDisk(target)) { // so that nobody opens it before it is whole
      of(from, to, copied);
    }
  }

  static void of(ReadableDisk from, Disk to, Listener copied) throws IOException {
    new LogCopy(from, to, copied).run();
  }

  private static void requireFree(Path target) throws IOException {
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
