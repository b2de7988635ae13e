package bellwether.eventlog.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can be full, refuse to be read, lose what was not synced (a cut, too), be
 * cut at any byte, and fail at any step. What a sync that failed left out no later one makes up
 * for, as with Linux. Any thread.
 */
public final class FakeDisk implements Disk {
  private static final class Content {
    byte[] written = new byte[0];
    byte[] synced = new byte[0];
    BitSet dirty = new BitSet(); // bytes that the next sync has to put on the medium
    byte @Nullable [] uncut; // what may be on the medium as long as a cut has not been synced

    void replaceAll(byte[] bytes) {
      uncut = null;
      written = bytes.clone();
      synced = bytes.clone();
      dirty.clear();
    }

    void sync() {
      byte[] now = Arrays.copyOf(synced, written.length);
      dirty.stream().filter(at -> at < now.length).forEach(at -> now[at] = written[at]);
      dirty.clear();
      uncut = null;
      synced = now;
    }
  }

  /** What a step does instead of what it should. */
  interface Failure {
    void fail() throws IOException;
  }

  private static final int NEVER = -1;

  // Guarded by this.
  private final Map<String, Content> files = new TreeMap<>();
  private long room = Long.MAX_VALUE; // bytes that may still be written
  private boolean isReadable = true;
  private boolean isReplacingRefused;
  private int syncs;
  private Runnable beforeSync = () -> {};
  private int untilFailure = NEVER; // steps
  private int failing; // steps
  private Failure failure = () -> {};

  /** Lets so many steps work, and then so many fail, each half-way; all that follow work. */
  synchronized void fail(int after, int steps, Failure how) {
    untilFailure = after;
    failing = steps;
    failure = how;
  }

  /** Whether the failure that was asked for has come. */
  synchronized boolean hasFailed() {
    return untilFailure == NEVER;
  }

  synchronized void mend() {
    untilFailure = NEVER;
    failing = 0;
  }

  private boolean isToFail() {
    if (untilFailure > 0) {
      untilFailure--;
    } else if (failing > 0) {
      untilFailure = NEVER;
      failing--;
      return true;
    }
    return false;
  }

  /** One that may fail, of the disk or of something else that is to fail in its turn. */
  synchronized void step() throws IOException {
    if (isToFail()) {
      failure.fail();
    }
  }

  /** From now on only so many bytes can be written, the last write in part. */
  public synchronized void leaveRoomFor(long bytes) {
    room = bytes;
  }

  /** As if there were room for everything but a whole file. */
  synchronized void refuseToReplace(boolean refused) {
    isReplacingRefused = refused;
  }

  public synchronized void letBeRead(boolean readable) {
    isReadable = readable;
  }

  synchronized int syncs() {
    return syncs;
  }

  /** What every sync does first, on its thread. */
  synchronized void beforeSync(Runnable action) {
    beforeSync = action;
  }

  /**
   * What a power cut leaves: of each file what had been synced, and some of what follows; or the
   * file as it was before it was cut.
   */
  public synchronized void cutPower(java.util.random.RandomGenerator random) {
    for (Content content : files.values()) {
      byte[] before = content.uncut;
      if (before != null && random.nextBoolean()) {
        content.replaceAll(before);
        continue;
      }
      boolean hasMore = content.written.length > content.synced.length;
      int more = hasMore ? random.nextInt(content.written.length - content.synced.length + 1) : 0;
      byte[] left = Arrays.copyOf(content.written, content.synced.length + more);
      System.arraycopy(content.synced, 0, left, 0, content.synced.length);
      content.replaceAll(left);
    }
  }

  /** Forgets what is in memory only and needs no sync: what a failed sync left out is gone. */
  synchronized void forgetWhatIsClean() {
    for (Content content : files.values()) {
      byte[] left = Arrays.copyOf(content.synced, content.written.length);
      content.dirty.stream().forEach(at -> left[at] = content.written[at]);
      content.written = left;
    }
  }

  /** Another disk with the same files. */
  public synchronized FakeDisk copy() {
    FakeDisk copy = new FakeDisk();
    files.forEach(
        (name, content) -> {
          Content same = new Content();
          same.written = content.written.clone();
          same.synced = content.synced.clone();
          same.dirty = (BitSet) content.dirty.clone();
          same.uncut = content.uncut;
          copy.files.put(name, same);
        });
    return copy;
  }

  /** Changes one bit. */
  synchronized void damage(String name, long at) {
    byte[] bytes = content(name).written.clone();
    bytes[(int) at] ^= 4;
    content(name).written = bytes;
  }

  synchronized void put(String name, byte[] bytes) {
    Content content = new Content();
    content.replaceAll(bytes);
    files.put(name, content);
  }

