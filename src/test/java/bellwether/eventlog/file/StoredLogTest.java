package bellwether.eventlog.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import bellwether.eventlog.Publication;
import bellwether.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredLogTest {
  private static final Topic NEWS = new Topic("news");
  private static final Topic STATE = new Topic("state");

  private final FakeDisk disk = new FakeDisk();
  private final List<Finding> findings = new ArrayList<>();
  private final List<SegmentReport> segments = new ArrayList<>();

  @Test
  void readsWhatThereIsWhileTheLogIsOpenAndChangesNothing() throws IOException {
    FileEventLog log = open(16);
    append(log, STATE, "kept");
    for (int i = 2; i <= 20; i++) {
      append(log, NEWS, "e" + i);
    }
    FakeDisk before = disk.copy();
    assertThat(data(0)).startsWith("kept", "e5").endsWith("e20").hasSize(17);
    assertThat(data(18)).containsExactly("e19", "e20");
    assertThat(ids()).endsWith(log.idAt(20).toString());

    StoredLog.Rest rest = check();
    assertThat(findings).isEmpty();
    assertThat(rest.retained()).isOne();
    assertThat(rest.manifest()).contains("dropped through 4", "in use, or not closed in order");
    assertThat(segments).hasSize(8);
    assertThat(segments.get(0).first()).isEqualTo(5);
    assertThat(segments.get(7).last()).isEqualTo(20);
    assertThat(segments).allMatch(segment -> segment.entries() == 2);
    assertThat(disk.list()).isEqualTo(before.list());

    log.close();
    assertThat(check().manifest()).endsWith("closed in order");
  }

  @Test
  void findsAPlaceByPositionAndByEitherKindOfId() throws IOException {
    FileEventLog log = open(100);
    append(log, NEWS, "a");
    log.append(new Publication(List.of(NEWS), false, "mine", null, null, "b", null), false);
    StoredLog stored = new StoredLog(disk);
    assertThat(stored.positionOf("17")).isEqualTo(17);
    assertThat(stored.positionOf(log.idAt(1).toString())).isOne();
    assertThat(stored.positionOf("mine")).isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stored.positionOf("bw000000000-1"))
        .withMessageContaining("is no id of this log");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stored.positionOf("other"))
        .withMessageContaining("no entry has the id other");
  }

  @Test
  void aTornTailOfTheNewestSegmentIsNoDamage() throws IOException {
    FileEventLog log = open(100);
    append(log, NEWS, "a");
    append(log, NEWS, "b");
    String name = disk.segments().get(0);
    byte[] whole = disk.read(name, 0, 1 << 20);
    for (int cut = 1; cut < 27; cut++) {
      disk.put(name, Arrays.copyOf(whole, whole.length - cut));
      check();
      assertThat(findings).singleElement().matches(finding -> !finding.isDamage());
      assertThat(findings.get(0).text()).contains("torn tail after position 1", "would be cut");
    }
    assertThat(data(0)).containsExactly("a");
    disk.put(name, Arrays.copyOf(whole, whole.length + 3_000_000));
    check();
    assertThat(findings.get(0)).matches(finding -> !finding.isDamage());
    assertThat(findings.get(0).text()).contains("position 2", "3000000 bytes would be cut");
  }

  @Test
  void damageIsPassedOverAndWhatFollowsIsReadInAnySegment() throws IOException {
    FileEventLog log = open(32);
    for (int i = 1; i <= 12; i++) {
      append(log, NEWS, "e" + i);
    }
    for (String name : List.of(disk.segments().get(1), disk.segments().get(2))) {
      FakeDisk good = disk.copy();
      long first = Segment.baseOf(name);
      byte[] whole = disk.read(name, 0, 1 << 20);
      // Whatever bit is turned of the second record: its length too.
      int length = (whole.length - Segment.HEADER) / 4;
      for (int at = Segment.HEADER + length; at < Segment.HEADER + 2 * length - 4; at++) {
        disk.damage(name, at);
        check();
        assertThat(findings).as("at %d", at).singleElement().matches(Finding::isDamage);
        assertThat(findings.get(0).text()).contains("damaged after position " + first);
        assertThat(data(0)).hasSize(11).doesNotContain("e" + (first + 1)).contains("e12");
        disk.put(name, good.read(name, 0, 1 << 20));
      }
    }
  }

  @Test
  void whatIsLeftOfADamagedAppendIsRead() throws IOException {
    FileEventLog log = open(100);
    List<Publication> three =
        List.of(Publication.of(NEWS, "e1"), Publication.of(NEWS, "e2"), Publication.of(NEWS, "e3"));
    var unused = log.append(three, topic -> false);
    String name = disk.segments().get(0);
    disk.damage(name, disk.size(name) / 2);
    assertThat(data(0)).containsExactly("e1", "e3");
    assertThat(findings).singleElement().matches(Finding::isDamage);
  }

  @Test
  void theEndOfAnOlderSegmentMayNotBeTorn() throws IOException {
    FileEventLog log = open(32);
    for (int i = 1; i <= 12; i++) {
      append(log, NEWS, "e" + i);
    }
    String name = disk.segments().get(0);
    byte[] whole = disk.read(name, 0, 1 << 20);
    disk.put(name, Arrays.copyOf(whole, whole.length - 1));
    check();
    assertThat(findings).hasSize(2).allMatch(Finding::isDamage);
    assertThat(findings.get(0).text()).contains("after position 3: an end within a record");
    assertThat(findings.get(1).text()).isEqualTo("positions 4 to 4 are missing");
  }

  @Test
  void whatIsMissingIsDamage() throws IOException {
    FileEventLog log = open(32);
    for (int i = 1; i <= 12; i++) {
      append(log, NEWS, "e" + i);
    }
    log.close();
    List<String> names = disk.segments();
    assertMissing(names.get(0), "positions 1 to 4 are missing");
    assertMissing(names.get(1), "positions 5 to 8 are missing");
    assertMissing(names.get(2), "positions 9 to 12 are missing");
    assertMissing("manifest", "the manifest is missing: all ids would mean nothing");
  }

  private void assertMissing(String name, String finding) throws IOException {
    byte[] whole = disk.read(name, 0, 1 << 20);
    disk.delete(name);
    check();
    assertThat(findings).containsExactly(Finding.damage(finding));
    disk.put(name, whole);
  }

  @Test
  void aPositionLeftOutAfterACrashOfTheMachineIsNoDamage() throws IOException {
    SyncPolicy never = new SyncPolicy.Never();
    FileLogLimits limits = FileLogs.limits(100);
    InstantSource clock = InstantSource.system();
    append(FileLogs.open(disk, limits, never, "boot 1", clock, new Random(1)), NEWS, "a");
    append(FileLogs.open(disk, limits, never, "boot 2", clock, new Random(2)), NEWS, "b");
    check();
    assertThat(findings)
        .containsExactly(Finding.note("position 2 was left out after a crash of the machine"));
    assertThat(data(0)).containsExactly("a", "b");
  }

  /** A segment could not be begun, and then the one before it was appended to again. */
  @Test
  void anEmptySegmentLeftBehindIsNoDamage() throws IOException {
    FileEventLog log = open(32);
    for (int i = 1; i <= 6; i++) {
      append(log, NEWS, "e" + i);
    }
    disk.put(Segment.nameOf(6), Segment.header());
    disk.put(Segment.nameOf(7), new byte[3]);
    byte[] whole = disk.read(Segment.nameOf(5), 0, 1 << 20);
    check();
    assertThat(findings).noneMatch(Finding::isDamage);
    assertThat(data(0)).endsWith("e6");
    disk.put(Segment.nameOf(5), Arrays.copyOf(whole, whole.length - 1));
    disk.delete(Segment.nameOf(7)); // with it, 6 had been whole once
    check();
    assertThat(findings).noneMatch(Finding::isDamage);
    assertThat(data(0)).endsWith("e5");
    disk.put(Segment.nameOf(3), Segment.header());
    check();
    assertThat(findings)
        .contains(Finding.damage(Segment.nameOf(3) + " begins within the segment before it"));
  }

  @Test
  void damageOfTheStatesIsFound() throws IOException {
    FileEventLog log = open(16);
    append(log, STATE, "kept");
    for (int i = 2; i <= 20; i++) {
      append(log, NEWS, "e" + i);
    }
    disk.damage(CarriedStates.FILE, 20);
    check();
    assertThat(findings)
        .containsExactly(Finding.damage("states: damaged after 0 states: a wrong checksum"));
    findings.clear();
    assertThat(data(0)).startsWith("e5");
    assertThat(findings).hasSize(1);
  }

  @Test
  void filesOfANewerVersionAreRefused() throws IOException {
    FileEventLog log = open(100);
    append(log, NEWS, "a");
    FakeDisk newer = disk.copy();
    String name = disk.segments().get(0);
    byte[] bytes = disk.read(name, 0, 1 << 20);
    ByteBuffer.wrap(bytes).putInt(8, 2);
    newer.put(name, bytes);
    assertRefused(newer, name + " is in format 2, and we know 1");
    disk.put(Manifest.NAME, "bellwether-log 2\n".getBytes(StandardCharsets.UTF_8));
    assertRefused(disk, "newer version");
  }

  private static void assertRefused(FakeDisk newer, String what) {
    StoredLog log = new StoredLog(newer);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> log.check(segment -> {}))
        .withMessageContaining(what);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> log.read(0, entry -> true, finding -> {}))
        .withMessageContaining(what);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> LogCopy.of(newer, new FakeDisk(), (file, size) -> {}))
        .withMessageContaining(what);
  }

  @Test
  void saysWhereTheLogIsIfItIsBelow(@TempDir Path directory) throws IOException {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredLog.in(directory.resolve("none")))
        .withMessageContaining("is no directory");
    new DirectoryDisk(directory.resolve("log")).close();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredLog.in(directory))
        .withMessageEndingWith("no event log is in " + directory);
    try (Disk below = new DirectoryDisk(directory.resolve("log"))) {
      Manifest.read(below).write(below);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoredLog.in(directory))
        .withMessageContaining("but one is in " + directory.resolve("log"));
  }

  private FileEventLog open(int entries) {
    return FileLogs.open(disk, entries, new Random(1));
  }

  private static void append(FileEventLog log, Topic topic, String data) {
    var unused = log.append(Publication.of(topic, data), topic.equals(STATE));
  }

  private List<String> data(long after) throws IOException {
    return entries(after).stream().map(entry -> entry.publication().data()).toList();
  }

  private List<String> ids() throws IOException {
    return entries(0).stream().map(StoredLog.Entry::id).toList();
  }

  private List<StoredLog.Entry> entries(long after) throws IOException {
    List<StoredLog.Entry> entries = new ArrayList<>();
    new StoredLog(disk).read(after, entries::add, findings::add);
    return entries;
  }

  private StoredLog.Rest check() throws IOException {
    findings.clear();
    segments.clear();
    StoredLog.Rest rest = new StoredLog(disk).check(segments::add);
    segments.forEach(segment -> findings.addAll(segment.findings()));
    findings.addAll(rest.findings());
    return rest;
  }
}
