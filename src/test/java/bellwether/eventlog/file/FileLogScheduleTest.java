package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;

import bellwether.eventlog.AppendInDoubtException;
import bellwether.eventlog.LogEntry;
import bellwether.eventlog.LogUnavailableException;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.eventlog.ReadResult;
import bellwether.eventlog.ReadResult.Batch;
import bellwether.eventlog.ReadResult.Evicted;
import bellwether.fixtures.LogLines;
import bellwether.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random schedules of appending, repeating, full disks, kills, power cuts and orderly restarts:
 * what was acknowledged is there, and nothing else.
 */
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class FileLogScheduleTest {
  private static final int STEPS = 80;

  private final StringBuilder story = new StringBuilder();
  private final TreeMap<Long, Publication> acknowledged = new TreeMap<>();
  private FakeDisk disk = new FakeDisk();
  private FileEventLog log = FileLogs.open(disk, 16, new Random());
  private int count;

  @ParameterizedTest
  @ValueSource(ints = {16, 40, 100_000})
  void keepsWhatItAcknowledgedAndNothingElse(int entries) {
    try (LogLines muted = new LogLines(Committer.class)) {
      for (int seed = 0; seed < 200; seed++) {
        run(entries, new Random(seed), seed);
      }
      assertThat(muted.lines()).anyMatch(line -> line.contains("publishing is refused"));
    }
  }

  private void run(int entries, Random random, int seed) {
    story.setLength(0);
    story.append("entries ").append(entries).append(" seed ").append(seed).append('\n');
    acknowledged.clear();
    disk = new FakeDisk();
    log = FileLogs.open(disk, entries, random);
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> disk.leaveRoomFor(random.nextInt(400));
        case 1 -> disk.leaveRoomFor(Long.MAX_VALUE);
        case 2 -> log.tend();
        case 3 -> reopen(entries, random);
        case 4 -> repeat(random);
        case 5 -> check(random.nextLong(log.newest() + 1));
        default -> append(random);
      }
    }
    disk.leaveRoomFor(Long.MAX_VALUE);
    check(0);
    reopen(entries, random);
    check(0);
  }

  private void append(Random random) {
    List<Publication> some = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      count++;
      Topic topic = new Topic(random.nextBoolean() ? "log" : "state/" + random.nextInt(3));
      boolean isPrivate = random.nextInt(4) == 0;
      some.add(
          new Publication(List.of(topic), isPrivate, null, null, null, "e" + count, "key" + count));
    }
    append(some);
  }

  private void append(List<Publication> some) {
    long newest = log.newest();
    try {
      List<LogEntry> entries = log.append(some, topic -> topic.name().startsWith("state"));
      for (int i = 0; i < some.size(); i++) {
        acknowledged.putIfAbsent(entries.get(i).position(), some.get(i));
      }
      story.append("append ").append(newest + 1).append(" to ").append(log.newest()).append('\n');
    } catch (LogUnavailableException | AppendInDoubtException e) {
      story.append("refused\n");
      assertThat(log.newest()).as(story.toString()).isEqualTo(newest);
    }
  }

  /** The same again, under the same key. */
  private void repeat(Random random) {
    if (acknowledged.isEmpty()) {
      return;
    }
    List<Map.Entry<Long, Publication>> all = List.copyOf(acknowledged.entrySet());
    Map.Entry<Long, Publication> one = all.get(random.nextInt(all.size()));
    long position = one.getKey();
    Publication same = one.getValue();
    long newest = log.newest();
    if (position >= log.oldest() || isLatestState(position, same)) {
      try {
        LogEntry entry = log.append(List.of(same), topic -> false).get(0);
        assertThat(entry.position()).as("repeated\n" + story).isEqualTo(position);
      } catch (AppendInDoubtException e) { // never: it is not published
        assertThat(log.isAvailable()).isFalse();
      }
      assertThat(log.newest()).as(story.toString()).isEqualTo(newest);
    }
  }

  private void reopen(int entries, Random random) {
    switch (random.nextInt(3)) {
      case 0 -> {
        story.append("close\n");
        log.close();
      }
      case 1 -> story.append("kill\n");
      default -> {
        story.append("cut the power\n");
        disk.cutPower(random);
      }
    }
    disk = disk.copy();
    long newest = log.newest();
    log = FileLogs.open(disk, entries, random);
    assertThat(log.newest()).as(story.toString()).isEqualTo(newest);
  }

  private void check(long from) {
    List<String> read = new ArrayList<>();
    long lossToldThrough = 0;
    for (long position = from; position < log.newest(); ) {
      ReadResult result =
          log.readSlowly(new Place(position, lossToldThrough), log.newest(), entry -> true, 7);
      if (result instanceof Evicted evicted) {
        assertThat(evicted.lostThrough()).as(story.toString()).isLessThan(log.oldest());
        lossToldThrough = evicted.lostThrough();
        position = Math.max(position, evicted.resumeAfter());
      } else {
        Batch batch = (Batch) result;
        for (LogEntry entry : batch.entries()) {
          if (!entry.isSupersededAt(log.newest())) {
            read.add(entry.position() + " " + entry.publication().data());
          }
        }
        position = batch.reached();
      }
    }
    List<String> expected = new ArrayList<>();
    for (Map.Entry<Long, Publication> one : acknowledged.tailMap(from, false).entrySet()) {
      boolean isRetained = one.getValue().topics().get(0).name().startsWith("state");
      boolean isKept =
          isRetained ? isLatestState(one.getKey(), one.getValue()) : one.getKey() >= log.oldest();
      if (isKept) {
        expected.add(one.getKey() + " " + one.getValue().data());
      }
    }
    assertThat(read).as(story.toString()).isEqualTo(expected);
  }

  private boolean isLatestState(long position, Publication publication) {
    Topic topic = publication.topics().get(0);
    return topic.name().startsWith("state")
        && acknowledged.tailMap(position, false).values().stream()
            .filter(later -> later.topics().get(0).equals(topic))
            .allMatch(later -> later.isPrivate() && !publication.isPrivate());
  }
}