  /** Takes a file away. */
  synchronized void remove(String name) {
    files.remove(name);
  }

  synchronized List<String> segments() {
    return files.keySet().stream().filter(name -> Segment.baseOf(name) >= 0).toList();
  }

  private Content content(String name) {
    Content content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("no file " + name);
    }
    return content;
  }

  @Override
  public synchronized List<String> list() {
    return List.copyOf(files.keySet());
  }

  @Override
  public synchronized Output append(String name) throws IOException {
    step();
    if (!files.containsKey(name)) {
      use(1);
      files.put(name, new Content());
    }
    return new Appending(name);
  }

  @Override
  public synchronized Input open(String name) throws IOException {
    step();
    requireReadable(name);
    Content content = content(name); // which is read on, even if the file is deleted
    return new Input() {
      @Override
      public byte[] read(long at, int length) throws IOException {
        return FakeDisk.this.read(content, at, length);
      }

      @Override
      public long size() throws IOException {
        synchronized (FakeDisk.this) {
          return content.written.length;
        }
      }

      @Override
      public void close() {}
    };
  }

  private synchronized byte[] read(Content content, long at, int length) throws IOException {
    if (!isReadable) {
      throw new IOException("Input/output error");
    }
    byte[] all = content.written;
    int from = (int) Math.min(at, all.length);
    return Arrays.copyOfRange(all, from, (int) Math.min(all.length, at + length));
  }

  @Override
  public synchronized byte @Nullable [] read(String name) throws IOException {
    if (!files.containsKey(name)) {
      return null;
    }
    requireReadable(name);
    return content(name).written.clone();
  }

  @Override
  public synchronized long size(String name) throws IOException {
    requireReadable(name);
    return content(name).written.length;
  }

  @Override
  public synchronized void replace(String name, byte[] bytes) throws IOException {
    step();
    if (isReplacingRefused) {
      throw new IOException("No space left on device");
    }
    use(bytes.length); // beside the old one
    giveBack(name);
    put(name, bytes);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    step();
    giveBack(name);
    remove(name);
  }

  private void giveBack(String name) {
    Content content = files.get(name);
    giveBack(content == null ? 0 : content.written.length);
  }

  private void giveBack(long bytes) {
    room += room == Long.MAX_VALUE ? 0 : bytes;
  }

  @Override
  public void close() {}

  private void requireReadable(String name) throws IOException {
    if (!files.containsKey(name)) {
      throw new NoSuchFileException(name);
    }
    if (!isReadable) {
      throw new IOException("Input/output error");
    }
  }

  private void use(long bytes) throws IOException {
    if (bytes > room) {
      throw new IOException("No space left on device");
    }
    room -= room == Long.MAX_VALUE ? 0 : bytes;
  }

  private final class Appending implements Output {
    private final String name;

    Appending(String name) {
      this.name = name;
    }

    @Override
    public void write(byte[] bytes, int length, long at) throws IOException {
      synchronized (FakeDisk.this) {
        boolean isToFail = isToFail();
        Content content = content(name);
        int wanted = isToFail ? length / 2 : length;
        int covered = (int) Math.max(0, Math.min(content.written.length - at, wanted));
        int fitting = covered + (int) Math.min(wanted - covered, room);
        use(fitting - covered);
        byte[] longer =
            Arrays.copyOf(content.written, Math.max(content.written.length, (int) at + fitting));
        System.arraycopy(bytes, 0, longer, (int) at, fitting);
        content.written = longer;
        content.dirty.set((int) at, (int) at + fitting);
        if (isToFail) {
          failure.fail();
        }
        if (fitting < wanted) {
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public void sync() throws IOException {
      Runnable first;
      synchronized (FakeDisk.this) {
        first = beforeSync;
      }
      first.run();
      synchronized (FakeDisk.this) {
        syncs++;
        Content content = files.get(name);
        if (isToFail()) {
          if (content != null) {
            content.dirty.clear();
          }
          failure.fail();
        }
        if (content != null) {
          content.sync();
        }
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (FakeDisk.this) {
        step();
        Content content = content(name);
        giveBack(content.written.length - size);
        if (content.uncut == null && content.written.length > size) {
          content.uncut = content.written;
        }
        content.written = Arrays.copyOf(content.written, (int) size);
        if (content.synced.length > size) {
          content.synced = Arrays.copyOf(content.synced, (int) size);
        }
        if (content.dirty.length() > size) {
          content.dirty.clear((int) size, content.dirty.length());
        }
      }
    }

    @Override
    public void close() throws IOException {
      synchronized (FakeDisk.this) {
        step();
      }
    }
  }
}
