package bellwether.eventlog.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bellwether.eventlog.EntryRecord;
import bellwether.eventlog.Epochs.Epoch;
import bellwether.eventlog.Losses.Loss;
import bellwether.eventlog.Publication;
import bellwether.eventlog.shared.FencedException;
import bellwether.eventlog.shared.SharedStore.Chunk;
import bellwether.eventlog.shared.SharedStore.Draft;
import bellwether.eventlog.shared.SharedStore.Keep;
import bellwether.eventlog.shared.SharedStore.Mark;
import bellwether.eventlog.shared.SharedStore.Stored;
import bellwether.eventlog.shared.StoreException;
import bellwether.topic.Topic;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("soak")
@Timeout(60)
class JdbcSharedStoreIT {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.089012Z");
  private static final Keep ALL = new Keep(1000, Long.MAX_VALUE, Duration.ofDays(10_000));
  private static final long EPOCH = 1_000_000_000;
  private static final int PART = 4; // entries

  private final PostgresLog log = new PostgresLog();
  private JdbcSharedStore store;

  @BeforeEach
  void openStore() throws Exception {
    store = log.store(PART);
    store.open();
  }

  @AfterEach
  void closeAll() throws Exception {
    log.close();
  }

  @Test
  void beginsWithOneEpochAndNothingElse() throws Exception {
    Mark mark = store.open().mark();

    assertThat(mark.epochs().list())
        .singleElement()
        .satisfies(
            epoch -> {
              assertThat(epoch.name()).matches("bw[0-9a-z]{9}");
              assertThat(epoch.first()).isEqualTo(1);
              assertThat(epoch.last()).isEqualTo(Long.MAX_VALUE);
            });
    assertThat(mark).isEqualTo(new Mark(mark.epochs(), 1, 0, Loss.NONE, 0, 0));
    assertThat(log.store(PART).open().mark()).isEqualTo(mark);
  }

  @Test
  void isMadeOnceByNodesThatBeginTogether() throws Exception {
    try (PostgresLog other = new PostgresLog()) {
      List<Mark> marks = together(4, i -> other.store(PART).open().mark());
      assertThat(marks).containsOnly(marks.get(0));
    }
  }

  @Test
  void givesPositionsInOrderAndReadsWhatWasWritten() throws Exception {
    Publication rich =
        new Publication(
            List.of(new Topic("a"), new Topic("ü\uD83D\uDE00")),
            true,
            "my id",
            "type",
            Duration.ofSeconds(3),
            "line\nline\0\uD83D\uDE00",
            "key");
    assertThat(append(event("1"), event("2"))).containsExactly(1L, 2L);
    assertThat(append(new Draft(rich, TIME, false))).containsExactly(3L);
    assertThat(append()).isEmpty();

    List<Stored> read = store.read(0, Long.MAX_VALUE, 10, Long.MAX_VALUE).entries();
    assertThat(positions(read)).containsExactly(1L, 2L, 3L);
    EntryRecord record = EntryRecord.decode(read.get(2).record(), 0);
    assertThat(record.publication()).isEqualTo(rich);
    assertThat(record.time()).isEqualTo(TIME);
  }

  @Test
  void readsWithinLimits() throws Exception {
    append(event("1"), event("2"), event("3"), event("4"), event("5"), event("6"));
    int size = encoded(event("1")).length;

    assertThat(read(1, 4, 10, Long.MAX_VALUE)).containsExactly(2L, 3L, 4L);
    assertThat(read(1, 100, 2, Long.MAX_VALUE)).containsExactly(2L, 3L);
    assertThat(read(1, 100, 10, 3L * size)).containsExactly(2L, 3L, 4L);
    assertThat(read(1, 100, 10, 4L * size - 1)).containsExactly(2L, 3L, 4L);
    assertThat(read(6, 100, 10, Long.MAX_VALUE)).isEmpty();
    assertThat(store.read(1, 100, 10, 3L * size).tooLarge()).isZero();
    Mark mark = store.read(0, 0, 1, 1).mark();
    assertThat(mark.newest()).isEqualTo(6);
    assertThat(mark.entries()).isEqualTo(6);
    assertThat(mark.bytes()).isEqualTo(6L * size);
  }

