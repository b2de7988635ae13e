package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.EventId;
import bellwether.eventlog.EventLog;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.MemoryEventLog;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.Ring;
import bellwether.fixtures.Entries;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Appends of which one step fails, each in its turn: they happen wholly or not at all, and the log
 * goes on.
 */
class AppendFailureTest {
  private static final Topic NEWS = new Topic("news");
  private static final int ENTRIES = 16; // two in each segment
  private static final int MAX_STEPS = 1000;

  /** What a step throws. */
  enum Kind {
    IO {
      @Override
      void fail() throws IOException {
        throw new IOException("Input/output error");
      }
    },
    RUNTIME {
      @Override
      void fail() {
        throw new IllegalStateException("made to fail");
      }
    },
    ERROR {
      @Override
      void fail() {
        throw new InternalError("made to fail");
      }
    };

    abstract void fail() throws IOException;
  }

  /** A log, and what it has acknowledged. */
  private static final class Story {
    private final FakeDisk disk;
    private final EventLog log;
    private final Map<Long, String> acknowledged = new LinkedHashMap<>();
    private final List<String> heard =
        new ArrayList<>(); // by a reader that was there from the start
    private long reader;
    private int told;

    Story(FakeDisk disk, EventLog log) {
      this.disk = disk;
      this.log = log;
      log.onReadable(() -> told++);
    }

    List<LogEntry> append(List<Publication> publications) {
      List<LogEntry> entries = log.append(publications, topic -> topic.name().startsWith("state"));
      for (LogEntry entry : entries) {
        acknowledged.put(entry.position(), entry.publication().data());
      }
      return entries;
    }

    void read() {
      while (reader < log.newest()) {
        ReadResult result = log.readSlowly(Place.at(reader), log.newest(), entry -> true, 100);
        assertThat(result).as("what follows %d", reader).isInstanceOf(Batch.class);
        Batch batch = (Batch) result;
        batch.entries().forEach(entry -> heard.add(entry.publication().data()));
        assertThat(batch.reached()).as("the reader passes").isGreaterThan(reader);
        reader = batch.reached();
      }
    }
  }

  private static Executor executor(FakeDisk steps) {
    return task -> {
      step(steps);
      task.run();
    };
  }

  private static InstantSource clock(FakeDisk steps) {
    return () -> {
      step(steps);
      return Instant.parse("2026-01-01T00:00:00Z");
    };
  }

  private static LongSupplier nanoTime(FakeDisk steps) {
    AtomicLong now = new AtomicLong();
    return () -> {
      step(steps);
      return now.incrementAndGet();
    };
  }

