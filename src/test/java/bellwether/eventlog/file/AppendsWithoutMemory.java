package bellwether.eventlog.file;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.SoleThread;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program that appends with so little memory left that an allocation fails: with none, and each
 * time with a little more, until an append succeeds. Ends with 1 if an append was not whole. Its
 * argument says which log: {@code files}, {@code thread} (files written by a thread of their own)
 * or {@code memory}. For a JVM with a small heap.
 */
final class AppendsWithoutMemory {
  private static final int STEP = 32; // bytes
  private static final int SUCCESSES = 3; // in a row: then there is enough
  private static final int LEAST = 10; // failures
  private static final int WARMING_UP = 20;
  private static final int MAX_TRIES = 60; // of a second each, at the most
  private static final int ENOUGH = 1 << 18; // bytes
  private static final int[] SIZES = {1 << 18, 1 << 13, 1 << 9, 1 << 6, 0}; // of what fills it
  private static final int SPARE = 1 << 18; // where what is not taken is
  private static final Topic NEWS = new Topic("news");

  private final @Nullable Object[] ballast = new Object[SPARE + 1];
  private final EventLog log;
  private final Supplier<@Nullable EventLog> reopen;
  private final List<String> acknowledged = new ArrayList<>();
  private final List<String> read = new ArrayList<>();
  private long reader;
  private int failed;
  private int count;

  private AppendsWithoutMemory(EventLog log, Supplier<@Nullable EventLog> reopen) {
    this.log = log;
    this.reopen = reopen;
  }

  public static void main(String[] args) throws IOException {
    LogManager.getLogManager().reset(); // hundreds of failures need not be said
    Path directory = Files.createTempDirectory("appends");
    try {
      if (args[0].equals("files")) {
        new AppendsWithoutMemory(open(directory), () -> open(directory)).run();
      } else if (args[0].equals("thread")) {
        new AppendsWithoutMemory(
                open(
                    directory, new SoleThread(AppendsWithoutMemory::daemon), Duration.ofSeconds(1)),
                () -> open(directory))
            .run();
      } else {
        new AppendsWithoutMemory(inMemory(), () -> null).run();
      }
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).forEach(AppendsWithoutMemory::delete);
      }
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static void delete(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isRetained(Topic topic) {
    return !topic.equals(NEWS);
  }

  private static EventLog inMemory() {
    return new MemoryEventLog(
        64, Long.MAX_VALUE, InstantSource.system(), System::nanoTime, new Random(1));
  }

  private static EventLog open(Path directory) {
    // What could not be answered for want of memory is not worth waiting for: nobody tends
    // meanwhile.
    return open(directory, Runnable::run, Duration.ofMillis(10));
  }

  private static EventLog open(Path directory, Executor committing, Duration patience) {
    return FileEventLog.open(
        directory,
        new FileLogLimits(
            100_000,
            1 << 28,
            FileLogLimits.ANY_AGE,
            4096,
            64,
            1 << 20,
            1 << 20,
            new FileLogLimits.Waiting(patience, 1 << 20)),
        new SyncPolicy.Never(),
        "boot",
        committing,
        InstantSource.system(),
        System::nanoTime,
        new Random(1));
  }

  private void run() {
    for (int i = 0; i < WARMING_UP; i++) { // what is loaded later must not fail to load
      var unused = isDoneWith(i % 2 == 0 ? 0 : ENOUGH);
    }
    failed = 0;
    int successes = 0;
    for (int left = 0; successes < SUCCESSES; left += STEP) {
      successes = isDoneWith(left) ? successes + 1 : 0;
    }
    require(failed >= LEAST, "only " + failed + " failed");
    require(read.equals(acknowledged), "a reader had " + read);
    System.out.println(log.getClass().getSimpleName() + ": " + failed + " failed");
    log.close();
    EventLog again = reopen.get();
    if (again != null) {
      List<String> all = new ArrayList<>();
      require(readOn(again, 0, all) == again.newest(), "the end");
      require(all.equals(acknowledged), "a reopened log has " + all);
      again.close();
    }
  }

  /** Whether so many bytes are enough for an append. */
  private boolean isDoneWith(int bytes) {
    List<Publication> batch = batch();
    ballast[SPARE] = new byte[bytes];
    fill();
    ballast[SPARE] = null;
    List<LogEntry> entries = append(batch);
    failed += entries == null ? 1 : 0;
    List<LogEntry> again = appendAgain(batch);
    require(entries == null || ids(entries).equals(ids(again)), "other ids under the same keys");
    for (LogEntry entry : again) {
      acknowledged.add(entry.publication().data());
    }
    reader = readOn(log, reader, read);
    return entries != null;
  }

  /** Appends with enough memory, on a machine that may be busy. */
  private List<LogEntry> appendAgain(List<Publication> batch) {
    for (int i = 0; i < MAX_TRIES; i++) {
      try {
        return log.append(batch, AppendsWithoutMemory::isRetained);
      } catch (AppendInDoubtException e) {
        // Under the same keys it may be tried again.
      }
    }
    throw new IllegalStateException("nothing is appended any more");
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
  private @Nullable List<LogEntry> append(List<Publication> batch) {
    try {
      return log.append(batch, AppendsWithoutMemory::isRetained);
    } catch (VirtualMachineError // the machine itself may lack memory, which is an InternalError
        | LogUnavailableException
        | AppendInDoubtException e) {
      return null;
    } finally {
      for (int i = 0; i < ballast.length; i++) {
        ballast[i] = null;
      }
      if (log instanceof FileEventLog files) {
        files.tend();
      }
    }
  }

  /** Takes all memory but what is spared. */
  private void fill() {
    int next = 0;
    for (int size : SIZES) {
      try {
        while (true) {
          ballast[next] = new byte[size];
          next++;
        }
      } catch (OutOfMemoryError e) {
        // So much for this size.
      }
    }
  }

  private static long readOn(EventLog log, long from, List<String> read) {
    long position = from;
    while (position < log.newest()) {
      Batch batch = (Batch) log.readSlowly(Place.at(position), log.newest(), e -> true, 100);
      batch.entries().forEach(entry -> read.add(entry.publication().data()));
      require(batch.reached() > position, "the reader is stuck at " + position);
      position = batch.reached();
    }
    return position;
  }

  private static void require(boolean isSo, String otherwise) {
    if (!isSo) {
      throw new IllegalStateException(otherwise);
    }
  }
}