  @Test
  void tellsTheSizeOfAnEntryThatIsTooLarge() throws Exception {
    Draft large = event("x".repeat(100_000));
    append(event("1"), large, event("3"));
    int size = encoded(large).length;

    Chunk first = store.read(0, 100, 10, 1000);
    assertThat(positions(first.entries())).containsExactly(1L);
    assertThat(first.tooLarge()).isEqualTo(size);
    Chunk second = store.read(1, 100, 10, size - 1);
    assertThat(second.entries()).isEmpty();
    assertThat(second.tooLarge()).isEqualTo(size);
    Chunk whole = store.read(1, 100, 10, size);
    assertThat(positions(whole.entries())).containsExactly(2L);
    assertThat(whole.entries().get(0).record()).isEqualTo(encoded(large));
    assertThat(whole.tooLarge()).isZero();
  }

  @Test
  void hasNoHolesForAnyReaderWhileManyAppend() throws Exception {
    int each = 60;
    int appenders = 4;
    int all = each * appenders * 3;
    ExecutorService threads = Executors.newFixedThreadPool(appenders);
    try {
      List<Future<List<Long>>> given = new ArrayList<>();
      for (int i = 0; i < appenders; i++) {
        JdbcSharedStore own = log.store(PART);
        given.add(
            threads.submit(
                () -> {
                  List<Long> positions = new ArrayList<>();
                  for (int n = 0; n < each; n++) {
                    List<Long> three = append(own, event("a"), event("b"), event("c"));
                    assertThat(three.get(2) - three.get(0)).isEqualTo(2);
                    positions.addAll(three);
                  }
                  return positions;
                }));
      }
      long next = 1;
      while (next <= all && given.stream().noneMatch(JdbcSharedStoreIT::hasFailed)) {
        for (Stored entry : store.read(next - 1, Long.MAX_VALUE, 50, 100_000).entries()) {
          assertThat(entry.position()).isEqualTo(next);
          next++;
        }
      }
      List<Long> positions = new ArrayList<>();
      for (Future<List<Long>> one : given) {
        assertThat(one.get()).isSorted();
        positions.addAll(one.get());
      }
      assertThat(positions).doesNotHaveDuplicates().hasSize(all);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void answersARepeatedAppendAsTheFirstTime() throws Exception {
    UUID batch = UUID.randomUUID();
    List<Draft> drafts = List.of(event("1"), event("2"), keyed("k"), keyed("k"));
    List<Long> positions = store.append(batch, drafts, null);
    append(event("between"));

    assertThat(positions).containsExactly(1L, 2L, 3L, 3L);
    assertThat(store.append(batch, drafts, null)).isEqualTo(positions);
    assertThat(log.store(PART).append(batch, drafts, null)).isEqualTo(positions);
    assertThat(store.giveUp(batch, drafts)).contains(positions);
    assertThat(newest()).isEqualTo(4);
  }

  @Test
  void refusesWhatIsBehindAnOlderFence() throws StoreException {
    JdbcSharedStore other = log.store(PART);
    long older = store.raiseFence();
    List<Draft> drafts = List.of(event("x"));
    assertThat(store.append(UUID.randomUUID(), drafts, older)).containsExactly(1L);
    long newer = other.raiseFence();
    assertThatThrownBy(() -> store.append(UUID.randomUUID(), drafts, older))
        .isInstanceOf(FencedException.class);
    assertThat(store.append(UUID.randomUUID(), drafts, null)).containsExactly(2L);
    assertThat(other.append(UUID.randomUUID(), drafts, newer)).containsExactly(3L);
  }

  @Test
  void refusesWhatWasGivenUp() throws Exception {
    UUID batch = UUID.randomUUID();
    List<Draft> drafts = List.of(event("1"));

    assertThat(store.giveUp(batch, drafts)).isEmpty();
    assertThat(store.giveUp(batch, drafts)).isEmpty();
    assertThatThrownBy(() -> store.append(batch, drafts, null))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isInDoubt()).isFalse())
        .hasMessageContaining("given up");
    assertThat(newest()).isZero();
    assertThat(append(event("2"))).containsExactly(1L);
  }

