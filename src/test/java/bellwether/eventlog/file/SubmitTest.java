package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Appends that are submitted while the disk hangs, fails or is busy. What commits runs when the
 * test says so; and while the disk hangs, what others would do meanwhile runs within its sync.
 */
class SubmitTest {
  private static final Topic NEWS = new Topic("news");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final FakeDisk disk = new FakeDisk();
  private final Queue<Runnable> sentFor = new ArrayDeque<>();
  private final List<String> told = new ArrayList<>();
  private boolean isThreadRefused;
  private boolean isRunningAtOnce;
  private long now;
  private int clockReads;
  private final FileEventLog log = open(disk, limits(PATIENCE, 1 << 20));

  private static FileLogLimits limits(Duration patience, long waitingBytes) {
    return new FileLogLimits(
        1000,
        1L << 40,
        FileLogLimits.ANY_AGE,
        1 << 30,
        FileLogs.HOT,
        Long.MAX_VALUE,
        1 << 20,
        new FileLogLimits.Waiting(patience, waitingBytes));
  }

  private FileEventLog open(FakeDisk on, FileLogLimits limits) {
    try {
      FileEventLog opened =
          new FileEventLog(
              on,
              limits,
              new SyncPolicy.Always(),
              "boot",
              this::execute,
              () -> {
                clockReads++;
                return Instant.now();
              },
              () -> now,
              new Random(1));
      opened.onReadable(() -> told.add("told of " + opened.newest()));
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void execute(Runnable task) {
    if (isThreadRefused) {
      throw new RejectedExecutionException("made to fail");
    }
    if (isRunningAtOnce) {
      task.run();
    } else {
      sentFor.add(task);
    }
  }

  private void commit() {
    sentFor.remove().run();
  }

  private CompletableFuture<List<LogEntry>> submit(String data) {
    return submit(data, null);
  }

  private CompletableFuture<List<LogEntry>> submit(String data, @Nullable String key) {
    return submit(log, data, key);
  }

  private static CompletableFuture<List<LogEntry>> submit(
      FileEventLog to, String data, @Nullable String key) {
    Publication publication = Publication.of(NEWS, data);
    return to.submit(
        List.of(key == null ? publication : publication.withIdempotencyKey(key)), topic -> false);
  }

  /** Submits what will be seen by other means than its answer. */
  private void put(String data, @Nullable String key) {
    var unused = submit(data, key);
  }

  private static void assertNotPublished(CompletableFuture<List<LogEntry>> submitted) {
    assertFailed(submitted, LogUnavailableException.class);
  }

  private static void assertInDoubt(CompletableFuture<List<LogEntry>> submitted) {
    assertFailed(submitted, AppendInDoubtException.class);
  }

  private static void assertFailed(
      CompletableFuture<List<LogEntry>> submitted, Class<? extends Throwable> why) {
    assertThat(submitted).isDone();
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(submitted::join)
        .withCauseInstanceOf(why);
  }

  private List<String> visible() {
    List<String> data = new ArrayList<>();
    for (long position = 0; position < log.newest(); ) {
      Batch batch = (Batch) log.readSlowly(Place.at(position), log.newest(), entry -> true, 1000);
      batch.entries().forEach(entry -> data.add(entry.publication().data()));
      position = batch.reached();
    }
    return data;
  }

  @Test
  void submittingWaitsForNothingAndManyShareASync() {
    List<CompletableFuture<List<LogEntry>>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(submit("e" + i));
    }
    assertThat(sentFor).as("sent for once").hasSize(1);
    assertThat(all).noneMatch(CompletableFuture::isDone);
    assertThat(visible()).isEmpty();
    int before = disk.syncs();
    commit();
    assertThat(disk.syncs()).isEqualTo(before + 1);
    assertThat(all).allMatch(CompletableFuture::isDone);
    assertThat(all.get(99).join().get(0).position()).isEqualTo(100);
    assertThat(told).containsExactly("told of 100");
  }

  @Test
  void whatComesWhileItSyncsIsInTheNextGroupAndNobodyIsSentFor() {
    List<CompletableFuture<List<LogEntry>>> later = new ArrayList<>();
    disk.beforeSync(
        () -> {
          if (later.isEmpty()) {
            later.add(submit("b"));
            later.add(submit("c"));
          }
        });
    var unused = submit("a").thenAccept(entries -> told.add("answered, " + log.newest()));
    int before = disk.syncs();
    commit();
    assertThat(disk.syncs()).isEqualTo(before + 2);
    assertThat(sentFor).isEmpty();
    assertThat(later).allMatch(CompletableFuture::isDone);
    assertThat(told).containsExactly("told of 1", "answered, 1", "told of 3");
    put("d", null);
    assertThat(sentFor).as("nobody is at work").hasSize(1);
    commit();
    assertThat(visible()).containsExactly("a", "b", "c", "d");
  }

  @Test
  void theSecondUnderOneKeyIsAnsweredWhenTheFirstIs() {
    CompletableFuture<List<LogEntry>> first = submit("a", "k");
    CompletableFuture<List<LogEntry>> second = submit("a", "k");
    assertThat(second).isNotDone();
    commit();
    assertThat(second.join().get(0).id()).isEqualTo(first.join().get(0).id());
    assertThat(submit("a", "k").join().get(0).position()).as("known at once").isEqualTo(1);
    assertThat(visible()).containsExactly("a");
  }

  @Test
  void aFailedDiskFailsAllThatWait() throws IOException {
    CompletableFuture<List<LogEntry>> first = submit("a", "k");
    CompletableFuture<List<LogEntry>> second = submit("a", "k");
    CompletableFuture<List<LogEntry>> third = submit("b");
    try (LogLines muted = new LogLines(Committer.class)) {
      disk.fail(
          0,
          1,
          () -> {
            throw new IOException("made to fail");
          });
      commit();
      assertThat(muted.lines()).hasSize(1);
    }
    List.of(first, second, third).forEach(SubmitTest::assertNotPublished);
    assertNotPublished(submit("c"));
    log.tend();
    CompletableFuture<List<LogEntry>> again = submit("a", "k");
    commit();
    assertThat(again.join().get(0).position()).isEqualTo(1);
    assertThat(visible()).containsExactly("a");
  }

  @Test
  void whereNoThreadCanBeHadNothingIsPublished() {
    isThreadRefused = true;
    assertNotPublished(submit("a", "k"));
    isThreadRefused = false;
    CompletableFuture<List<LogEntry>> again = submit("a", "k");
    commit();
    assertThat(again.join().get(0).position()).isEqualTo(1);
  }

  @Test
  void aDiskThatHangsLeavesNobodyWithoutAnAnswer() {
    List<CompletableFuture<List<LogEntry>>> behind = new ArrayList<>();
    CompletableFuture<List<LogEntry>> written = submit("a", "k");
    disk.beforeSync(
        () -> {
          if (behind.isEmpty()) {
            hang(written, behind);
          }
        });
    try (LogLines muted = new LogLines(Intake.class)) {
      commit();
      assertThat(muted.lines()).hasSize(2);
    }
    disk.beforeSync(() -> {});
    assertInDoubt(written);
    assertThat(log.isAvailable()).isTrue();
    assertThat(visible()).as("a late success").containsExactly("a");
    assertThat(submit("a", "k").join().get(0).position()).as("one event").isEqualTo(1);
    CompletableFuture<List<LogEntry>> next = submit("behind", "behind");
    commit();
    assertThat(next.join().get(0).position()).isEqualTo(2);
    assertThat(visible()).containsExactly("a", "behind");
  }

  private void hang(
      CompletableFuture<List<LogEntry>> written, List<CompletableFuture<List<LogEntry>>> behind) {
    now += PATIENCE.toNanos() / 2;
    behind.add(submit("behind", "behind"));
    behind.add(submit("a", "k"));
    now += PATIENCE.toNanos() / 2 - 1;
    log.answerOverdue();
    assertThat(written).as("within its time").isNotDone();
    assertThat(log.isAvailable()).isTrue();
    now++;
    log.answerOverdue();
    assertInDoubt(written);
    assertNotPublished(behind.get(0));
    assertInDoubt(behind.get(1));
    assertThat(log.isAvailable()).isFalse();
    assertNotPublished(submit("new", "new"));
    assertInDoubt(submit("a", "k"));
    now += 2 * PATIENCE.toNanos();
    log.answerOverdue();
    assertThat(log.newest()).isZero();
  }

  @Test
  void anEntryOnTheDiskIsLookedAtByWhoCommitsAndNobodyBehindGoesFirst() {
    put("old", "k");
    for (int i = 0; i < 2 * FileLogs.HOT; i++) {
      put("e" + i, null);
    }
    commit();
    disk.beforeRead(() -> told.add("read"));
    told.clear();
    Publication known = Publication.of(NEWS, "old").withIdempotencyKey("k");
    CompletableFuture<List<LogEntry>> partly =
        log.submit(List.of(Publication.of(NEWS, "new"), known), topic -> false);
    CompletableFuture<List<LogEntry>> behind = submit("behind");
    CompletableFuture<List<LogEntry>> again = submit("old", "k");
    assertThat(told).as("nobody has waited for the disk").isEmpty();
    assertThat(partly).isNotDone();
    commit();
    assertThat(positions(partly)).containsExactly(8L, 1L);
    assertThat(positions(behind)).containsExactly(9L);
    assertThat(positions(again)).containsExactly(1L);
    assertThat(told).as("first those with places").contains("read", "told of 9");
    assertThat(visible()).endsWith("e5", "new", "behind");
  }

  @Test
  void nobodyIsToldNotPublishedUnderAKeyThatIsBeingWritten() {
    fillUpWithKeyOnDisk("k");
    List<CompletableFuture<List<LogEntry>>> waiting = new ArrayList<>();
    CompletableFuture<List<LogEntry>> written = submit("a", "a");
    disk.beforeSync(
        () -> {
          waiting.add(submit("old", "k")); // has to be compared with the disk first
          waiting.add(submit("a", "a")); // so this has no place either
          waiting.add(submit("new", "n"));
          now += PATIENCE.toNanos();
          log.answerOverdue();
        });
    commit();
    disk.beforeSync(() -> {});
    assertInDoubt(written);
    assertInDoubt(waiting.get(0));
    assertInDoubt(waiting.get(1));
    assertNotPublished(waiting.get(2));
    assertThat(visible()).endsWith("a");
  }

  @Test
  void aRetryOfWhatIsInTheLogIsNotToldNotPublishedWhileTheDiskFails() throws IOException {
    put("a", "a");
    commit();
    disk.fail(
        0,
        1,
        () -> {
          throw new IOException("made to fail");
        });
    try (LogLines muted = new LogLines(Committer.class)) {
      assertNotPublished(failing("b"));
      assertThat(muted.lines()).hasSize(1);
    }
    assertInDoubt(submit("a", "a"));
    assertNotPublished(submit("c", "c"));
    now += Duration.ofSeconds(1).toNanos();
    log.tend();
    assertThat(positions(submit("a", "a"))).containsExactly(1L);
  }

  private CompletableFuture<List<LogEntry>> failing(String data) {
    CompletableFuture<List<LogEntry>> submitted = submit(data);
    commit();
    return submitted;
  }

  @Test
  void theKeysOfARequestAreLookedAtTogether() {
    for (int i = 0; i < 10; i++) {
      put("k" + i, "k" + i);
    }
    fillUpWithKeyOnDisk("k");
    List<Publication> batch = new ArrayList<>();
    batch.add(Publication.of(NEWS, "new").withIdempotencyKey("new"));
    for (int i = 0; i < 10; i++) {
      batch.add(Publication.of(NEWS, "again").withIdempotencyKey("k" + i));
    }
    int before = clockReads;
    CompletableFuture<List<LogEntry>> submitted = log.submit(batch, topic -> false);
    commit();
    assertThat(positions(submitted)).containsExactly(18L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(clockReads - before).as("times that the new one was made").isEqualTo(2);
  }

  private void fillUpWithKeyOnDisk(String key) {
    put("old", key);
    for (int i = 0; i < 2 * FileLogs.HOT; i++) {
      put("e" + i, null);
    }
    commit();
  }

  @Test
  void aKeyOnADiskThatCannotBeReadFailsItsRequestAlone() {
    put("old", "k");
    for (int i = 0; i < 2 * FileLogs.HOT; i++) {
      put("e" + i, null);
    }
    commit();
    disk.letBeRead(false);
    CompletableFuture<List<LogEntry>> before = submit("before");
    CompletableFuture<List<LogEntry>> keyed = submit("old", "k");
    CompletableFuture<List<LogEntry>> behind = submit("behind");
    commit();
    assertThat(positions(before)).containsExactly(8L);
    assertInDoubt(keyed); // it may be in the log, and is
    assertThat(positions(behind)).containsExactly(9L);
    disk.letBeRead(true);
    CompletableFuture<List<LogEntry>> again = submit("old", "k");
    commit();
    assertThat(positions(again)).containsExactly(1L);
  }

  private static List<Long> positions(CompletableFuture<List<LogEntry>> submitted) {
    return submitted.join().stream().map(LogEntry::position).toList();
  }

  @Test
  void closingWritesWhatWaitsAndLetsNothingIn() {
    CompletableFuture<List<LogEntry>> waiting = submit("a");
    isRunningAtOnce = true;
    put("b", null); // nobody is sent for: the turn is taken
    commit();
    log.close();
    assertThat(positions(waiting)).containsExactly(1L);
    assertNotPublished(submit("c"));
    FileEventLog again = open(disk, limits(PATIENCE, 1 << 20));
    assertThat(again.newest()).isEqualTo(2);
    assertThat(again.idAt(1)).as("it was closed in order").isEqualTo(log.idAt(1));
  }

  @Test
  void closingWhileTheDiskHangsLeavesNobodyWithoutAnAnswer() {
    FakeDisk hanging = new FakeDisk();
    FileEventLog one = open(hanging, limits(Duration.ofMillis(1), 1 << 20));
    CompletableFuture<List<LogEntry>> written = submit(one, "a", null);
    List<CompletableFuture<List<LogEntry>>> behind = new ArrayList<>();
    hanging.beforeSync(
        () -> {
          if (behind.isEmpty()) {
            behind.add(submit(one, "behind", null));
            one.close();
            assertInDoubt(written);
            assertNotPublished(behind.get(0));
            assertThat(one.isAvailable()).isFalse();
          }
        });
    try (LogLines muted = new LogLines(FileEventLog.class);
        LogLines alsoMuted = new LogLines(Intake.class)) {
      commit();
      assertThat(muted.lines()).hasSize(1);
      assertThat(alsoMuted.lines()).hasSizeLessThan(3);
    }
    FileEventLog again = open(hanging, limits(PATIENCE, 1 << 20));
    assertThat(again.newest()).as("the late success").isEqualTo(1);
    assertThat(again.idAt(1)).as("it was closed in order then").isEqualTo(one.idAt(1));
  }

  @Test
  void whatWaitsIsBounded() {
    FileEventLog small = open(new FakeDisk(), limits(PATIENCE, 2000));
    List<CompletableFuture<List<LogEntry>>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Publication large = Publication.of(NEWS, "x".repeat(500)).withIdempotencyKey("k" + i);
      all.add(small.submit(List.of(large), topic -> false));
    }
    assertThat(all.subList(0, 3)).noneMatch(CompletableFuture::isDone);
    assertNotPublished(all.get(3));
    commit();
    assertThat(all.subList(0, 3)).noneMatch(CompletableFuture::isCompletedExceptionally);
    Publication again = Publication.of(NEWS, "x").withIdempotencyKey("k3");
    CompletableFuture<List<LogEntry>> retried = small.submit(List.of(again), topic -> false);
    commit();
    assertThat(retried.join().get(0).position()).isEqualTo(4);
  }
}