  private static void step(FakeDisk steps) {
    try {
      steps.step();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Story files(SyncPolicy policy) {
    FakeDisk disk = new FakeDisk();
    try {
      EventLog log =
          new FileEventLog(
              disk,
              FileLogs.limits(ENTRIES),
              policy,
              "boot",
              executor(disk),
              clock(disk),
              nanoTime(disk),
              new Random(1));
      return begin(new Story(disk, log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Story memory() {
    FakeDisk steps = new FakeDisk();
    EventLog log =
        new MemoryEventLog(ENTRIES, Long.MAX_VALUE, clock(steps), nanoTime(steps), new Random(1));
    return begin(new Story(steps, log));
  }

  /** As much as is kept, so that the next append begins a segment and drops another. */
  private static Story begin(Story story) {
    for (int i = 1; i < ENTRIES; i += 2) {
      story.append(List.of(state("s" + i, null), event("e" + i, "key" + i)));
      story.read();
    }
    tend(story);
    return story;
  }

  private static void tend(Story story) {
    if (story.log instanceof FileEventLog log) {
      log.tend();
    }
  }

  private static Publication event(String data, @Nullable String key) {
    Publication publication = Publication.of(NEWS, data);
    return key == null ? publication : publication.withIdempotencyKey(key);
  }

  private static Publication state(String data, @Nullable String key) {
    Publication publication = Publication.of(new Topic("state/" + data), data);
    return key == null ? publication : publication.withIdempotencyKey(key);
  }

  /** New events and a known key among them, which is looked up on the disk. */
  private static List<Publication> batch() {
    return List.of(
        event("first", "new 1"),
        state("new", "new 2"),
        event("e9", "key9"),
        new Publication(List.of(NEWS), false, "mine", null, null, "last", "new 3"));
  }

  @ParameterizedTest
  @EnumSource
  void whateverStepFailsAnAppendToFilesHappensWhollyOrNotAtAll(Kind kind) {
    failEachStep(kind, () -> files(new SyncPolicy.Always()), 1);
  }

  @ParameterizedTest
  @EnumSource
  void theSameWhereSyncsComeLater(Kind kind) {
    failEachStep(kind, () -> files(new SyncPolicy.Every(Duration.ofNanos(1))), 1);
  }

  @ParameterizedTest
  @EnumSource
  void theSameWhereTheDiskFailsFromThereOn(Kind kind) {
    failEachStep(kind, () -> files(new SyncPolicy.Always()), Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void whateverStepFailsAnAppendToMemoryHappensWhollyOrNotAtAll(Kind kind) {
    failEachStep(kind, AppendFailureTest::memory, 1);
  }

  private static void failEachStep(Kind kind, Supplier<Story> stories, int failing) {
    int steps = 0;
    try (LogLines muted = new LogLines(Committer.class)) {
      for (boolean isLast = false; !isLast; steps++) {
        Story story = stories.get();
        story.disk.fail(steps, failing, kind::fail);
        List<LogEntry> entries = tryToAppend(story);
        isLast = !story.disk.hasFailed();
        boolean isExact = failing == 1; // else not even what was written can be cut
        check(story, entries, "step " + steps, isExact);
        assertThat(steps).isLessThan(MAX_STEPS);
      }
      assertThat(muted.lines()).hasSizeLessThan(MAX_STEPS);
    }
    assertThat(steps).as("steps of an append").isGreaterThan(5);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidNotToBeKeptNobodyFindsWhateverTheDiskDoesThen(Kind kind) {
    findNothingThatIsSaidNotToBeKept(kind, Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @EnumSource
  void norDoesItComeBackAfterAPowerCut(Kind kind) {
    findNothingThatIsSaidNotToBeKept(kind, 1);
  }

  private static void findNothingThatIsSaidNotToBeKept(Kind kind, int failing) {
    boolean isLast = false;
    for (int steps = 0; !isLast; steps++) {
      Story story = files(new SyncPolicy.Always());
      try (LogLines muted = new LogLines(Committer.class)) {
        story.disk.fail(steps, failing, kind::fail);
        story.append(batch());
        assertThat(muted.lines()).hasSizeLessThan(2);
      } catch (LogUnavailableException e) {
        assertReopens(story, story.disk.copy(), "step " + steps + ", killed at once");
        for (int seed = 0; seed < 5; seed++) {
          FakeDisk cut = story.disk.copy();
          cut.cutPower(new Random(seed));
          assertReopens(story, cut, "step " + steps + ", power cut at once");
        }
      } catch (RuntimeException | Error e) {
        // Nobody knows, and nobody says so.
      }
      isLast = !story.disk.hasFailed();
    }
  }

  private static List<LogEntry> tryToAppend(Story story) {
    long newest = story.log.newest();
    try {
      return story.append(batch());
    } catch (RuntimeException | InternalError e) {
      assertThat(story.log.newest()).as("nothing is seen of it").isEqualTo(newest);
      assertThat(story.log.find("mine")).isEqualTo(new Lookup.Unknown());
      return List.of();
    }
  }

  private static void check(Story story, List<LogEntry> entries, String step, boolean isExact) {
    if (isExact) {
      assertReopens(story, story.disk.copy(), step + ", killed at once");
    }
    story.disk.mend();
    tend(story);
    tend(story);
    assertThat(story.log.isAvailable()).as(step).isTrue();
    List<Long> ids = positions(story.append(batch()));
    if (!entries.isEmpty()) {
      assertThat(ids).as(step).isEqualTo(positions(entries));
    }
    assertThat(ids).as(step).containsExactly(17L, 18L, 10L, 19L);
    assertThat(positions(story.append(batch()))).as("again").isEqualTo(ids);
    story.append(List.of(event("after", "after")));
    story.read();
    assertThat(story.heard).as(step).endsWith("e15", "first", "new", "last", "after");
    assertThat(story.heard).as("all, once").hasSize(ENTRIES + 4).doesNotHaveDuplicates();
    assertThat(story.told).as("readers were told").isGreaterThanOrEqualTo(ENTRIES / 2 + 2);
    assertThat(story.log.find("mine")).isEqualTo(new Lookup.Found(19));
    assertReopens(story, story.disk.copy(), step + ", killed");
    tend(story); // syncs what is to be synced at intervals
    FakeDisk cut = story.disk.copy();
    cut.cutPower(new Random(1));
    assertReopens(story, cut, step + ", power cut");
    story.log.close();
    assertReopens(story, story.disk.copy(), step + ", closed");
  }

  private static List<Long> positions(List<LogEntry> entries) {
    return entries.stream().map(LogEntry::position).toList();
  }

  /** What has been acknowledged is there, or told as lost, or was a state; and nothing else. */
  private static void assertReopens(Story story, FakeDisk disk, String when) {
    if (!(story.log instanceof FileEventLog)) {
      return;
    }
    disk.mend();
    try (LogLines muted = new LogLines(FileEventLog.class);
        LogLines alsoMuted = new LogLines(FileLogRecovery.class);
        FileEventLog again = FileLogs.open(disk, ENTRIES, new Random(2))) {
      assertThat(again.newest()).as(when).isEqualTo(story.log.newest());
      Map<Long, String> found = new LinkedHashMap<>();
      long[] lost = {0};
      Entries.tell(
          again,
          loss -> lost[0] = loss.lostThrough(),
          entry -> found.put(entry.position(), entry.publication().data()));
      Map<Long, String> expected = new LinkedHashMap<>(story.acknowledged);
      expected.entrySet().removeIf(e -> e.getKey() <= lost[0] && !isRetained(e.getValue()));
      assertThat(found).as(when).containsExactlyInAnyOrderEntriesOf(expected);
      assertThat(muted.lines()).hasSizeLessThan(2);
      assertThat(alsoMuted.lines()).hasSizeLessThan(3);
    }
  }

  private static boolean isRetained(String data) {
    return data.startsWith("s") || data.equals("new");
  }

  @Test
  void aKnownKeyThatCannotBeReadLeavesNothingOfItsBatch() {
    Story story = files(new SyncPolicy.Always());
    story.disk.letBeRead(false);
    assertThatExceptionOfType(AppendInDoubtException.class) // one of it is in the log
        .isThrownBy(() -> story.append(batch()));
    assertThat(story.append(List.of(event("meanwhile", "x"))).get(0).position()).isEqualTo(17);
    story.read();
    story.disk.letBeRead(true);
    assertThat(positions(story.append(batch()))).containsExactly(18L, 19L, 10L, 20L);
    story.read();
    assertThat(story.heard).endsWith("meanwhile", "first", "new", "last");
  }

  @Test
  void readersWhoCouldNotBeToldAreToldLater() {
    for (Story story : List.of(files(new SyncPolicy.Always()), memory())) {
      try (LogLines lines = new LogLines(story.log.getClass())) {
        int[] tries = {0};
        story.log.onReadable(
            () -> {
              if (tries[0]++ == 0) {
                throw new InternalError("made to fail");
              }
            });
        assertThat(story.append(List.of(event("a", null)))).hasSize(1);
        tend(story);
        if (story.log instanceof MemoryEventLog) {
          story.append(List.of(event("b", null)));
        }
        assertThat(tries[0]).isEqualTo(2);
        assertThat(lines.lines().get(0)).contains("could not be told");
      }
    }
  }

  @Test
  void aPositionThatDoesNotFollowIsRefused() {
    LogEntry third =
        new LogEntry(new EventId("bw000000000", 3), Instant.EPOCH, 0, event("x", null), false);
    Ring ring = new Ring(4, Long.MAX_VALUE, 1);
    assertThatIllegalStateException().isThrownBy(() -> ring.add(third));
    assertThat(ring.newest()).isEqualTo(1);
    SegmentIndex index = new SegmentIndex(2, Segment.HEADER);
    assertThatIllegalStateException()
        .isThrownBy(() -> index.add(3, third.publication(), Instant.EPOCH, false, 10));
    assertThat(index.count()).isZero();
  }
}