  @Test
  void appendsWhatHasOneKeyOnce() throws Exception {
    assertThat(append(event("1"), keyed("a"), keyed("b"), keyed("a"), event("5")))
        .containsExactly(1L, 2L, 3L, 2L, 4L);
    assertThat(append(keyed("c"), keyed("b"), event("6"), keyed("c"), keyed("d"), keyed("a")))
        .containsExactly(5L, 3L, 6L, 5L, 7L, 2L);
    assertThat(append(keyed("b"), keyed("d"))).containsExactly(3L, 7L);
    assertThat(newest()).isEqualTo(7);
  }

  @Test
  void knowsTheLongestKeysAndIds() throws Exception {
    String key = "\uD83D\uDE00".repeat(1024);
    assertThat(append(keyed(key), keyed(key.substring(2)), keyed(key))).containsExactly(1L, 2L, 1L);
    assertThat(append(keyed(key))).containsExactly(1L);
    String id = "~".repeat(1024);
    append(named(id));
    assertThat(withId(id, 10)).containsExactly(3L);
    String topic = "\uD83D\uDE00".repeat(1024);
    append(state(topic, "old"));
    append(state(topic, "new"));
    assertThat(states()).containsExactly(5L);
  }

  @Test
  void findsTheNewestEntriesWithAnId() throws Exception {
    append(named("x"), named("y"), event("3"), named("x"));
    append(named("x"), keyed("x"));

    assertThat(withId("x", 10)).containsExactly(5L, 4L, 1L);
    assertThat(withId("x", 2)).containsExactly(5L, 4L);
    assertThat(withId("z", 2)).isEmpty();
    assertThat(positions(store.withId("x", 5, 10, 1))).as("one in any case").containsExactly(4L);
    int size = encoded(named("x")).length;
    List<Stored> two = store.withId("x", 6, 10, 3L * size - 1);
    assertThat(positions(two)).containsExactly(5L, 4L);
    assertThat(two.get(0).record()).isEqualTo(encoded(named("x")));
  }

  @Test
  void keepsTheLatestStateOfEachTopicAndAudience() throws Exception {
    append(state("a", "1"), state("b", "2"), event("3"));
    assertThat(states()).containsExactly(1L, 2L);
    append(state("a", "4"), secret("a", "x"), secret("a", "y"));
    assertThat(states()).as("private ones beside the public one").containsExactly(2L, 4L, 5L, 6L);
    append(secret("a", "y"), secret("a", "y"));
    assertThat(states()).containsExactly(2L, 4L, 5L, 8L);
    append(secret("a", "x"), state("a", "10"), secret("a", "z"), secret("b", "x"));
    assertThat(states()).as("a public one replaces all").containsExactly(2L, 10L, 11L, 12L);
    append(state("b", "13"));
    assertThat(states()).containsExactly(10L, 11L, 13L);
    append(secret("a", "z", "y", "y"), secret("a", "y", "z"), secret("a", "yz"));
    assertThat(states()).as("topics in any order").containsExactly(10L, 11L, 13L, 15L, 16L);

    Stored newest = log.store(PART).open().states().get(4);
    assertThat(newest.record()).isEqualTo(encoded(secret("a", "yz")));
  }

