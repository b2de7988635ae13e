package bellwether.eventlog;

import bellwether.eventlog.ReadResult.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A program that appends with so little memory left that an allocation fails: with none, and each
 * time with a little more, until an append succeeds. Ends with 1 if an append was not whole. For a
 * JVM with a small heap of its own.
 */
final class AppendsWithoutMemory {
  private static final int STEP = 64; // bytes
  private static final int SUCCESSES = 5; // in a row: then there is enough
  private static final int WARMING_UP = 40;
  private static final int[] SIZES = {1 << 18, 1 << 13, 1 << 9, 1 << 6, 16};
  private static final Topic NEWS = new Topic("news");

  private final byte[][] ballast = new byte[1 << 18][];
  private final EventLog log;
  private final Supplier<EventLog> reopen;
  private final List<String> acknowledged = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private long reader;
  private int failed;
  private int count;

  private AppendsWithoutMemory(EventLog log, Supplier<EventLog> reopen) {
    this.log = log;
    this.reopen = reopen;
  }

  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("appends");
    try {
      Supplier<EventLog> files = () -> open(directory);
      new AppendsWithoutMemory(files.get(), files).run();
      new AppendsWithoutMemory(
              new MemoryEventLog(
                  64, Long.MAX_VALUE, InstantSource.system(), System::nanoTime, new Random(1)),
              () -> null)
          .run();
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).forEach(AppendsWithoutMemory::delete);
      }
    }
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EventLog open(Path directory) {
    return FileEventLog.open(
        directory,
        new FileLogLimits(100_000, 1 << 28, FileLogLimits.ANY_AGE, 4096, 64, 1 << 20),
        new SyncPolicy.Never(),
        "boot",
        InstantSource.system(),
        System::nanoTime,
        new Random(1));
  }

  private void run() {
    for (int i = 0; i < WARMING_UP; i++) { // what is loaded later must not fail to load
      List<Publication> batch = batch();
      if (i % 4 == 0) {
        fill(new byte[1]);
      }
      append(batch);
      require(log.append(batch, topic -> topic.equals(NEWS)).size() == batch.size(), "warm");
    }
    int successes = 0;
    for (int left = 0; successes < SUCCESSES; left += STEP) {
      successes = tryWith(left) ? successes + 1 : 0;
    }
    require(failed > WARMING_UP, "only " + failed + " failed");
    check();
    System.out.println(log.getClass().getSimpleName() + ": " + failed + " failed");
    log.close();
    EventLog again = reopen.get();
    if (again != null) {
      require(all(again).equals(acknowledged), "a reopened log has " + all(again).size());
      again.close();
    }
  }

  private boolean tryWith(int left) {
    List<Publication> batch = batch();
    byte[] spare = new byte[left];
    fill(spare);
    spare = null;
    List<LogEntry> entries = append(batch);
    if (entries == null) {
      failed++;
    }
    List<LogEntry> again = log.append(batch, topic -> !topic.equals(NEWS));
    require(entries == null || ids(entries).equals(ids(again)), "other ids under the same keys");
    for (LogEntry entry : again) {
      acknowledged.add(entry.publication().data());
    }
    readOn();
    return entries != null;
  }

  private static List<EventId> ids(List<LogEntry> entries) {
    return entries.stream().map(LogEntry::id).toList();
  }

  private List<Publication> batch() {
    List<Publication> batch = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      count++;
      Topic topic = i == 1 ? new Topic("state/" + count) : NEWS;
      String id = i == 2 ? "id" + count : null;
      batch.add(new Publication(List.of(topic), false, id, null, null, "e" + count, "key" + count));
    }
    return batch;
  }

  /** Null if it failed; there is memory again afterwards. */
  private List<LogEntry> append(List<Publication> batch) {
    try {
      return log.append(batch, topic -> !topic.equals(NEWS));
    } catch (OutOfMemoryError | LogUnavailableException e) {
      return null;
    } finally {
      for (int i = 0; i < ballast.length && ballast[i] != null; i++) {
        ballast[i] = null;
      }
      tend();
    }
  }

  private void tend() {
    if (log instanceof FileEventLog files) {
      files.tend();
    }
  }

  /** Takes all memory but what is spared. */
  private void fill(byte[] spared) {
    int next = 0;
    for (int size : SIZES) {
      try {
        while (true) {
          ballast[next] = new byte[size - 16];
          next++;
        }
      } catch (OutOfMemoryError e) {
        // So much for this size.
      }
    }
    require(spared != null, "spared");
  }

  private void readOn() {
    while (reader < log.newest()) {
      long before = reader;
      Batch batch = (Batch) log.readSlowly(reader, Long.MAX_VALUE, log.newest(), e -> true, 100);
      batch.entries().forEach(entry -> read.add(entry.publication().data()));
      reader = batch.reached();
      require(reader > before, "the reader is stuck at " + reader);
    }
  }
}
