package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.eventlog.LogEntry;
import bellwether.eventlog.Lookup;
import bellwether.eventlog.Place;
import bellwether.eventlog.Publication;
import bellwether.fixtures.Entries;
import bellwether.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCopyTest {
  private static final int ENTRIES = 96;
  private static final Topic NEWS = new Topic("news");

  private final FakeDisk disk = new FakeDisk();
  private final FakeDisk copy = new FakeDisk();
  private final List<LogEntry> history = new ArrayList<>();

  /** The log goes on, and drops its oldest, between any two looks at its files. */
  @Test
  void aCopyOfALogInUseIsWhatTheLogWasAtOneMoment() throws IOException {
    int dropped = 0;
    for (int seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      history.clear();
      FakeDisk from = new FakeDisk();
      FakeDisk to = new FakeDisk();
      FileEventLog log = FileLogs.open(from, ENTRIES, random);
      append(log, random, random.nextInt(2 * ENTRIES));
      long newestBefore = log.newest();
      long oldestBefore = log.oldest();
      int most = 1 + random.nextInt(4);
      LogCopy.of(
          new Watched(from, () -> append(log, random, random.nextInt(most))), to, (f, b) -> {});
      dropped += log.oldest() > oldestBefore ? 1 : 0;

      FileEventLog again = FileLogs.open(to, ENTRIES, random);
      assertThat(again.newest()).as("seed %d", seed).isGreaterThanOrEqualTo(newestBefore);
      assertThat(states(again)).as("seed %d", seed).isEqualTo(statesUpTo(again.newest()));
      assertThat(events(again)).as("seed %d", seed).isEqualTo(eventsIn(again));
      for (long position = 1; position <= again.newest(); position++) {
        assertThat(again.find(log.idAt(position).toString())).isEqualTo(new Lookup.Found(position));
      }
    }
    assertThat(dropped).as("copies during which segments were dropped").isGreaterThan(50);
  }

  @Test
  void neitherTheCopyNorTheOriginalGivesAnIdOfTheOther() throws IOException {
    FileEventLog log = open(1);
    append(log, new Random(1), 3);
    log.close();
    LogCopy.of(disk, copy, (file, bytes) -> {});
    FileEventLog original = open(2);
    FileEventLog copied = FileLogs.open(copy, ENTRIES, new Random(3));
    assertThat(copied.newest()).isEqualTo(3);
    String ofOriginal = original.append(Publication.of(NEWS, "x"), false).toString();
    String ofCopy = copied.append(Publication.of(NEWS, "y"), false).toString();
    assertThat(copied.find(ofOriginal)).isEqualTo(new Lookup.Unknown());
    assertThat(original.find(ofCopy)).isEqualTo(new Lookup.Unknown());
  }

  @Test
  void nothingIsMissingInACopyOfALogThatWasClosedInOrderWhereverItIsOpened() throws IOException {
    SyncPolicy never = new SyncPolicy.Never();
    InstantSource clock = InstantSource.system();
    FileLogLimits limits = FileLogs.limits(ENTRIES);
    FileEventLog log = FileLogs.open(disk, limits, never, "here", clock, new Random(1));
    append(log, new Random(1), 3);
    log.close();
    LogCopy.of(disk, copy, (file, bytes) -> {});
    FileEventLog again = FileLogs.open(copy, limits, never, "elsewhere", clock, new Random(2));
    assertThat(again.append(Publication.of(NEWS, "x"), false).position()).isEqualTo(4);
  }

  @Test
  void aServerThatIsStartedAnewMeanwhileIsSeen() {
    append(open(1), new Random(1), 3);
    boolean[] isFirst = {true};
    Watched watched =
        new Watched(
            disk,
            () -> {
              if (isFirst[0] && copy.list().stream().anyMatch(name -> name.endsWith(".log"))) {
                isFirst[0] = false;
                var unused = open(2);
              }
            });
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> LogCopy.of(watched, copy, (file, bytes) -> {}))
        .withMessageContaining("started anew");
    assertThat(copy.list()).doesNotContain(Manifest.NAME);
  }

  @Test
  void whatIsThereIsNotOverwritten(@TempDir Path directory) throws IOException {
    append(open(1), new Random(1), 3);
    Path file = Files.writeString(directory.resolve("file"), "mine");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogCopy.of(disk, directory, (f, bytes) -> {}))
        .withMessageContaining("is not empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogCopy.of(disk, file, (f, bytes) -> {}))
        .withMessageContaining("is no directory");
    assertThat(file).hasContent("mine");
  }

  private FileEventLog open(int seed) {
    return FileLogs.open(disk, ENTRIES, new Random(seed));
  }

  private void append(FileEventLog log, Random random, int count) {
    for (int i = 0; i < count; i++) {
      boolean isRetained = random.nextInt(4) == 0;
      Topic topic = isRetained ? new Topic("state/" + random.nextInt(40)) : NEWS;
      Publication publication = Publication.of(topic, "d" + history.size());
      history.addAll(log.append(List.of(publication), any -> isRetained));
    }
  }

  private Map<String, String> statesUpTo(long newest) {
    Map<String, String> states = new TreeMap<>();
    history.stream()
        .filter(entry -> entry.isRetained() && entry.position() <= newest)
        .sorted(Comparator.comparingLong(LogEntry::position))
        .forEach(entry -> put(states, entry));
    return states;
  }

  private static Map<String, String> states(FileEventLog log) {
    Map<String, String> states = new TreeMap<>();
    Entries.states(log).forEach(entry -> put(states, entry));
    return states;
  }

  private static void put(Map<String, String> states, LogEntry entry) {
    states.put(
        entry.publication().topics().get(0).name(),
        entry.position() + " " + entry.publication().data());
  }

  /** Those that the log does not say it has lost. */
  private List<String> eventsIn(FileEventLog log) {
    return history.stream()
        .filter(entry -> !entry.isRetained())
        .filter(entry -> entry.position() > log.lostThrough() && entry.position() <= log.newest())
        .map(entry -> entry.publication().data())
        .toList();
  }

  private static List<String> events(FileEventLog log) {
    return Entries.data(
        Entries.behind(log, Place.at(log.lostThrough()), entry -> !entry.isRetained()));
  }

  /** A disk on which something happens before each look at it. */
  private record Watched(FakeDisk disk, Runnable before) implements ReadableDisk {
    @Override
    public List<String> list() {
      before.run();
      return disk.list();
    }

    @Override
    public Input open(String name) throws IOException {
      before.run();
      Input input = disk.open(name);
      return new Input() {
        @Override
        public byte[] read(long at, int length) throws IOException {
          byte[] bytes = input.read(at, length);
          before.run();
          return bytes;
        }

        @Override
        public long size() throws IOException {
          return input.size();
        }

        @Override
        public void close() {
          try {
            input.close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }

    @Override
    public byte @Nullable [] read(String name) throws IOException {
      before.run();
      return disk.read(name);
    }

    @Override
    public long size(String name) throws IOException {
      return disk.size(name);
    }
  }
}