  @Test
  void dropsTheOldestPartsAndSaysWhatIsLost() throws Exception {
    append(at(1), at(3), state("s", "3", 9), at(2), at(4), state("t", "6", 9), at(5), at(6), at(7));
    int size = encoded(at(1)).length;
    Mark before = store.trim(ALL, 1, size, TIME);
    assertThat(before.oldest()).isEqualTo(1);
    assertThat(before.entries()).isEqualTo(9);

    assertThat(store.trim(keep(10), 1, size, TIME)).isEqualTo(before);
    Mark mark = store.trim(keep(9), 1, size, TIME);
    assertThat(mark.oldest()).isEqualTo(5);
    assertThat(mark.newest()).isEqualTo(9);
    assertThat(mark.entries()).isEqualTo(5);
    assertThat(mark.loss()).as("not the state").isEqualTo(new Loss(4, TIME.plusSeconds(3)));
    assertThat(mark.bytes()).isEqualTo(bytes(5, 9));
    assertThat(read(0, 100, 100, Long.MAX_VALUE)).containsExactly(5L, 6L, 7L, 8L, 9L);
    assertThat(states()).containsExactly(3L, 6L);

    Mark least = store.trim(keep(1), 1000, size, TIME);
    assertThat(least.oldest()).as("the newest part stays").isEqualTo(9);
    assertThat(least.loss()).isEqualTo(new Loss(8, TIME.plusSeconds(6)));
    log.awaitCleaned();
    assertThat(log.tables()).as("of partitions").doesNotContain("entry_1", "entry_5");
    assertThat(append(event("10"))).containsExactly(10L);
  }

  @Test
  void dropsByBytesAndByAge() throws Exception {
    append(at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9));
    long all = bytes(1, 9);
    long four = bytes(1, 4);

