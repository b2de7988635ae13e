package bellwether.eventlog;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can be full, refuse to be read, lose what was not synced, and be cut at any
 * byte. Any thread.
 */
public final class FakeDisk implements Disk {
  private static final class Content {
    byte[] written = new byte[0];
    byte[] synced = new byte[0];
  }

  // Guarded by this.
  private final Map<String, Content> files = new TreeMap<>();
  private long room = Long.MAX_VALUE; // bytes that may still be written
  private boolean isReadable = true;
  private int syncs;
  private Runnable beforeSync = () -> {};

  /** From now on only so many bytes can be written, the last write in part. */
  public synchronized void leaveRoomFor(long bytes) {
    room = bytes;
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

  /** What a power cut leaves: of each file what had been synced, and some of what follows. */
  public synchronized void cutPower(java.util.random.RandomGenerator random) {
    for (Content content : files.values()) {
      boolean hasMore = content.written.length > content.synced.length;
      int more = hasMore ? random.nextInt(content.written.length - content.synced.length + 1) : 0;
      content.written =
          more > 0
              ? Arrays.copyOf(content.written, content.synced.length + more)
              : content.synced.clone();
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
    content.written = bytes.clone();
    content.synced = bytes.clone();
    files.put(name, content);
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
    if (!files.containsKey(name)) {
      use(1);
      files.put(name, new Content());
    }
    return new Appending(name);
  }

  @Override
  public synchronized Input open(String name) throws IOException {
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
    use(bytes.length);
    put(name, bytes);
  }

  @Override
  public synchronized void delete(String name) {
    files.remove(name);
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
        int fitting = (int) Math.min(length, room);
        use(fitting);
        byte[] longer =
            Arrays.copyOf(
                content(name).written, Math.max(content(name).written.length, (int) at + fitting));
        System.arraycopy(bytes, 0, longer, (int) at, fitting);
        content(name).written = longer;
        if (fitting < length) {
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
        if (files.containsKey(name)) {
          content(name).synced = content(name).written.clone();
        }
      }
    }

    @Override
    public void truncate(long size) {
      synchronized (FakeDisk.this) {
        byte[] written = content(name).written;
        content(name).written = Arrays.copyOf(written, (int) size);
        if (content(name).synced.length > size) {
          content(name).synced = Arrays.copyOf(content(name).synced, (int) size);
        }
      }
    }

    @Override
    public void close() {}
  }
}