    Duration age = Duration.ofSeconds(10);
    Keep young = new Keep(1000, Long.MAX_VALUE, age);
    assertThat(store.trim(young, 1, 1, TIME.plusSeconds(14)).oldest()).isEqualTo(1);
    assertThat(store.trim(young, 1, 1, TIME.plusSeconds(15)).oldest()).isEqualTo(5);
    Keep small = new Keep(1000, all, Duration.ofDays(1));
    assertThat(store.trim(small, 1, four, TIME).oldest()).isEqualTo(5);
    assertThat(store.trim(small, 1, four + 1, TIME).oldest()).isEqualTo(9);
  }

  @Test
  void dropsNothingByAgeForANodeWhoseClockIsAhead() throws Exception {
    Instant now = Instant.now();
    for (int i = 0; i < 9; i++) {
      append(new Draft(publication("a", "id" + i, "key" + i), now, false));
    }
    Keep young = new Keep(1000, Long.MAX_VALUE, Duration.ofHours(1));
    assertThat(store.trim(young, 1, 1, now.plus(Duration.ofDays(365))).oldest()).isEqualTo(1);
  }

  @Test
  void goesOnWhileATransactionThatHasReadItStaysOpen() throws Exception {
    append(at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9));
    try (Connection reader = log.transaction("SELECT count(*) FROM %s.entry")) {
      assertThat(store.trim(keep(1), 1, 1, TIME).oldest()).isEqualTo(9);
      assertThat(append(event("10"))).containsExactly(10L);
      assertThat(read(0, 100, 100, Long.MAX_VALUE)).containsExactly(9L, 10L);
      assertThat(log.tables()).as("which it has read").contains("entry_1");
      reader.rollback();
    }
    store.trim(keep(1), 1, 1, TIME);
    log.awaitCleaned();
    assertThat(log.tables()).doesNotContain("entry_1");
  }

  @Test
  void isNotInDoubtWhenTheDisksAreFull() throws Exception {
    log.execute(
        "CREATE FUNCTION full_disk() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE SQLSTATE '53100' USING MESSAGE = 'could not extend file'; END $$;"
            + "CREATE TRIGGER full_disk BEFORE INSERT ON entry"
            + " FOR EACH ROW EXECUTE FUNCTION full_disk()");
    assertThatThrownBy(() -> append(event("1")))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isInDoubt()).isFalse());
    log.execute("DROP TRIGGER full_disk ON entry");
    assertThat(append(event("2"))).containsExactly(1L);
  }

  @Test
  void forgetsTheNamesOfWhatIsGoneButNotOfStates() throws Exception {
    Draft keyedState = new Draft(publication("s", "sid", "skey"), TIME, true);
    Draft oldState = new Draft(publication("t", "tid", "tkey"), TIME, true);
    append(
        new Draft(publication("e", "eid", "ekey"), TIME, false), keyedState, oldState, event("4"));
    append(state("t", "5"), event("6"), event("7"), event("8"), event("9"));
    store.trim(keep(1), 1, 1, TIME);

    log.awaitCleaned();
    assertThat(log.count("name")).as("sid, skey").isEqualTo(2);
    assertThat(withId("eid", 10)).isEmpty();
    assertThat(withId("sid", 10)).containsExactly(2L);
    assertThat(append(keyed("skey"))).containsExactly(2L);
    assertThat(append(keyed("ekey"))).containsExactly(10L);
    assertThat(append(keyed("tkey"))).as("replaced, and its entry is gone").containsExactly(11L);
    append(state("s", "12"));
    assertThat(append(keyed("skey"))).containsExactly(13L);
  }

  @Test
  void countsTheKeyOfAReplacedStateAsLongAsEntriesOfItsAge() throws Exception {
    append(new Draft(publication("s", "sid", "skey"), TIME, true), state("s", "2"), event("3"));
    assertThat(append(keyed("skey"))).containsExactly(1L);
  }

  @Test
  void findsThePlaceOfATime() throws Exception {
    append(at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8), at(9), at(10), at(11));
    for (Keep keep : List.of(ALL, keep(12))) { // before the parts are sealed, and after
      assertThat(lastBefore(1)).isEmpty();
      assertThat(lastBefore(2)).hasValue(1);
      assertThat(lastBefore(5)).hasValue(4);
      assertThat(lastBefore(7)).hasValue(6);
      assertThat(lastBefore(100)).hasValue(11);
      store.trim(keep, 1, 1, TIME);
    }
    store.trim(keep(8), 1, 1, TIME);
    assertThat(lastBefore(5)).as("what is dropped is not found").isEmpty();
    assertThat(lastBefore(6)).hasValue(5);
    assertThat(store.lastBefore(Instant.MAX, Instant.MAX)).hasValue(11);
    assertThat(store.lastBefore(Instant.MIN, Instant.MAX)).isEmpty();
  }

  @Test
  void findsThePlaceOfATimeAlthoughTheClockWasSet() throws Exception {
    append(at(1), at(5000), at(5001), at(2), at(3), at(6), at(4), at(7), at(8), at(9));
    for (int i = 0; i < 2; i++) {
      assertThat(lastBefore(2)).as("what lies in the future tells nothing").hasValue(1);
      assertThat(lastBefore(3)).hasValue(4);
      assertThat(lastBefore(5)).as("before the first that is not older").hasValue(5);
      assertThat(lastBefore(7)).hasValue(7);
      store.trim(ALL, 1, 1, TIME);
    }
  }

  @Test
  void beginsAnEpochWhenTheServerMayHaveLostSomething() throws Exception {
    append(event("1"), event("2"), keyed("k"));
    String first = store.open().mark().epochs().list().get(0).name();
    log.execute("UPDATE epoch SET reign = 'of another server'");

    assertThat(append(event("4"), keyed("k"), event("5"))).containsExactly(EPOCH, 3L, EPOCH + 1);
    Mark mark = store.read(0, 0, 1, 1).mark();
    assertThat(mark.epochs().list()).hasSize(2);
    assertThat(mark.epochs().list().get(0)).isEqualTo(new Epoch(first, 1, 3));
    assertThat(mark.epochs().list().get(1).first()).isEqualTo(EPOCH);
    assertThat(mark.newest()).isEqualTo(EPOCH + 1);
    assertThat(mark.entries()).isEqualTo(5);
    assertThat(log.store(PART).open().mark()).isEqualTo(mark);
    assertThat(read(1, Long.MAX_VALUE, 10, Long.MAX_VALUE))
        .containsExactly(2L, 3L, EPOCH, EPOCH + 1);

    append(event("6"), event("7"), event("8"), event("9"), event("10"));
    log.execute("UPDATE epoch SET reign = 'of another server' WHERE number = 2");
    assertThat(append(event("11"))).containsExactly(2 * EPOCH);
    Mark after = store.trim(keep(5), 1, 1, TIME);
    assertThat(after.oldest()).isEqualTo(EPOCH + 4);
    assertThat(after.entries()).isEqualTo(4);
    assertThat(after.loss().through()).isEqualTo(EPOCH + 3);
    assertThat(read(0, Long.MAX_VALUE, 10, Long.MAX_VALUE))
        .containsExactly(EPOCH + 4, EPOCH + 5, EPOCH + 6, 2 * EPOCH);
  }

  @Test
  void beginsAnEpochAfterACrashIfCommitsDoNotWaitForTheDisk() throws Exception {
    // The tests' server has synchronous_commit = off.
    JdbcSharedStore waiting = log.store(PART, "options=-c%20synchronous_commit=on");
    assertThat(append(event("1"), event("2"))).containsExactly(1L, 2L);
    assertThat(append(waiting, event("3"))).containsExactly(3L);
    log.execute("DELETE FROM uncrashed"); // as a crash of the server does, even of one session
    assertThat(append(event("4"))).containsExactly(EPOCH);
    assertThat(append(waiting, event("5"), event("6"))).containsExactly(EPOCH + 1, EPOCH + 2);
    log.execute("DELETE FROM uncrashed");
    assertThat(append(waiting, event("7"))).containsExactly(2 * EPOCH);
    log.execute("DELETE FROM uncrashed");
    assertThat(append(waiting, event("8"))).as("nothing is lost").containsExactly(2 * EPOCH + 1);
  }

  @Test
  void beginsAnEpochWhenItsTablesWereRestored() throws Exception {
    append(event("1"), event("2"));
    log.execute(
        "CREATE TABLE restored (LIKE mark INCLUDING ALL); INSERT INTO restored SELECT * FROM mark;"
            + " DROP TABLE mark; ALTER TABLE restored RENAME TO mark");
    assertThat(append(event("3"), event("4"))).containsExactly(EPOCH, EPOCH + 1);
    assertThat(append(event("5"))).containsExactly(EPOCH + 2);
  }

  @Test
  void hearsOfTheEntriesOfOthersOnly() throws Exception {
    LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    JdbcSharedStore other = log.store(PART);
    other.open();
    store.listen(() -> heard.add("news"));
    heard.take(); // it has a connection

    append(other, event("1"));
    assertThat(heard.take()).isEqualTo("news");
    log.endListeners();
    heard.take(); // it has another one
    append(other, event("2"));
    assertThat(heard.take()).isEqualTo("news");
    store.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().equals("bellwether-log-listening"))
        .isEmpty();
  }

  @Test
  void isNotInDoubtWhenTheDatabaseIsAway() throws Exception {
    try (PostgresLog away = PostgresLog.away()) {
      JdbcSharedStore unreachable = away.store(PART);
      assertThatThrownBy(unreachable::open).isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> append(unreachable, event("1")))
          .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isInDoubt()).isFalse());
    }
  }

  @Test
  void isNotInDoubtWhenItWaitedInVain() throws Exception {
    try (Connection other = log.lock()) {
      assertThatThrownBy(() -> append(event("1")))
          .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isInDoubt()).isFalse());
      other.rollback();
    }
    assertThat(append(event("2"))).containsExactly(1L);
  }

  @Test
  void isInDoubtWhenItsConnectionBreaks() throws Exception {
    UUID batch = UUID.randomUUID();
    List<Draft> drafts = List.of(event("1"));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection other = log.lock()) {
      Future<List<Long>> append = thread.submit(() -> store.append(batch, drafts, null));
      log.endWaiting();
      assertThatThrownBy(append::get)
          .cause()
          .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isInDoubt()).isTrue());
      other.rollback();
    } finally {
      thread.shutdownNow();
    }
    assertThat(store.giveUp(batch, drafts)).isEmpty();
    assertThat(append(event("2"))).containsExactly(1L);
  }

  private List<Long> append(Draft... drafts) throws StoreException {
    return append(store, drafts);
  }

  private static List<Long> append(JdbcSharedStore to, Draft... drafts) throws StoreException {
    return to.append(UUID.randomUUID(), List.of(drafts), null);
  }

  private long newest() throws StoreException {
    return store.read(0, 0, 1, 1).mark().newest();
  }

  private List<Long> read(long after, long upTo, int limit, long bytes) throws StoreException {
    return positions(store.read(after, upTo, limit, bytes).entries());
  }

  private List<Long> states() throws StoreException {
    return positions(store.open().states());
  }

  private List<Long> withId(String id, int limit) throws StoreException {
    return positions(store.withId(id, Long.MAX_VALUE, limit, Long.MAX_VALUE));
  }

  private OptionalLong lastBefore(int second) throws StoreException {
    return store.lastBefore(TIME.plusSeconds(second), TIME.plusSeconds(1000));
  }

  private long bytes(long first, long last) throws StoreException {
    return store.read(first - 1, last, 100, Long.MAX_VALUE).entries().stream()
        .mapToLong(entry -> entry.record().length)
        .sum();
  }

  private static List<Long> positions(List<Stored> entries) {
    return entries.stream().map(Stored::position).toList();
  }

  private static Keep keep(long entries) {
    return new Keep(entries, Long.MAX_VALUE, Duration.ofDays(10_000));
  }

  private static byte[] encoded(Draft draft) {
    return new EntryRecord(0, draft.time(), draft.publication(), draft.isRetained(), false)
        .encode();
  }

  private static Draft event(String data) {
    return new Draft(Publication.of(new Topic("events"), data), TIME, false);
  }

  private static Draft at(int second) {
    return new Draft(Publication.of(new Topic("events"), "x"), TIME.plusSeconds(second), false);
  }

  private static Draft keyed(String key) {
    return new Draft(Publication.of(new Topic("events"), "x").withIdempotencyKey(key), TIME, false);
  }

  private static Draft named(String id) {
    return new Draft(
        new Publication(List.of(new Topic("events")), false, id, null, null, "x", null),
        TIME,
        false);
  }

  private static Publication publication(String topic, String id, String key) {
    return new Publication(List.of(new Topic(topic)), false, id, null, null, "x", key);
  }

  private static Draft state(String topic, String data) {
    return new Draft(Publication.of(new Topic(topic), data), TIME, true);
  }

  private static Draft state(String topic, String data, int second) {
    return new Draft(Publication.of(new Topic(topic), data), TIME.plusSeconds(second), true);
  }

  private static Draft secret(String topic, String... readers) {
    List<Topic> topics = new ArrayList<>(List.of(new Topic(topic)));
    Arrays.stream(readers).map(Topic::new).forEach(topics::add);
    return new Draft(new Publication(topics, true, null, null, null, "s", null), TIME, true);
  }

  private interface Work<T> {
    T of(int number) throws Exception;
  }

  private static <T> List<T> together(int count, Work<T> work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        futures.add(threads.submit(() -> work.of(number)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean hasFailed(Future<?> future) {
    if (!future.isDone()) {
      return false;
    }
    try {
      return Optional.ofNullable(future.get()).isEmpty();
    } catch (Exception e) {
      return true;
    }
  }
}
